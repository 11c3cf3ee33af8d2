"""A run that another device or service kept, or that was told, as the load history takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from analytics.load.days import local_day
from analytics.load.records import LegLoad, LoadEntry
from analytics.records import Placement, SpeedSource, Surface

_NS = 1_000_000_000
TOLD = "told"  # in a file's place where somebody typed the run in


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRun:
    """One activity of a file, or one that was told.

    Attributes
    ----------
    place : str
        The file, and where in it; or `TOLD`.
    what : str
        The kind of activity; only `run` is taken in.
    start_utc_ns : int
        When it began; where only the day is known (`timed` False), noon of that day.
    duration_s, running_s : float
        With pauses and without.
    session : str
        The session's name, if the file is one of ours; else empty.
    exertion : float or None
        Rating of perceived exertion, 0-10.
    note : str
        What else was told.

    """

    place: str
    what: str
    start_utc_ns: int
    duration_s: float
    running_s: float
    distance_m: float | None
    timed: bool = True
    shoe: str | None = None
    surface: Surface | None = None
    session: str = ""
    simulated: bool = False
    source: SpeedSource = SpeedSource.IMPORTED
    covered: float = 1.0
    cadence_spm: float | None = None
    placement: Placement | None = None
    left: LegLoad | None = None
    right: LegLoad | None = None
    exertion: float | None = None
    note: str = ""

    @property
    def origin(self) -> str:
        """Where the session is from, for people."""
        return TOLD if self.place == TOLD else f"import: {self.place}"

    @property
    def name(self) -> str:
        """The session's name in the store: the same file gives the same one again."""
        if self.session:
            return self.session
        began = datetime.fromtimestamp(self.start_utc_ns // _NS, tz=UTC)
        return f"{TOLD if self.place == TOLD else 'import'}-{began:%Y%m%dT%H%M%S}"

    def entry(self, runner: str, *, zone: str) -> LoadEntry:
        """Return the run as an entry of a runner's load history."""
        known = self.distance_m is not None
        return LoadEntry(
            runner=runner,
            session=self.name,
            start_utc_ns=self.start_utc_ns,
            day=local_day(self.start_utc_ns, zone=zone),
            duration_s=self.duration_s,
            running_s=self.running_s,
            placement=self.placement,
            left=self.left,
            right=self.right,
            distance_m=self.distance_m,
            source=self.source if known else None,
            covered=self.covered if known else 0.0,
            parts_m={} if self.distance_m is None else {self.source: self.distance_m},
            speed_mps=self._speed_mps(),
            shoe=self.shoe,
            surface=self.surface,
            exertion=self.exertion,
            imported=self.place,
        )

    def _speed_mps(self) -> float | None:
        seen_s = self.running_s * self.covered
        return None if self.distance_m is None or not seen_s else self.distance_m / seen_s
