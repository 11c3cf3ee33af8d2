from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.signal import butter, lfilter

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.leg import Gait, Leg
from firmware_sim.gait.shank import FOREFOOT, MIDFOOT, REARFOOT, ShankGait
from firmware_sim.gait.shoe import ShoeGait

RATE_HZ = 20_000.0
GAITS: dict[str, Callable[[Contacts], Gait]] = {
    "rearfoot shank": lambda contacts: ShankGait(contacts=contacts, landing=REARFOOT),
    "midfoot shank": lambda contacts: ShankGait(contacts=contacts, landing=MIDFOOT),
    "forefoot shank": lambda contacts: ShankGait(contacts=contacts, landing=FOREFOOT),
    "shoe": lambda contacts: ShoeGait(contacts=contacts),
}
every_gait = pytest.mark.parametrize("name", GAITS)


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
    assert steps[:3].max() < 0.12  # g in 50 us: the steepest shock rises 1.5 g in 1 ms
    assert steps[3:].max() < 0.06  # rad/s


@every_gait
def test_a_segment_is_after_each_stride_where_it_was(name: str) -> None:
    contacts = landings()
    leg = Leg(gait=GAITS[name](contacts))
    for k in range(2, 10):
        flat = contacts.contact_s[k : k + 2] + 0.4 * contacts.contact_time_s[k : k + 2]
        if name != "shoe":
            flat = contacts.contact_s[k : k + 2]
        _, motion = sampled(leg, flat[0], flat[1])
        turned = motion[3:].sum(axis=1) / RATE_HZ
        np.testing.assert_allclose(turned, 0.0, atol=2e-3)


def test_the_way_of_a_shoe_is_the_double_integral_of_its_acceleration() -> None:
    contacts = landings()
    gait = ShoeGait(contacts=contacts)
    leg = Leg(gait=gait)
    for k in range(2, 10):
        flat = contacts.contact_s[k : k + 2] + 0.55 * contacts.contact_time_s[k : k + 2]
        time_s, motion = sampled(leg, flat[0], flat[1])
        pitch = -np.cumsum(motion[4]) / RATE_HZ  # from flat, by the gyro alone
        forward = np.cos(pitch) * motion[0] - np.sin(pitch) * motion[2]
        up = np.sin(pitch) * motion[0] + np.cos(pitch) * motion[2] - 1.0
        for force, way_m in ((forward, contacts.stride_length_m[k]), (up, 0.0)):
            speed = np.cumsum(force) * STANDARD_GRAVITY_MPS2 / RATE_HZ
            assert speed[-1] == pytest.approx(0.0, abs=0.01)
            assert speed.sum() / RATE_HZ == pytest.approx(way_m, abs=0.01)
        assert len(time_s) == len(pitch)


def test_a_shoe_meets_the_ground_at_its_strike_angle_and_is_flat_in_mid_stance() -> None:
    contacts = landings()
    gait = ShoeGait(contacts=contacts)
    at_contact, _ = gait.pitch(contacts.contact_s[1:])
    np.testing.assert_allclose(np.degrees(at_contact), contacts.strike_angle_deg[1:], atol=1e-6)
    toe_off, _ = gait.pitch(contacts.toe_off_s[1:-1])
    np.testing.assert_allclose(np.degrees(toe_off), -45.0, atol=1e-3)
    mid, rate = gait.pitch(contacts.contact_s + 0.4 * contacts.contact_time_s)
    np.testing.assert_array_equal(mid, 0.0)
    np.testing.assert_array_equal(rate, 0.0)


def test_strides_follow_each_other_without_a_gap() -> None:
    contacts = landings()
    ends_s = contacts.contact_s[:-1] + contacts.stride_time_s[:-1]
    np.testing.assert_allclose(ends_s, contacts.contact_s[1:], rtol=1e-12)
    np.testing.assert_allclose(contacts.toe_off_s - contacts.contact_s, contacts.contact_time_s)
