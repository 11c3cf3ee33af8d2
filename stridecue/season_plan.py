"""What a simulated season is to be, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.records import Placement
from dashboards.influx import Database
from firmware_sim.season.calendar import Season, plan
from firmware_sim.season.person import Person, draw_person


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonPlan:
    """Whose season is made, and where it goes.

    Attributes
    ----------
    runners : tuple of str
        Their ids; the k-th has the seed `seed + k`, as the demo's.
    today : str
        The day after the season's last (ISO 8601), in `zone`.
    raw_min : float
        So long each of them runs on the last evening from raw samples through the whole
        pipeline, radio and all; 0: not at all.
    databases : tuple of Database
        Where it goes beside the store, under the tag `team`.

    """

    runners: tuple[str, ...]
    seed: int
    weeks: int
    today: str
    zone: str
    placement: Placement
    store: Path
    raw_min: float = 0.0
    team: str = "home"
    databases: tuple[Database, ...] = ()

    def person(self, index: int) -> Person:
        """Return one of the runners."""
        return draw_person(
            seed=self.seed + index,
            runner=self.runners[index],
            number=index + 1,
            placement=self.placement,
        )

    def season_of(self, person: Person) -> Season:
        """Return what one of them does."""
        return plan(person, weeks=self.weeks, today=self.today)


@dataclass(slots=True, kw_only=True)
class Built:
    """What a season came to.

    Attributes
    ----------
    sent : mapping of str to int
        Points that every database took, by measurement.

    """

    runs: int = 0
    strides: int = 0
    records: int = 0
    seconds: float = 0.0
    sent: Mapping[str, int] = field(default_factory=Counter)


def told(built: Built) -> str:
    """Return what a season came to, in a line.

    Examples
    --------
    >>> told(Built(runs=16, strides=67586, records=76777, seconds=31.2))
    'A simulated season is stored: 16 runs, 67,586 strides, 76,777 records in 31 s'

    """
    counts = f"{built.runs} runs, {built.strides:,} strides, {built.records:,} records"
    sent = f", {sum(built.sent.values()):,} points sent" if built.sent else ""
    return f"A simulated season is stored: {counts} in {built.seconds:.0f} s{sent}"


def utc_ns(day: str, *, minute: int, zone: str) -> int:
    """Return when a minute of a day begins, as the clock on the wall counts it.

    Examples
    --------
    >>> utc_ns("2026-03-15", minute=60, zone="Europe/Copenhagen") // 10**9
    1773532800

    """
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    moment = midnight.replace(hour=minute // 60, minute=minute % 60)
    return int(moment.timestamp()) * 10**9
