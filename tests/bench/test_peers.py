from __future__ import annotations

import numpy as np
import pytest

from analytics.records import Placement, Side
from bench.peers.leg import Contacts, Leg
from bench.peers.methods import METHODS, Method, strides, usable
from tests.bench import signals

SHANK = [m for m in METHODS if m.placement is Placement.SHIN]
FALBRIARD, HERZER, TRAJECTORY, _SMOOTHER = [m for m in METHODS if m.placement is Placement.SHOE]
# The smoother differs from the trajectory in one library call, which takes a minute to compile.
WITH_TOE_OFF = [m for m in SHANK if m.name not in {"Mizrahi 2000", "Fadillioglu 2020"}]


def nearest(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return each found time less the true time nearest to it."""
    return np.asarray(found - true[np.abs(found[:, np.newaxis] - true).argmin(axis=1)])


@pytest.mark.parametrize("method", SHANK, ids=lambda m: m.name)
def test_a_shank_method_finds_every_contact_at_a_constant_distance(method: Method) -> None:
    true = signals.contacts_s()
    found = method.find(signals.shank())
    errors = nearest(found.contact_s, true)
    assert len(found.contact_s) == pytest.approx(len(true), abs=1)
    assert np.ptp(errors[1:-1]) < 0.002
    assert np.abs(errors).max() < 0.040


@pytest.mark.parametrize("method", WITH_TOE_OFF, ids=lambda m: m.name)
def test_a_shank_method_finds_the_toe_off_of_each_contact(method: Method) -> None:
    true = signals.contacts_s() + signals.CONTACT_S
    found = method.find(signals.shank())
    known = found.toe_off_s[np.isfinite(found.toe_off_s)]
    assert len(known) >= len(true) - 2
    assert np.abs(nearest(known, true)).max() < 0.030


@pytest.mark.parametrize("method", [FALBRIARD, TRAJECTORY], ids=lambda m: m.name)
def test_a_foot_method_finds_contacts_and_toe_offs(method: Method) -> None:
    true = signals.contacts_s()
    found = method.find(signals.foot())
    assert len(found.contact_s) >= len(true) - 3
    assert np.abs(nearest(found.contact_s, true)).max() < 0.025
    known = found.toe_off_s[np.isfinite(found.toe_off_s)]
    assert np.abs(nearest(known, true + signals.CONTACT_S)).max() < 0.025


def test_a_zero_velocity_trajectory_gives_the_way_of_the_foot() -> None:
    lengths = TRAJECTORY.find(signals.foot()).metrics["stride_length_m"]
    assert np.median(lengths) == pytest.approx(signals.LENGTH_M, rel=0.03)


def test_herzers_events_come_once_a_stride() -> None:
    found = HERZER.find(signals.foot())
    assert np.median(np.diff(found.contact_s)) == pytest.approx(signals.STRIDE_S, abs=0.01)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_a_sensor_at_rest_gives_nothing_and_no_error(method: Method) -> None:
    t = np.arange(0.0, 10.0, 0.005)
    still = Leg(
        time_s=t, accel_g=np.tile([0.0, 0.0, 1.0], (len(t), 1)), gyro_dps=np.zeros((len(t), 3))
    )
    assert strides(method.find(still), Side.LEFT) == []


def test_contacts_become_strides_and_a_pause_does_not() -> None:
    found = Contacts(
        contact_s=np.array([1.0, 1.7, 2.4, 9.0, 9.7]),
        toe_off_s=np.array([1.2, np.nan, 2.6, 9.2, 9.9]),
    )
    rows = strides(found, Side.RIGHT)
    assert [row["contact_s"] for row in rows] == [1.0, 1.7, 9.0]
    assert rows[0]["cadence_spm"] == pytest.approx(120 / 0.7)
    assert rows[0]["contact_time_s"] == pytest.approx(0.2)


def test_a_shoe_without_a_gyroscope_is_given_to_methods_that_need_neither_rates_nor_axes() -> None:
    names = {m.name for m in usable(Placement.SHOE, gyro=False, axes=False)}
    assert names == {"Mizrahi 2000", "Mercer 2003", "Sinclair 2013"}
