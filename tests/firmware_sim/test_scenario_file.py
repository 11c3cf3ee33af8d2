"""A scenario in a file says what it changes; what it cannot say is refused in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analytics.errors import InputError
from analytics.records import Placement, Side, Surface
from firmware_sim.faults import BrokerOutage, Overflow, PowerCut
from firmware_sim.scenario_file import scenario_named
from firmware_sim.scenarios import scenario
from firmware_sim.stretch import Doing

DOCS = Path(__file__).parents[2] / "docs" / "simulated-runs.md"


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)


def test_a_name_is_a_scenario_of_ours() -> None:
    assert scenario_named("demo") == scenario("demo")


def test_what_a_file_leaves_out_is_as_in_the_scenario_it_begins_with(tmp_path: Path) -> None:
    made = scenario_named(written(tmp_path, 'like = "typical-tired"\nminutes = 3\n'))
    usual = scenario("typical-tired")
    assert (made.name, made.minutes, made.tiring) == ("mine", 3.0, usual.tiring)


def test_the_example_of_the_docs_works(tmp_path: Path) -> None:
    example = re.findall(r"```toml\n(.*?)```", DOCS.read_text(), re.DOTALL)[0]
    made = scenario_named(written(tmp_path, example))
    assert made.placement is Placement.SHOE
    assert made.faults == (PowerCut(side=Side.LEFT, at_s=240.0, lasts_s=20.0),)
    (tiring,) = made.tiring
    assert tiring.cadence == (-0.05, -0.03)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("minuts = 3", "minuts"),
        ('minutes = "three"', r"\$\.minutes"),
        ("minutes = 100000", "give 0.2 to 600"),
        ('like = "sleepy"', "choose demo, fresh"),
        ('placement = "hip"', "hip"),
        ("minutes = ", "mine.toml"),
        ("[tiring]\nfrom_s = 9.0\nuntil_s = 3.0", "make until_s larger"),
        ("[tiring]\nfrom_s = 1.0\nuntil_s = 3.0\nspeed = [0.1, -0.1]", "lower share first"),
        ('[[stretches]]\ndoing = "swimming"\nlasts_s = 9.0', "choose standing, running"),
        ('[[stretches]]\nlasts_s = 9.0\nsurface = "mud"', "choose asphalt, concrete"),
        ("[[stretches]]\nlasts_s = 1.0", "number 1: lasts_s = 1; give 6 or more"),
        ('[[stretches]]\ndoing = "stairs"\nlasts_s = 9.0', "give 45 to 90 for up"),
        ("[[stretches]]\nlasts_s = 9.0\ngrade_pct = -50.0", "give 0 to 30 for up"),
        ("[[stretches]]\nlasts_s = 9.0\npace = 3.0", "give 0.5 to 1.5"),
        ('[[stretches]]\ndoing = "standing"\nlasts_s = 9.0', "still_s"),
        ("repeat = 0", "give 1 to 200"),
        ("battery_pct = 0.0", "give 1 to 100"),
        ('[[faults]]\nkind = "swapped"\nside = "left"\nat_s = 1\nlasts_s = 1', "has none"),
        (
            '[[faults]]\nkind = "mute"\nside = "left"\nat_s = 1\nlasts_s = 1\ndegrees = 9',
            "only for",
        ),
        ('[[faults]]\nkind = "rain"\nside = "left"\nat_s = 1.0\nlasts_s = 1.0', "power_cut"),
        ('[[faults]]\nkind = "mute"\nside = "left"\nat_s = 1.0\nlasts_s = 0.0', "number 1"),
        ('[[faults]]\nkind = "mute"\nat_s = 1.0\nlasts_s = 1.0', "has a side"),
        ('[[faults]]\nkind = "overflow"\nside = "left"\nat_s = 1\nlasts_s = 1\nshare = 2', "share"),
    ],
)
def test_what_no_scenario_has_is_one_clear_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        scenario_named(written(tmp_path, text))
    assert "mine.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: no scenario"):
        scenario_named(str(tmp_path / "nowhere.toml"))


def test_packets_and_what_lies_beyond_the_gateway_have_faults_too(tmp_path: Path) -> None:
    text = """
        interval_s = 0.03
        [[faults]]
        kind = "overflow"
        side = "right"
        at_s = 5.0
        lasts_s = 2.0
        share = 0.4
        [[faults]]
        kind = "broker_outage"
        at_s = 8.0
        lasts_s = 60.0
    """
    made = scenario_named(written(tmp_path, text))
    assert made.interval_s == pytest.approx(0.03)
    assert made.faults == (
        Overflow(side=Side.RIGHT, at_s=5.0, lasts_s=2.0, share=0.4),
        BrokerOutage(at_s=8.0, lasts_s=60.0),
    )


def test_stretches_repeat_and_several_tirings_follow_each_other(tmp_path: Path) -> None:
    text = """
repeat = 3
[[stretches]]
lasts_s = 90.0
pace = 0.8
[[stretches]]
doing = "walking"
lasts_s = 30.0
surface = "grass"
[[tiring]]
from_s = 60.0
until_s = 70.0
speed = [-0.1, -0.1]
[[tiring]]
from_s = 160.0
until_s = 170.0
asymmetry = [0.1, 0.1]
"""
    made = scenario_named(written(tmp_path, text))
    assert [stretch.doing for stretch in made.stretches] == 3 * [Doing.RUNNING, Doing.WALKING]
    assert (made.stretches[0].pace, made.stretches[1].surface) == (0.8, Surface.GRASS)
    assert [tiring.from_s for tiring in made.tiring] == [60.0, 160.0]


def test_the_example_of_stretches_in_the_docs_works(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    (example,) = [text for text in examples if "[[stretches]]" in text]
    made = scenario_named(written(tmp_path, example))
    assert [stretch.surface for stretch in made.stretches] == 3 * [Surface.GRASS]
    assert (made.battery_pct, made.battery_hours, made.asymmetry) == (30.0, 1.0, 0.09)
