"""The radio's benchmark counts what is missing, what came twice and what came changed."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.records import Placement, SampleBlock, Side, Worn
from bench.radio import Heard, Score, crc_of, score_of
from bench.streaming.fleet import FAST_HZ, SLOW_HZ, Sent, fleet

WORN = Worn(runner="r", session="s", side=Side.LEFT, placement=Placement.SHOE)
N = 10


def block(first: int, *, top: float = 1.0) -> SampleBlock:
    counts = np.round(np.linspace(-top, top, 3 * N).reshape(N, 3) * 1000.0)
    return SampleBlock(
        worn=WORN,
        first_index=first,
        time_s=np.arange(N) / 200.0,
        accel_g=counts * (16.0 / 32768.0),
        gyro_radps=None,
        range_g=16.0,
        rate_hz=200.0,
    )


def scored(blocks: list[SampleBlock]) -> Score:
    sent = [Sent(first, N, 0.001 * first, crc_of(block(first))) for first in range(0, 50, N)]
    came = [(0.001 * b.first_index + 0.005, b) for b in blocks]
    heard = Heard(blocks={"a": came}, from_s=0.0, until_s=1.0, cpu_s=0.05)
    return score_of(heard, {"a": sent})


def test_what_came_whole_is_neither_lost_nor_doubled() -> None:
    score = scored([block(first) for first in range(0, 50, N)])
    assert (score.sent, score.lost, score.doubled) == (50, 0, 0)
    assert (score.cpu_pct, score.p50_ms, score.p99_ms) == pytest.approx((5.0, 5.0, 5.0))


def test_a_missing_block_and_a_changed_one_are_lost_and_a_second_one_is_doubled() -> None:
    score = scored([block(0), block(10), block(10), block(20, top=1.01), block(40)])
    assert (score.lost, score.doubled) == (2 * N, N)


def test_the_fleet_is_two_fast_sensors_and_sixteen_slow_ones_each_its_own() -> None:
    rates = [member.rate_hz for member in fleet()]
    assert (rates.count(FAST_HZ), rates.count(SLOW_HZ)) == (2, 16)
    assert len({member.config.key for member in fleet()}) == 18
