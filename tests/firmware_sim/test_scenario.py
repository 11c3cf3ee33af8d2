from __future__ import annotations

import numpy as np
import pytest

from analytics.errors import InputError
from analytics.records import Placement, Side
from firmware_sim.faults import PowerCut
from firmware_sim.scenario import generator
from firmware_sim.scenarios import SCENARIOS, scenario


def test_an_unknown_scenario_names_those_there_are() -> None:
    with pytest.raises(InputError, match=r"demo, fresh, typical-tired, hard, stiff, slowing"):
        scenario("marathon")


def test_a_scenario_can_be_worn_elsewhere_and_be_of_another_length() -> None:
    other = scenario("demo").with_(placement=Placement.SHIN, minutes=1.0)
    assert (other.placement, other.minutes, other.name) == (Placement.SHIN, 1.0, "demo")
    assert scenario("demo").placement is Placement.SHOE


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_goes_by_its_name_and_has_a_baseline(name: str) -> None:
    assert scenario(name).name == name
    assert scenario(name).has_baseline


def test_the_fresh_runner_never_changes_and_the_tired_one_does_within_limits() -> None:
    assert not scenario("fresh").course(1).changes
    courses = [scenario("typical-tired").course(seed).changes[0] for seed in range(30)]
    assert all(-0.03 <= c.cadence <= -0.02 for c in courses)
    assert all(0.04 <= c.contact_time <= 0.06 for c in courses)
    assert all(0.08 <= c.peak_accel <= 0.15 for c in courses)
    assert len({c.peak_accel for c in courses}) == 30
    assert (courses[0].from_s, courses[0].until_s) == (600.0, 1200.0)


def test_sensor_loss_takes_the_left_sensor_away_for_twenty_seconds() -> None:
    (cut,) = scenario("sensor-loss").faults
    assert cut == PowerCut(side=Side.LEFT, at_s=60.0, lasts_s=20.0)


def test_tiredness_grows_in_a_straight_line_between_its_times() -> None:
    (tires,) = scenario("typical-tired").course(1).changes
    times_s = (0.0, 600.0, 900.0, 1200.0, 9e9)
    assert [tires.done_now(t) for t in times_s] == [0, 0, 0.5, 1, 1]
    assert tires.done(np.array(times_s)).tolist() == [0, 0, 0.5, 1, 1]


def test_generators_for_different_purposes_do_not_disturb_each_other() -> None:
    one, other, again = generator(1, "noise"), generator(1, "strides"), generator(1, "noise")
    drawn = one.random()
    assert drawn != other.random()
    assert drawn == again.random()


def test_the_presets_change_what_their_names_say() -> None:
    changes = {
        name: [scenario(name).course(seed).changes for seed in range(20)]
        for name in ("hard", "stiff", "slowing", "treadmill", "break")
    }
    for (hard,) in changes["hard"]:
        assert (hard.cadence, hard.contact_time) == (-0.05, 0.08)
        assert 0.30 <= hard.peak_accel <= 0.60
        assert hard.asymmetry == pytest.approx(0.20 - 0.09)
    assert all(one.contact_time > 0.0 == one.peak_accel for (one,) in changes["stiff"])
    assert all(one.speed == -0.12 and one.peak_accel > 0.0 for (one,) in changes["slowing"])
    assert all(one.contact_time < 0.0 == one.speed for (one,) in changes["treadmill"])
    whole_s = 60.0 * scenario("break").minutes
    for breaks in changes["break"]:
        assert [one.from_s / whole_s for one in breaks] == pytest.approx([0.60, 0.83])
