"""Sensors that come and go: nothing is lost that a memory held, and nobody is misled."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np

from analytics.records import Side
from bench import recovery
from firmware_sim.faults import OutOfReach


@functools.cache
def outcome() -> recovery.Outcome:
    return recovery.measure(seed=1, minutes=1.5)


def test_a_stream_is_there_again_within_two_seconds() -> None:
    assert len(outcome().resumed_s) >= 4
    assert max(outcome().resumed_s) < 2.0


def test_every_sample_comes_once_early_or_late() -> None:
    assert outcome().recovered > 1000
    assert outcome().missing == 0
    assert outcome().doubled == 0


def test_no_stride_is_lost_or_counted_twice() -> None:
    assert outcome().strides > 150
    assert outcome().strides_lost == 0


def test_late_samples_change_nothing_that_was_told_live() -> None:
    assert outcome().feedback_differs == 0


def test_the_page_never_calls_a_dead_sensor_connected_for_more_than_two_seconds() -> None:
    assert 0.0 < outcome().false_alive_s < 2.0


def test_a_leg_has_a_disconnect_a_minute_apart_from_the_other_leg() -> None:
    rng = np.random.default_rng(3)
    legs = [recovery.faults(rng, side, 10.0) for side in Side]
    for leg in legs:
        away = [fault for fault in leg if isinstance(fault, OutOfReach)]
        assert len(away) == 10
        assert all(1.0 <= fault.lasts_s <= 30.0 for fault in away)
        assert all(b.at_s >= a.at_s + a.lasts_s for a, b in pairwise(leg))
    assert [f.at_s for f in legs[0]] != [f.at_s for f in legs[1]]
