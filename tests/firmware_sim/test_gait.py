from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import butter, lfilter

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.landing import FAMILIES, FOREFOOT, MIDFOOT, REARFOOT, Shock
from firmware_sim.gait.leg import Gait, Leg
from firmware_sim.gait.shank import ShankGait
from firmware_sim.gait.shoe import (
    SENSOR_AHEAD_M,
    SENSOR_UP_M,
    ShoeGait,
    pronation_velocity_dps,
)

RATE_HZ = 20_000.0
GAITS: dict[str, Callable[[Contacts], Gait]] = {
    "rearfoot shank": lambda contacts: ShankGait(contacts=contacts, landing=REARFOOT),
    "midfoot shank": lambda contacts: ShankGait(contacts=contacts, landing=MIDFOOT),
    "forefoot shank": lambda contacts: ShankGait(contacts=contacts, landing=FOREFOOT),
    "rearfoot shoe": lambda contacts: ShoeGait(contacts=contacts, landing=REARFOOT),
    "midfoot shoe": lambda contacts: ShoeGait(contacts=contacts, landing=MIDFOOT),
    "forefoot shoe": lambda contacts: ShoeGait(contacts=contacts, landing=FOREFOOT),
}
every_gait = pytest.mark.parametrize("name", GAITS)
shanks = pytest.mark.parametrize("name", [name for name in GAITS if "shank" in name])
shoes = pytest.mark.parametrize("name", [name for name in GAITS if "shoe" in name])


def landings(n: int = 12) -> Contacts:
    rng = np.random.default_rng(3)
    return Contacts(
        contact_s=3.0 + np.concatenate([[0.0], np.cumsum(rng.normal(0.70, 0.02, n - 1))]),
        contact_time_s=rng.normal(0.25, 0.01, n),
        peak_accel_g=rng.uniform(5.0, 11.0, n),
        stride_length_m=rng.normal(2.1, 0.05, n),
        strike_angle_deg=rng.normal(10.0, 2.0, n),
    )


def sampled(leg: Leg, start_s: float, stop_s: float) -> tuple[FloatArray, FloatArray]:
    time_s = np.arange(start_s, stop_s, 1.0 / RATE_HZ)
    return time_s, leg.motion(time_s)


def small_turn(vector: FloatArray) -> FloatArray:
    """Return the rotation by a small vector, to second order."""
    x, y, z = vector
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + cross + 0.5 * cross @ cross)


def attitude(gait: ShoeGait, at_s: float) -> FloatArray:
    """Return the matrix that turns the foot's axes into the world's."""
    pitch, roll = gait.pitch(np.array([at_s]))[0][0], gait.roll(np.array([at_s]))[0][0]
    c, s = math.cos(pitch), math.sin(pitch)
    up = np.array([[c, 0.0, -s], [0.0, 1.0, 0.0], [s, 0.0, c]])
    c, s = math.cos(roll), math.sin(roll)
    return np.asarray(up @ np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]]))


@every_gait
def test_the_true_peak_is_the_drawn_one_by_its_definition(name: str) -> None:
    contacts = landings()
    leg = Leg(gait=GAITS[name](contacts))
    b, a = butter(2, 60.0, fs=RATE_HZ)
    delay_s = math.sqrt(2.0) / (2.0 * math.pi * 60.0)
    for k, contact_s in enumerate(contacts.contact_s):
        time_s, motion = sampled(leg, contact_s - 0.3, contact_s + 0.1)
        smooth = lfilter(b, a, motion[:3], axis=1)
        seen = (time_s >= contact_s + delay_s) & (time_s <= contact_s + delay_s + 0.075)
        axial = smooth[2, seen].max() - 1.0
        resultant = np.sqrt((smooth[:, seen] ** 2).sum(axis=0)).max()
        assert axial == pytest.approx(contacts.peak_accel_g[k], rel=0.005)
        assert leg.peaks_g()[0][k] == pytest.approx(contacts.peak_accel_g[k], abs=1e-9)
        assert leg.peaks_g()[1][k] == pytest.approx(resultant, rel=0.005)


@every_gait
def test_who_stands_before_and_after_measures_one_g_up_and_no_turning(name: str) -> None:
    contacts = landings()
    leg = Leg(gait=GAITS[name](contacts))
    rest = np.array([[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]).T
    _, before = sampled(leg, 0.0, 2.0)
    _, after = sampled(leg, contacts.toe_off_s[-1] + 0.4, contacts.toe_off_s[-1] + 1.0)
    np.testing.assert_allclose(before - rest, 0.0, atol=1e-9)
    np.testing.assert_allclose(after - rest, 0.0, atol=1e-9)


@every_gait
def test_cutting_time_in_pieces_changes_nothing(name: str) -> None:
    time_s = np.arange(1.0, 11.0, 1.0 / 1600.0)
    whole = Leg(gait=GAITS[name](landings())).motion(time_s)
    pieces = Leg(gait=GAITS[name](landings()))
    cut = np.concatenate([pieces.motion(part) for part in np.array_split(time_s, 17)], axis=1)
    np.testing.assert_array_equal(cut, whole)


@every_gait
def test_motion_has_no_jumps(name: str) -> None:
    _, motion = sampled(Leg(gait=GAITS[name](landings())), 1.0, 12.0)
    steps = np.abs(np.diff(motion, axis=1)).max(axis=1)
    assert steps[:3].max() < 0.20  # g in 50 us: the steepest shock rises 3 g in 1 ms
    assert steps[3:].max() < 0.06  # rad/s


@shanks
def test_the_gyroscope_of_a_shank_tells_how_its_inclination_changes(name: str) -> None:
    gait = GAITS[name](landings())
    assert isinstance(gait, ShankGait)
    time_s, motion = sampled(Leg(gait=gait), 1.0, 11.0)
    _, _, angle = gait.place(time_s)
    turned = np.cumsum(motion[4]) / RATE_HZ
    np.testing.assert_allclose(turned - turned[0], angle - angle[0], atol=2e-3)


@shanks
def test_force_on_a_shank_is_its_way_differentiated_twice_and_gravity(name: str) -> None:
    gait = GAITS[name](landings())
    assert isinstance(gait, ShankGait)
    time_s = np.arange(1.0, 11.0, 1.0 / RATE_HZ)
    forward, up, angle = gait.place(time_s)
    accel, _, _ = gait.base(time_s)
    world = np.stack([np.gradient(np.gradient(way)) for way in (forward, up)]) * RATE_HZ**2
    world /= STANDARD_GRAVITY_MPS2
    world[1] += 1.0
    along = np.sin(angle) * world[0] + np.cos(angle) * world[1]
    across = np.cos(angle) * world[0] - np.sin(angle) * world[1]
    np.testing.assert_allclose(accel[2, 5:-5], along[5:-5], atol=0.02)
    np.testing.assert_allclose(accel[0, 5:-5], across[5:-5], atol=0.02)


@shoes
def test_a_shoes_signals_integrate_to_the_way_of_its_stride(name: str) -> None:
    contacts = landings()
    gait = GAITS[name](contacts)
    assert isinstance(gait, ShoeGait)
    leg = Leg(gait=gait)
    lever = np.array([SENSOR_AHEAD_M, 0.0, SENSOR_UP_M])
    for k in range(2, 9):
        start, stop = contacts.contact_s[k : k + 2] + 0.5 * contacts.contact_time_s[k : k + 2]
        time_s, motion = sampled(leg, start, stop)
        turned = attitude(gait, start)
        begins = turned
        speed = begins @ np.cross(motion[3:, 0], lever)  # rolling, not at rest
        way = np.zeros(3)
        for i in range(0, len(time_s) - 10, 10):
            middle = motion[:, i + 5]
            half = small_turn(middle[3:] * 5 / RATE_HZ)
            force = turned @ half @ middle[:3] * STANDARD_GRAVITY_MPS2
            force[2] -= STANDARD_GRAVITY_MPS2
            way = way + speed * 10 / RATE_HZ
            speed = speed + force * 10 / RATE_HZ
            turned = turned @ small_turn(middle[3:] * 10 / RATE_HZ)
        moved = (attitude(gait, stop) - begins) @ lever
        assert way[0] == pytest.approx(contacts.stride_length_m[k] + moved[0], abs=0.015)
        assert way[1] == pytest.approx(moved[1], abs=0.015)
        assert way[2] == pytest.approx(moved[2], abs=0.015)
        np.testing.assert_allclose(turned, attitude(gait, stop), atol=3e-3)


@shoes
def test_a_shoe_meets_the_ground_at_its_strike_angle_and_is_flat_at_35_pct_of_stance(
    name: str,
) -> None:
    contacts = landings()
    gait = GAITS[name](contacts)
    assert isinstance(gait, ShoeGait)
    at_contact, _ = gait.pitch(contacts.contact_s)
    np.testing.assert_allclose(np.degrees(at_contact), contacts.strike_angle_deg, atol=1e-9)
    flat, _ = gait.pitch(contacts.contact_s + 0.35 * contacts.contact_time_s)
    np.testing.assert_allclose(flat, 0.0, atol=1e-9)
    toe_off, _ = gait.pitch(contacts.toe_off_s[1:-1])
    assert np.degrees(toe_off).max() < -35.0


@shoes
def test_the_ball_of_the_foot_stays_where_it_stands_and_the_foot_turns_about_it(name: str) -> None:
    contacts = landings()
    gait = GAITS[name](contacts)
    assert isinstance(gait, ShoeGait)
    for k in range(1, 11):
        stance_s = contacts.contact_time_s[k]
        time_s = contacts.contact_s[k] + stance_s * np.linspace(0.23, 0.69, 50)
        forward, up = gait.place(time_s)
        assert np.ptp(forward) == pytest.approx(0.0, abs=1e-9)
        assert up == pytest.approx(0.0, abs=1e-9)
        assert np.abs(gait.pitch(time_s)[1]).max() > 1.0


@shoes
def test_a_foot_everts_by_what_was_drawn_and_as_fast_as_the_truth_says(name: str) -> None:
    contacts = landings()
    gait = GAITS[name](contacts)
    assert isinstance(gait, ShoeGait)
    fastest = pronation_velocity_dps(contacts)
    for k in range(1, 11):
        stance_s = contacts.contact_time_s[k]
        time_s = contacts.contact_s[k] + stance_s * np.linspace(0.0, 0.5, 2001)
        roll, rate = gait.roll(time_s)
        assert np.degrees(np.ptp(roll)) == pytest.approx(contacts.pronation_deg[k])
        assert np.degrees(rate.max()) == pytest.approx(fastest[k], rel=1e-3)
        numeric = np.gradient(roll, time_s)
        np.testing.assert_allclose(rate[1:-1], numeric[1:-1], atol=0.01)


def test_a_right_foot_everts_the_other_way_round() -> None:
    left = landings()
    right = replace(left, lateral=-1.0)
    time_s = left.contact_s + 0.1 * left.contact_time_s
    _, one = ShoeGait(contacts=left).roll(time_s)
    _, other = ShoeGait(contacts=right).roll(time_s)
    assert one.min() > 1.0
    np.testing.assert_array_equal(other, -one)


@pytest.mark.parametrize("segment", ["shank", "shoe"])
def test_families_of_landings_really_differ(segment: str) -> None:
    contacts = landings()
    shapes = []
    for family in FAMILIES:
        gait = GAITS[f"{family} {segment}"](contacts)
        since_s = np.arange(-0.01, 0.09, 1e-4)
        _, _, lies = gait.base(contacts.contact_s[5] + since_s)
        shock = gait.shock(since_s, lies)[[0, 2]].ravel()
        shapes.append(shock / np.sqrt((shock**2).sum()))
    alike = [abs(float(a @ b)) for a, b in itertools.combinations(shapes, 2)]
    assert max(alike) < 0.98  # mid- and forefoot shanks are as alike in the recordings


def test_a_softer_ground_sounds_lower_and_still_leaves_no_speed_behind() -> None:
    grass = replace(REARFOOT, shock_hz=13.0)
    shock = Shock(voice=grass.shank, landing=grass)
    time_s = np.arange(-0.4, 0.4, 1.0 / RATE_HZ)
    force = shock.at(time_s)
    speed = np.cumsum(force, axis=1) / RATE_HZ
    asphalt = Shock(voice=REARFOOT.shank, landing=REARFOOT).at(time_s)
    assert time_s[force[2].argmax()] > time_s[asphalt[2].argmax()] + 0.002
    np.testing.assert_allclose(speed[:, -1], 0.0, atol=1e-6)
    np.testing.assert_allclose(speed.sum(axis=1) / RATE_HZ, 0.0, atol=1e-6)


def test_at_six_metres_a_second_as_at_two_a_leg_moves_like_a_leg() -> None:
    for speed, stride_s in ((2.0, 0.76), (6.0, 0.60)):
        n = 10
        contacts = replace(
            landings(n),
            contact_s=np.asarray(3.0 + stride_s * np.arange(n)),
            contact_time_s=np.full(n, 0.255 - 0.035 * (speed - 3.0)),
            stride_length_m=np.full(n, speed * stride_s),
        )
        for name in ("rearfoot shank", "rearfoot shoe"):
            _, motion = sampled(Leg(gait=GAITS[name](contacts)), 4.5, 7.0)
            assert np.abs(motion[:3]).max() < 30.0
            assert 5.0 < np.abs(motion[3:]).max() < 30.0


def test_strides_follow_each_other_without_a_gap() -> None:
    contacts = landings()
    ends_s = contacts.contact_s[:-1] + contacts.stride_time_s[:-1]
    np.testing.assert_allclose(ends_s, contacts.contact_s[1:], rtol=1e-12)
    np.testing.assert_allclose(contacts.toe_off_s - contacts.contact_s, contacts.contact_time_s)
