"""Indices from a sensor's own time: jitter, losses, repeats, clocks that wrap or are set."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensor_gateway.profiles.packets import Samples, Setup, Stamp
from sensor_gateway.runs import Run
from sensor_gateway.timeline import CountingSequencer, StampedSequencer

MS = 1000.0


def packets(
    sizes: Sequence[int],
    *,
    rate_hz: float,
    wrong: float = 1.0,
    last: bool = False,
    rounded_us: float = 1.0,
    from_us: float = 5e6,
    wraps_us: float = math.inf,
) -> list[Samples]:
    """Return packets of a sensor whose true period is `wrong` times the nominal one."""
    out, at = [], 0
    for n in sizes:
        sample = n - 1 if last else 0
        us = from_us + (at + sample) * wrong * 1e6 / rate_hz
        us = round(us / rounded_us) * rounded_us
        values = np.arange(at, at + n, dtype=np.float64)
        out.append(
            Samples(
                accel=np.stack([values, values, values], axis=1),
                step_g=1.0,
                stamp=Stamp(us=us % wraps_us, sample=sample, wraps_us=wraps_us),
            )
        )
        at += n
    return out


def runs(found: Sequence[Samples], rate_hz: float) -> list[Run]:
    sequencer = StampedSequencer()
    setup = Setup(rate_hz=rate_hz)
    return [run for each in found if (run := sequencer.push(each, setup)) is not None]


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 40),
    rate_hz=st.sampled_from([13.0, 60.0, 208.0, 416.0]),
    wrong=st.floats(0.97, 1.03),
    last=st.booleans(),
    lost=st.sets(st.integers(60, 150), max_size=8),
)
def test_every_sample_keeps_its_index_whatever_is_lost(
    n: int,
    rate_hz: float,
    wrong: float,
    last: bool,  # noqa: FBT001 - hypothesis gives them by name
    lost: set[int],
) -> None:
    sent = packets([n] * 200, rate_hz=rate_hz, wrong=wrong, last=last)
    kept = [packet for k, packet in enumerate(sent) if k not in lost]
    for run in runs(kept, rate_hz):
        assert run.accel_g[:, 0].tolist() == list(
            range(run.first_index, run.first_index + len(run))
        )
    assert sum(run.missing or 0 for run in runs(kept, rate_hz)) == n * len(lost)


def test_stamps_rounded_to_milliseconds_at_1666_hz_lose_nothing() -> None:
    found = runs(packets([16] * 3000, rate_hz=1666.0, rounded_us=MS), 1666.0)
    assert [run.first_index for run in found] == list(range(0, 48000, 16))
    steps_us = np.diff([run.device_us for run in found[300:]])
    assert steps_us == pytest.approx(
        16e6 / 1666.0, abs=150.0
    )  # a sixth of what they were rounded to


def test_a_count_of_32_bits_wraps_without_a_gap() -> None:
    found = runs(packets([1] * 300, rate_hz=60.0, from_us=2**32 - 1e6, wraps_us=2.0**32), 60.0)
    assert [run.first_index for run in found] == list(range(300))
    assert {run.restarted for run in found} == {False}


@pytest.mark.parametrize("set_to_us", [1e3, 9e15])
def test_a_clock_that_is_set_begins_a_new_life(set_to_us: float) -> None:
    before = packets([36] * 20, rate_hz=200.0, last=True)
    after = packets([36] * 20, rate_hz=200.0, last=True, from_us=set_to_us)
    found = runs([*before, *after], 200.0)
    assert [run.restarted for run in found] == [False] * 20 + [True] + [False] * 19
    assert (found[20].missing, found[20].first_index) == (None, 2**32)


def test_a_repeat_is_dropped() -> None:
    sent = packets([12] * 10, rate_hz=200.0)
    found = runs([each for packet in sent for each in (packet, packet)], 200.0)
    assert [run.first_index for run in found] == list(range(0, 120, 12))


def test_packets_of_changing_size_keep_their_place() -> None:
    sizes = [30 + k % 7 for k in range(100)]
    sent = packets(sizes, rate_hz=52.0, wrong=1.01, last=True)
    found = runs([*sent[:50], *sent[52:]], 52.0)
    assert [run.missing for run in found if run.missing] == [sizes[50] + sizes[51]]
    assert found[-1].accel_g[0, 0] == found[-1].first_index


def test_state_goes_on_where_it_was_left() -> None:
    sent = packets([12] * 60, rate_hz=200.0, wrong=1.004)
    whole = runs(sent, 200.0)
    first, second = StampedSequencer(), StampedSequencer()
    setup = Setup(rate_hz=200.0)
    for packet in sent[:30]:
        first.push(packet, setup)
    second.restore(first.state())
    rest = [second.push(packet, setup) for packet in sent[30:]]
    assert [r.device_us for r in rest if r] == [r.device_us for r in whole[30:]]


def test_without_stamps_samples_are_counted_and_a_new_link_is_a_gap_of_unknown_size() -> None:
    sequencer, setup = CountingSequencer(), Setup(rate_hz=200.0, step_g=0.5)
    packet = Samples(accel=np.ones((3, 3)), step_g=None)
    sequencer.link_lost()  # before anything came
    found = [sequencer.push(packet, setup) for _ in range(3)]
    sequencer.link_lost()
    found += [sequencer.push(packet, setup) for _ in range(2)]
    assert [run.first_index for run in found] == [0, 3, 6, 2**32, 2**32 + 3]
    assert [run.missing for run in found] == [0, 0, 0, None, 0]
    assert found[0].accel_g[0, 0] == 0.5
