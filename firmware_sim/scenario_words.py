"""What a scenario file may say, and what is wrong with what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

import msgspec

from analytics.records import Placement, Side, Surface
from firmware_sim.course import METRICS
from firmware_sim.faults import FAULTS, Fault, LinkFault, Outage, Slip, Swapped
from firmware_sim.scenarios import SCENARIOS
from firmware_sim.stretch import Doing
from firmware_sim.tired import Range

KINDS = {kind: cast("Callable[..., Fault]", fault) for fault, kind in FAULTS.items()}
_OF_BOTH = {kind for fault, kind in FAULTS.items() if issubclass(fault, Outage | Swapped)}
_SHARED = {kind for fault, kind in FAULTS.items() if issubclass(fault, LinkFault)}
_LIMITS = {
    "interval_s": (0.0, 4.0),
    "minutes": (0.2, 600.0),
    "warm_up_s": (0.0, 3600.0),
    "still_s": (0.0, 600.0),
    "accel_range_g": (2.0, 400.0),
    "asymmetry": (0.0, 0.5),
    "samples_a_packet": (1, 41),
    "battery_pct": (1.0, 100.0),
    "battery_hours": (0.05, 1000.0),
    "repeat": (1, 200),
}
_MOST_CHANGE = 0.9
_HALF_TURN_DEG = 180.0
MADE = {"like", "tiring", "stretches", "repeat", "faults"}  # keys that are more than a value
# A few steps are needed to do anything at all.
_SHORTEST_S = {
    Doing.STANDING: 4.0,
    Doing.RUNNING: 6.0,
    Doing.WALKING: 6.0,
    Doing.STAIRS: 6.0,
    Doing.TURN: 2.0,
}
_STEEPEST_PCT = 30.0
_SLOWEST, _FASTEST = 0.5, 1.5
_FLATTEST_STAIRS_PCT, _STEEPEST_STAIRS_PCT = 45.0, 90.0  # 24 to 42 degrees (Riener 2002)


class _Tiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_s: float
    until_s: float
    cadence: Range = (0.0, 0.0)
    contact_time: Range = (0.0, 0.0)
    peak_accel: Range = (0.0, 0.0)
    variability: Range = (0.0, 0.0)
    asymmetry: Range = (0.0, 0.0)
    speed: Range = (0.0, 0.0)
    cadence_leads_s: float = 0.0


class _Stretch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    doing: str = "running"
    lasts_s: float
    pace: float = 1.0
    grade_pct: float = 0.0
    surface: str = "asphalt"


class _Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: str
    side: Side | None = None
    at_s: float
    lasts_s: float
    share: float | None = None
    degrees: float | None = None

    def made(self) -> Fault:
        told = {k: v for k, v in msgspec.structs.asdict(self).items() if v is not None}
        return KINDS[told.pop("kind")](**told)


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a file may say; what it leaves out is as in the scenario it begins with."""

    like: str = "fresh"
    about: str | None = None
    placement: Placement | None = None
    minutes: float | None = None
    warm_up_s: float | None = None
    still_s: float | None = None
    accel_range_g: float | None = None
    samples_a_packet: int | None = None
    has_baseline: bool | None = None
    interval_s: float | None = None
    battery_pct: float | None = None
    battery_hours: float | None = None
    asymmetry: float | None = None
    tiring: _Tiring | tuple[_Tiring, ...] | None = None
    stretches: tuple[_Stretch, ...] | None = None
    repeat: int = 1
    faults: tuple[_Fault, ...] | None = None


_Checked: TypeAlias = tuple[bool, str, str]


def tirings(told: File) -> tuple[_Tiring, ...]:
    """Return what `[tiring]` or several `[[tiring]]` say."""
    match told.tiring:
        case None:
            return ()
        case _Tiring() as one:
            return (one,)
        case several:
            return several


def checks(told: File) -> list[_Checked]:
    """Return what may be wrong beyond types: (is it, what, how to mend it)."""
    like = (
        told.like not in SCENARIOS,
        f"like = {told.like!r} is no scenario",
        "choose " + ", ".join(SCENARIOS),
    )
    within = {
        key: (value, least, most)
        for key, (least, most) in _LIMITS.items()
        if (value := getattr(told, key)) is not None
    }
    return [
        like,
        *_out_of_range(within),
        *_tiring_checks(told),
        *_stretch_checks(told),
        *_fault_checks(told),
    ]


def _out_of_range(within: Mapping[str, tuple[float, float, float]]) -> list[_Checked]:
    return [
        (
            not least <= value <= most,
            f"{key} = {value:g} is out of range",
            f"give {least:g} to {most:g}",
        )
        for key, (value, least, most) in within.items()
    ]


def _tiring_checks(told: File) -> list[_Checked]:
    checks = []
    for number, tiring in enumerate(tirings(told), start=1):
        of = f"tiring, number {number}:"
        checks.append(
            (
                tiring.until_s <= tiring.from_s,
                f"{of} ends before it begins",
                "make until_s larger than from_s",
            )
        )
        for metric in METRICS:
            low, high = getattr(tiring, metric)
            checks.append(
                (
                    not -_MOST_CHANGE <= low <= high <= _MOST_CHANGE,
                    f"{of} {metric} = [{low:g}, {high:g}]",
                    f"give the lower share first, both within {_MOST_CHANGE:g} of 0",
                )
            )
    return checks


def _stretch_checks(told: File) -> list[_Checked]:
    checks: list[_Checked] = []
    for number, one in enumerate(told.stretches or (), start=1):
        of = f"stretches, number {number}:"
        known = one.doing in set(Doing)
        stairs, first = one.doing == Doing.STAIRS, number == 1
        least_s = _SHORTEST_S[Doing(one.doing)] if known else 0.0
        steepest = _STEEPEST_STAIRS_PCT if stairs else _STEEPEST_PCT
        flattest = _FLATTEST_STAIRS_PCT if stairs else 0.0
        checks += [
            (not known, f"{of} no doing {one.doing!r}", "choose " + ", ".join(Doing)),
            (
                one.surface not in set(Surface),
                f"{of} no surface {one.surface!r}",
                "choose " + ", ".join(Surface),
            ),
            (one.lasts_s < least_s, f"{of} lasts_s = {one.lasts_s:g}", f"give {least_s:g} or more"),
            (
                not _SLOWEST <= one.pace <= _FASTEST,
                f"{of} pace = {one.pace:g}",
                f"give {_SLOWEST:g} to {_FASTEST:g}",
            ),
            (
                not flattest <= abs(one.grade_pct) <= steepest,
                f"{of} grade_pct = {one.grade_pct:g}",
                f"give {flattest:g} to {steepest:g} for up, the same below zero for down",
            ),
            (
                first and one.doing == Doing.STANDING,
                f"{of} stands before the first landing",
                "say so by still_s",
            ),
        ]
    return checks


def _fault_checks(told: File) -> list[_Checked]:
    checks = []
    for number, fault in enumerate(told.faults or (), start=1):
        of = f"faults, number {number}:"
        known = fault.kind in KINDS
        checks += [
            (not known, f"{of} no kind {fault.kind!r}", "choose " + ", ".join(KINDS)),
            (fault.lasts_s <= 0.0, f"{of} lasts_s = {fault.lasts_s}", "give more than 0"),
            (fault.at_s < 0.0, f"{of} at_s = {fault.at_s}", "give 0 or more"),
            (
                known and (fault.side is None) != (fault.kind in _OF_BOTH),
                f"{of} a fault of one sensor has a side, any other has none",
                "give or leave out side",
            ),
            (
                fault.share is not None and not (fault.kind in _SHARED and 0.0 < fault.share < 1.0),
                f"{of} share = {fault.share}",
                "give more than 0 and less than 1, and only for " + ", ".join(sorted(_SHARED)),
            ),
            (
                fault.degrees is not None
                and not (fault.kind == FAULTS[Slip] and 0.0 < fault.degrees <= _HALF_TURN_DEG),
                f"{of} degrees = {fault.degrees}",
                f"give more than 0, at most {_HALF_TURN_DEG:g}, and only for {FAULTS[Slip]}",
            ),
        ]
    return checks
