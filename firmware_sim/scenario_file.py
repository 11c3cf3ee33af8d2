"""A scenario in a TOML file, checked key by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, cast

import msgspec

from analytics.errors import InputError
from analytics.records import Placement, Side
from firmware_sim.course import METRICS
from firmware_sim.faults import FAULTS, Fault, LinkFault, Outage
from firmware_sim.scenario import SCENARIOS, Scenario, scenario
from firmware_sim.tired import Range, Tiring

_KINDS = {kind: cast("Callable[..., Fault]", fault) for fault, kind in FAULTS.items()}
_OUTAGES = {kind for fault, kind in FAULTS.items() if issubclass(fault, Outage)}
_SHARED = {kind for fault, kind in FAULTS.items() if issubclass(fault, LinkFault)}
_SUFFIX = ".toml"
_LIMITS = {
    "interval_s": (0.0, 4.0),
    "minutes": (0.2, 600.0),
    "warm_up_s": (0.0, 3600.0),
    "still_s": (0.0, 600.0),
    "accel_range_g": (2.0, 400.0),
    "asymmetry": (0.0, 0.5),
}
_MOST_CHANGE = 0.9


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


class _Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: str
    side: Side | None = None
    at_s: float
    lasts_s: float
    share: float | None = None

    def made(self) -> Fault:
        told = {k: v for k, v in msgspec.structs.asdict(self).items() if v is not None}
        return _KINDS[told.pop("kind")](**told)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a file may say; what it leaves out is as in the scenario it begins with."""

    like: str = "fresh"
    about: str | None = None
    placement: Placement | None = None
    minutes: float | None = None
    warm_up_s: float | None = None
    still_s: float | None = None
    accel_range_g: float | None = None
    has_baseline: bool | None = None
    interval_s: float | None = None
    asymmetry: float | None = None
    tiring: _Tiring | tuple[_Tiring, ...] | None = None
    faults: tuple[_Fault, ...] | None = None


_Checked: TypeAlias = tuple[bool, str, str]


def scenario_named(name: str) -> Scenario:
    """Return a scenario by its name or from a file whose name ends in .toml.

    Raises
    ------
    InputError
        There is none of that name, or the file says something that no scenario has.

    """
    return _from_file(Path(name)) if name.endswith(_SUFFIX) else scenario(name)


def _from_file(path: Path) -> Scenario:
    try:
        told = msgspec.toml.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError) as error:
        mend = "docs/simulated-runs.md lists the keys"
        raise InputError(f"no scenario ({error})", where=str(path), mend=mend) from error
    for wrong, what, mend in _checks(told):
        if wrong:
            raise InputError(what, where=str(path), mend=mend)
    changes = {
        key: value
        for key, value in msgspec.structs.asdict(told).items()
        if value is not None and key not in {"like", "tiring", "faults"}
    }
    if told.tiring is not None:
        changes["tiring"] = tuple(Tiring(**msgspec.structs.asdict(one)) for one in _tirings(told))
    if told.faults is not None:
        changes["faults"] = tuple(fault.made() for fault in told.faults)
    return replace(SCENARIOS[told.like](), name=path.stem, **changes)


def _tirings(told: _File) -> tuple[_Tiring, ...]:
    """Return what `[tiring]` or several `[[tiring]]` say."""
    match told.tiring:
        case None:
            return ()
        case _Tiring() as one:
            return (one,)
        case several:
            return several


def _checks(told: _File) -> list[_Checked]:
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
    return [like, *_out_of_range(within), *_tiring_checks(told), *_fault_checks(told)]


def _out_of_range(within: Mapping[str, tuple[float, float, float]]) -> list[_Checked]:
    return [
        (
            not least <= value <= most,
            f"{key} = {value:g} is out of range",
            f"give {least:g} to {most:g}",
        )
        for key, (value, least, most) in within.items()
    ]


def _tiring_checks(told: _File) -> list[_Checked]:
    checks = []
    for number, tiring in enumerate(_tirings(told), start=1):
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


def _fault_checks(told: _File) -> list[_Checked]:
    checks = []
    for number, fault in enumerate(told.faults or (), start=1):
        of = f"faults, number {number}:"
        known = fault.kind in _KINDS
        checks += [
            (not known, f"{of} no kind {fault.kind!r}", "choose " + ", ".join(_KINDS)),
            (fault.lasts_s <= 0.0, f"{of} lasts_s = {fault.lasts_s}", "give more than 0"),
            (fault.at_s < 0.0, f"{of} at_s = {fault.at_s}", "give 0 or more"),
            (
                known and (fault.side is None) != (fault.kind in _OUTAGES),
                f"{of} a sensor's fault has a side, an outage has none",
                "give or leave out side",
            ),
            (
                fault.share is not None and not (fault.kind in _SHARED and 0.0 < fault.share < 1.0),
                f"{of} share = {fault.share}",
                "give more than 0 and less than 1, and only for " + ", ".join(sorted(_SHARED)),
            ),
        ]
    return checks
