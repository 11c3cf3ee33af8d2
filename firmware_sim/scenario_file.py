"""A scenario in a TOML file, checked key by key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec

from analytics.errors import InputError
from analytics.records import Surface
from firmware_sim.scenario import Scenario
from firmware_sim.scenario_words import MADE, File, checks, tirings
from firmware_sim.scenarios import SCENARIOS, scenario
from firmware_sim.stretch import Doing, Stretch
from firmware_sim.tired import Tiring

_SUFFIX = ".toml"


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
        told = msgspec.toml.decode(path.read_bytes(), type=File)
    except (OSError, msgspec.DecodeError) as error:
        mend = "docs/simulated-runs.md lists the keys"
        raise InputError(f"no scenario ({error})", where=str(path), mend=mend) from error
    for wrong, what, mend in checks(told):
        if wrong:
            raise InputError(what, where=str(path), mend=mend)
    changes = {
        key: value
        for key, value in msgspec.structs.asdict(told).items()
        if value is not None and key not in MADE
    }
    if told.tiring is not None:
        changes["tiring"] = tuple(Tiring(**msgspec.structs.asdict(one)) for one in tirings(told))
    if told.stretches is not None:
        changes["stretches"] = told.repeat * tuple(
            Stretch(
                doing=Doing(one.doing),
                lasts_s=one.lasts_s,
                pace=one.pace,
                grade_pct=one.grade_pct,
                surface=Surface(one.surface),
            )
            for one in told.stretches
        )
    if told.faults is not None:
        changes["faults"] = tuple(fault.made() for fault in told.faults)
    return replace(SCENARIOS[told.like](), name=path.stem, **changes)
