"""Runs of a load history: built, not mocked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from analytics.load.dose import LegSum
from analytics.load.records import LegLoad, LoadEntry, LoadHistory, Shoe
from analytics.records import Placement, SpeedSource, Surface

DAY = "2026-06-17"
NOON_NS = int(datetime(2026, 6, 17, 12, tzinfo=UTC).timestamp()) * 10**9
HOUR_NS = 3600 * 10**9


def leg(*, n: int = 1000, peak_g: float = 6.0, clipped: int = 0, axial: bool = True) -> LegLoad:
    """A leg whose every peak is the same: resultant `peak_g`, axial 1 g less."""
    sums = LegSum(n_strides=n, n_clipped=clipped)
    for kind, peak in ((sums.resultant, peak_g), (sums.axial, peak_g - 1.0)):
        for i in range(n if axial or kind is sums.resultant else 0):
            kind.add(peak, clipped=i < clipped)
    found = sums.total(coverage=1.0)
    assert found is not None
    return found


def entry(  # noqa: PLR0913 - a run has many sides
    days_ago: int = 0,
    *,
    km: float | None = 10.0,
    covered: float = 1.0,
    hour: int = 12,
    left: LegLoad | None = None,
    right: LegLoad | None = None,
    placement: Placement = Placement.SHIN,
    speed_mps: float | None = 3.0,
    shoe: str | None = None,
    surface: Surface | None = None,
) -> LoadEntry:
    """A run so many days before `DAY`."""
    day = (date.fromisoformat(DAY) - timedelta(days=days_ago)).isoformat()
    start_utc_ns = NOON_NS - days_ago * 24 * HOUR_NS + (hour - 12) * HOUR_NS
    metres = None if km is None else 1000.0 * km
    return LoadEntry(
        runner="ada",
        session=f"{day}-{hour}",
        start_utc_ns=start_utc_ns,
        day=day,
        duration_s=3700.0,
        running_s=3600.0,
        placement=placement,
        left=left,
        right=right,
        distance_m=metres,
        source=None if km is None else SpeedSource.FOOT_IMU,
        covered=0.0 if km is None else covered,
        parts_m={} if metres is None else {SpeedSource.FOOT_IMU: metres},
        speed_mps=speed_mps,
        shoe=shoe,
        surface=surface,
    )


def history(*entries: LoadEntry, shoes: tuple[Shoe, ...] = ()) -> LoadHistory:
    return LoadHistory(start_utc_ns=NOON_NS, day=DAY, entries=entries, shoes=shoes)


def shoe(*, before_km: float = 0.0) -> Shoe:
    return Shoe(
        id="blue",
        name="Blue",
        runner="ada",
        before_m=before_km * 1000,
        retire_from_m=480_000.0,
        retire_to_m=800_000.0,
    )
