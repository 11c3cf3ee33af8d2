"""What a runner does on the way is seen in the motion and stands in the truth."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analytics.records import FloatArray, Placement, Side
from firmware_sim.course import STEADY
from firmware_sim.gait.shoe import ShoeGait
from firmware_sim.imu import standing
from firmware_sim.journey import Journey
from firmware_sim.landings import draw_bouts
from firmware_sim.route import Route
from firmware_sim.runner import draw_traits, make_leg
from firmware_sim.stretch import Doing, Stretch

RATE_HZ = 1600.0
both = pytest.mark.parametrize("placement", Placement)


def journey(*stretches: Stretch, placement: Placement, ends_s: float = 60.0) -> Journey:
    route = Route(stretches=stretches, ends_s=ends_s)
    traits = draw_traits(np.random.default_rng(4), placement=placement)
    bouts = draw_bouts(np.random.default_rng(5), traits=traits, course=STEADY, route=route)
    return Journey(bouts, route=route, placement=placement)


def seconds(begin_s: float, end_s: float) -> FloatArray:
    return np.arange(begin_s, end_s, 1.0 / RATE_HZ)


@both
def test_who_falls_into_a_walk_and_runs_again_moves_without_jumps(placement: Placement) -> None:
    walk = Stretch(doing=Doing.WALKING, lasts_s=20.0)
    made = journey(Stretch(lasts_s=20.0), walk, placement=placement)
    motion = made.motion(Side.LEFT, seconds(2.0, 58.0))
    steps = np.abs(np.diff(motion, axis=1)).max(axis=1)
    assert steps[:3].max() < 3.5  # g in 0.6 ms: the steepest shock rises 3 g in 1 ms
    assert steps[3:].max() < 1.5  # rad/s
    size_g = np.sqrt((motion[:3] ** 2).sum(axis=0))
    assert size_g.max() < 16.0
    walking = np.sqrt((made.motion(Side.LEFT, seconds(24.0, 38.0))[:3] ** 2).sum(axis=0))
    assert walking.max() < 0.6 * size_g.max()


@both
def test_a_walk_is_slower_and_leaves_no_moment_without_a_foot_down(placement: Placement) -> None:
    walk = Stretch(doing=Doing.WALKING, lasts_s=30.0)
    made = journey(Stretch(lasts_s=10.0), walk, placement=placement)
    strides = made.strides(offset_s=0.0)
    walked = [s for s in strides if s.activity is Doing.WALKING and 15.0 < s.contact_s < 37.0]
    assert all(s.speed_mps == pytest.approx(1.27, rel=0.1) for s in walked)
    for one, other in itertools.pairwise(walked):
        assert one.side is not other.side
        assert other.contact_s < one.toe_off_s
    assert {s.activity for s in strides} == {Doing.WALKING, Doing.RUNNING}


@both
def test_a_foot_walks_flat_on_the_ground_for_a_while(placement: Placement) -> None:
    made = journey(Stretch(doing=Doing.WALKING, lasts_s=40.0), placement=placement)
    leg = [s for s in made.strides(offset_s=0.0) if s.side is Side.LEFT and s.contact_s > 5.0]
    contact_s, toe_off_s = leg[3].contact_s, leg[3].toe_off_s
    middle = seconds(contact_s + 0.4 * (toe_off_s - contact_s), contact_s + 0.55 * 0.73)
    size_g = np.sqrt((made.motion(Side.LEFT, middle)[:3] ** 2).sum(axis=0))
    assert size_g == pytest.approx(1.0, abs=0.1 if placement is Placement.SHOE else 0.6)


@both
def test_who_stops_stands_still_and_goes_on(placement: Placement) -> None:
    stop = Stretch(doing=Doing.STANDING, lasts_s=10.0)
    made = journey(Stretch(lasts_s=20.0), stop, placement=placement)
    quiet = seconds(22.0, 29.0)
    np.testing.assert_allclose(made.motion(Side.RIGHT, quiet), standing(quiet), atol=1e-9)
    landed = [s.contact_s for s in made.strides(offset_s=0.0)]
    assert not [at for at in landed if 20.0 < at < 30.0]
    spans = made.spans(from_s=-5.0, until_s=70.0)
    doing = [span.activity for span in spans]
    assert doing == [Doing.STANDING, Doing.RUNNING, Doing.STANDING, Doing.RUNNING, Doing.STANDING]
    assert spans[0].from_s == -5.0
    assert spans[-1].until_s == 70.0
    assert all(a.until_s == b.from_s for a, b in itertools.pairwise(spans))


@both
def test_a_u_turn_is_half_a_circle_of_slower_strides(placement: Placement) -> None:
    turn = Stretch(doing=Doing.TURN, lasts_s=3.0)
    made = journey(Stretch(lasts_s=20.0), turn, placement=placement)
    motion = made.motion(Side.LEFT, seconds(15.0, 32.0))
    rates = motion[3:]
    if placement is Placement.SHIN:  # it only pitches besides, about the axis across
        yaw = np.sign(rates[2]) * np.hypot(rates[0], rates[2])
        assert float(yaw.sum() / RATE_HZ) == pytest.approx(np.pi, rel=0.3)
    strides = made.strides(offset_s=0.0)
    turned = [s for s in strides if s.activity is Doing.TURN]
    usual = [s for s in strides if s.contact_s < 15.0]
    assert 5 <= len(turned) <= 9
    assert np.mean([s.speed_mps for s in turned]) < 0.8 * np.mean([s.speed_mps for s in usual])
    times = [np.mean([s.stride_time_s for s in some]) for some in (turned, usual)]
    assert times[0] > 1.03 * times[1]


def test_stairs_lift_the_foot_two_steps_a_stride() -> None:
    stairs = Stretch(doing=Doing.STAIRS, lasts_s=20.0, grade_pct=58.0)
    route = Route(stretches=(stairs,), ends_s=20.0)
    traits = draw_traits(np.random.default_rng(4), placement=Placement.SHOE)
    (bout,) = draw_bouts(np.random.default_rng(5), traits=traits, course=STEADY, route=route)
    gait = make_leg(contacts=bout.contacts[Side.LEFT], placement=Placement.SHOE).gait
    assert isinstance(gait, ShoeGait)
    contacts = gait.contacts
    stands_s = contacts.contact_s + 0.5 * contacts.contact_time_s
    _, height_m = gait.place(stands_s[:-1])
    assert np.diff(height_m)[3:] == pytest.approx(0.34, abs=0.05)


@both
def test_slopes_and_surfaces_change_impact_and_its_tone(placement: Placement) -> None:
    down = Stretch(lasts_s=60.0, grade_pct=-10.0)
    level = Stretch(lasts_s=60.0)
    grass = Stretch(lasts_s=60.0, surface=level.surface.GRASS)
    route = Route(stretches=(level, down, grass), ends_s=180.0)
    traits = draw_traits(np.random.default_rng(4), placement=placement)
    (bout,) = draw_bouts(np.random.default_rng(5), traits=traits, course=STEADY, route=route)
    leg = bout.contacts[Side.LEFT]
    part = [(leg.contact_s >= t) & (leg.contact_s < t + 60.0) for t in (0.0, 60.0, 120.0)]
    peaks = [float(np.median(leg.peak_accel_g[of])) for of in part]
    assert peaks[1] / peaks[0] == pytest.approx(1.31, abs=0.12)
    assert np.unique(leg.tone[part[2]]) == pytest.approx([13.0 / 15.0])
    assert np.unique(leg.tone[part[0]]) == pytest.approx([1.0])
    assert 0.06 <= abs(dict(traits.ground)[grass.surface]) <= 0.12
