"""Seconds of a run made of strides with a length and readings of a speed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analytics.merge import Second
from analytics.records import Activity, Side, SpeedReading, SpeedSource, Stride
from tests.analytics.runners import RUNNER, SESSION, stride


def paces(
    side: Side,
    *,
    from_s: float,
    until_s: float,
    length_m: float | None = 2.1,
    source: SpeedSource = SpeedSource.FOOT_IMU,
) -> list[Stride]:
    """Strides of 0.7 s, 3 m/s unless said otherwise."""
    n = round((until_s - from_s) / 0.7)
    return [
        replace(
            stride(side, from_s + 0.7 * i, stride_time_s=0.7),
            stride_length_m=length_m,
            speed_source=source,
        )
        for i in range(n)
    ]


def reading(time_s: float, speed_mps: float, source: SpeedSource) -> SpeedReading:
    return SpeedReading(
        runner=RUNNER, session=SESSION, time_s=time_s, speed_mps=speed_mps, source=source
    )


def seconds(
    until_s: int,
    *,
    strides: Iterable[Stride] = (),
    readings: Iterable[SpeedReading] = (),
    activity: Sequence[tuple[int, Activity]] = (),
) -> list[Second]:
    """Seconds of running, other from those on that `activity` names."""
    strides, readings = list(strides), list(readings)
    out = []
    for t in range(1, until_s + 1):
        did = [what for since, what in activity if t > since]
        what = did[-1] if did else Activity.RUNNING
        out.append(
            Second(
                until_s=float(t),
                activity={} if what is Activity.GAP else dict.fromkeys(Side, what),
                strides=[s for s in strides if t - 1 < s.end_s <= t],
                readings=[r for r in readings if t - 1 < max(r.time_s, 0.1) <= t],
            )
        )
    return out


MIXED = seconds(
    64,
    strides=[
        *paces(Side.LEFT, from_s=2, until_s=40),
        *paces(Side.RIGHT, from_s=2.3, until_s=20, length_m=2.3),
        *paces(Side.RIGHT, from_s=25, until_s=60),
    ],
    readings=[reading(t / 2, 2.8, SpeedSource.FOOT_POD) for t in range(20, 130)],
    activity=[(45, Activity.GAP), (55, Activity.RUNNING)],
)
