"""Dead reckoning over rows of samples: the same as step by step, wherever it is cut."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analytics.kernels import strapdown
from analytics.kernels.jit import entry, loaded, stored
from analytics.kernels.run import ring_of
from analytics.kernels.signals import AHEAD, FORCE_G, RATE_RADPS, slots
from analytics.kernels.state import Streams, new_streams
from analytics.records import FloatArray

RATE_HZ = 200.0
START_S = 3.0
SLOTS = slots(RATE_HZ)
MOST = SLOTS - AHEAD - 2  # samples that may wait


class Motion(NamedTuple):
    """Samples of a sensor, at uneven times, in the ring of a stream and by themselves."""

    w: Streams
    time_s: FloatArray  # shape (n,)
    rate_radps: FloatArray  # shape (n, 3)
    force_g: FloatArray  # shape (n, 3)


def motion(n: int, last_slot: int, seed: int) -> Motion:
    """Return n samples of a random motion, the newest in a slot of the ring."""
    rng = np.random.default_rng(seed)
    w = new_streams(n_streams=1, rate_hz=RATE_HZ)
    time_s = START_S + np.cumsum(rng.uniform(0.004, 0.006, n))
    rate = np.cumsum(rng.normal(0.0, 0.3, (n, 3)), axis=0).astype(np.float32)
    force = (rng.normal(0.0, 1.0, (n, 3)) + np.array([0.0, 0.0, 1.0])).astype(np.float32)
    where = (last_slot - np.arange(n)[::-1]) % SLOTS
    w.time_s[0, where] = time_s
    w.signal[0, 0:3, where] = force
    w.signal[0, 3:6, where] = rate
    w.parts["signals"]["slot"] = last_slot
    w.parts["signals"]["seen"] = n
    w.parts["trajectory"]["reckoning"]["behind"] = n
    w.parts["trajectory"]["reckoning"]["most_radps"] = 1e3  # nothing is near the range's end
    return Motion(w, time_s, rate.astype(np.float64), force.astype(np.float64))


@entry
def reckon_until(w: Streams, until_s: FloatArray) -> None:
    """Sum up to one time after the other, in one piece; before, what would be forgotten."""
    r, ring = loaded(w.parts, 0), ring_of(w, 0)
    strapdown.keep_up(r.signals, ring, r.trajectory.reckoning)
    for k in range(len(until_s)):
        strapdown.reckon(r.signals, ring, r.trajectory.reckoning, until_s[k])
    stored(w.parts, 0, r)


def product(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return the quaternion p turned on by q."""
    w = p[0] * q[0] - p[1:] @ q[1:]
    return np.array([w, *(p[0] * q[1:] + q[0] * p[1:] + np.cross(p[1:], q[1:]))])


def turned(q: FloatArray, v: FloatArray) -> FloatArray:
    """Return a vector turned by a unit quaternion."""
    return product(product(q, np.array([0.0, *v])), q * [1.0, -1.0, -1.0, -1.0])[1:]


def step_by_step(
    m: Motion, until_s: FloatArray
) -> tuple[float, FloatArray, FloatArray, FloatArray]:
    """Return how long, spin, push and path: rates and forces change evenly between samples."""
    ends = np.unique([*m.time_s, *until_s])
    ends = ends[ends <= min(until_s[-1], m.time_s[-1])]
    rate = np.stack([np.interp(ends, m.time_s, m.rate_radps[:, a]) for a in range(3)], axis=1)
    force = np.stack([np.interp(ends, m.time_s, m.force_g[:, a]) for a in range(3)], axis=1)
    spin, push, path = np.array([1.0, 0.0, 0.0, 0.0]), np.zeros(3), np.zeros(3)
    for j, step_s in enumerate(np.diff(ends)):
        half = 0.25 * step_s * (rate[j] + rate[j + 1])
        angle = float(np.linalg.norm(half))
        felt = turned(spin, force[j])
        spin = product(spin, np.array([np.cos(angle), *(np.sinc(angle / np.pi) * half)]))
        feels = turned(spin, force[j + 1])
        path = path + step_s * push + step_s**2 / 6.0 * (2.0 * felt + feels)
        push = push + 0.5 * step_s * (felt + feels)
    return float(ends[-1] - ends[0]), spin, push, path


def piece(m: Motion) -> NDArray[np.void]:
    """Return the sum of what was reckoned."""
    found: NDArray[np.void] = m.w.parts["trajectory"]["reckoning"]["piece"][0]
    return found


@settings(deadline=None, max_examples=60)
@given(
    n=st.integers(2, SLOTS),
    last_slot=st.integers(0, SLOTS - 1),
    share=st.floats(0.2, 1.1),
    cuts=st.lists(st.floats(0.6, 1.0), max_size=3),
)
def test_a_row_is_the_sum_of_its_steps_wherever_it_is_cut(
    n: int, last_slot: int, share: float, cuts: list[float]
) -> None:
    m = motion(n, last_slot, seed=n)
    lasts_s = m.time_s[-1] - m.time_s[0]
    until_s = m.time_s[0] + share * lasts_s
    times = np.array([*(m.time_s[0] + c * share * lasts_s for c in sorted(cuts)), until_s])
    reckon_until(m.w, times)
    lasts, spin, push, path = step_by_step(m, times)
    found = piece(m)
    assert found["lasts_s"] == pytest.approx(lasts, abs=1e-9)
    assert found["spin"] == pytest.approx(spin, abs=1e-7)
    assert found["push"] == pytest.approx(push, abs=1e-7)
    assert found["path"] == pytest.approx(path, abs=1e-7)


def test_the_oldest_samples_are_summed_before_the_ring_forgets_them() -> None:
    m = motion(SLOTS, last_slot=5, seed=2)
    reckon_until(m.w, np.array([START_S]))
    k = m.w.parts["trajectory"]["reckoning"][0]
    assert MOST - strapdown.OLD < k["behind"] <= MOST
    assert k["at_s"] == m.time_s[SLOTS - k["behind"] - 1]


@pytest.mark.parametrize(("share", "is_lost"), [(1.0, True), (0.92, True), (0.85, False)])
def test_only_a_plateau_near_the_largest_rate_ever_is_the_range_s_end(
    *, share: float, is_lost: bool
) -> None:
    m, top = motion(40, last_slot=60, seed=3), 10.0
    m.rate_radps[:] = 0.0
    m.rate_radps[15:22, 1] = top
    m.rate_radps[[14, 22], 1] = 0.5 * top
    m.w.signal[0, 4, 21:61] = m.rate_radps[:, 1]
    m.w.signal[0, [3, 5]] = 0.0
    m.w.parts["trajectory"]["reckoning"]["most_radps"] = top / share
    reckon_until(m.w, m.time_s[-1:])
    _, spin, _, _ = step_by_step(m, m.time_s[-1:])
    more = 2.0 * (np.arcsin(piece(m)["spin"][2]) - np.arcsin(spin[2]))
    assert (more > 0.05) == is_lost
    assert is_lost or more == pytest.approx(0.0, abs=1e-6)


def test_a_row_ends_where_it_was_told_to() -> None:
    m = motion(30, last_slot=10, seed=1)
    until_s = float(m.time_s[20] + 0.25 * (m.time_s[21] - m.time_s[20]))
    reckon_until(m.w, np.array([until_s]))
    k = m.w.parts["trajectory"]["reckoning"][0]
    assert k["behind"] == 9  # the sample that the last step was on its way to still waits
    assert k["at_s"] == until_s
    assert k["rate_radps"] == pytest.approx(0.75 * m.rate_radps[20] + 0.25 * m.rate_radps[21])
    assert k["force_g"] == pytest.approx(0.75 * m.force_g[20] + 0.25 * m.force_g[21])
    assert FORCE_G < RATE_RADPS  # columns of the ring and lines of a row come in one order
