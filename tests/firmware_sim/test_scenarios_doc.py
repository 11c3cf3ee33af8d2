"""The page of simulated runs tells of every scenario that ships what it does, and of no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_sim.scenario import Scenario
from firmware_sim.scenarios import SCENARIOS, scenario
from firmware_sim.tired import Range, Tiring

PAGE = (Path(__file__).parents[2] / "docs" / "simulated-runs.md").read_text()
SHIPS = PAGE.split("## What ships")[1].split("More keys of a scenario file")[0]
ROW = re.compile(r"^\| `([\w-]+)` \| (\w+) \| (\d+) \| (.+) \|$", re.MULTILINE)
TOLD = {name: (worn, float(minutes), what) for name, worn, minutes, what in ROW.findall(SHIPS)}
WORDS = {"cadence": "cadence", "contact_time": "contact", "peak_accel": "impact", "speed": "speed"}


def percent(values: Range) -> str:
    """The range as the page writes it, the lesser change first: "-2 to -3 %"."""
    first, last = sorted((100.0 * value for value in values), key=abs)
    return f"{first:+.0f} %" if first == last else f"{first:+.0f} to {last:+.0f} %"


def phrases(run: Scenario, tiring: Tiring) -> Iterator[str]:
    for metric, word in WORDS.items():
        if any(values := getattr(tiring, metric)):
            yield f"{word} {percent(values)}"
    if more := tiring.variability[1]:
        yield f"less even by {100.0 * more:.0f} %"
    if (apart := tiring.asymmetry[1]) and run.asymmetry is not None:
        yield f"asymmetry {100.0 * run.asymmetry:.0f} to {100.0 * (run.asymmetry + apart):.0f} %"
    if tiring.until_s - tiring.from_s >= 60.0:
        yield f"from minute {tiring.from_s / 60.0:g} to {tiring.until_s / 60.0:g}"


def test_every_scenario_that_ships_and_no_other_is_in_the_table() -> None:
    assert re.findall(r"^\| `([\w-]+)`", SHIPS, re.MULTILINE) == list(TOLD), "a row of other form"
    assert sorted(TOLD) == sorted(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_table_tells_where_it_is_worn_and_for_how_long(name: str) -> None:
    run = scenario(name)
    assert TOLD[name][:2] == (run.placement.value, run.minutes)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_table_tells_how_form_changes(name: str) -> None:
    run, told = scenario(name), TOLD[name][2]
    if told.startswith("the demo, and "):
        assert run.tiring == scenario("demo").tiring
        assert run.faults
    else:
        lacking = [p for tiring in run.tiring for p in phrases(run, tiring) if p not in told]
        assert not lacking
