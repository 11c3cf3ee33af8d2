"""Blocks of 25 strides: what is counted in, and what begins one anew."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from analytics.blocks import Blocks, BlockSettings
from analytics.merge import Second
from analytics.records import Activity, Gap, Side, Stride
from tests.analytics.runners import LEGS, moved_strap, stride


def block_of(items: Sequence[Second]) -> list[dict[str, float]]:
    blocks = Blocks(settings=BlockSettings())
    return [found.values for second in items if (found := blocks.push(second))]


def running(
    strides: Sequence[Stride], until_s: int, sides: Sequence[Side] = tuple(Side)
) -> list[Second]:
    return [
        Second(
            until_s=float(t),
            activity=dict.fromkeys(sides, Activity.RUNNING),
            strides=[s for s in strides if t - 1 < s.end_s <= t],
        )
        for t in range(1, until_s + 1)
    ]


def even(n: int, *, start_s: float = 0.0, clipped_every: int = 10**9) -> list[Stride]:
    return [
        stride(side, start_s + 0.72 * i, clipped=(i + 1) % clipped_every == 0)
        for i in range(n)
        for side in Side
    ]


def test_a_block_is_25_strides_of_each_leg() -> None:
    assert len(block_of(running(even(80), 60))) == 3


def test_clipped_peaks_are_kept_out_of_drift_and_the_rest_stays() -> None:
    (values,) = block_of(running(even(30, clipped_every=10), 22))
    assert "peak_accel" not in values
    assert values["contact_time"] == pytest.approx(0.25)


def test_strides_next_to_a_stop_are_left_out() -> None:
    before, after = even(20), even(40, start_s=30.0)
    items = running([*before, *after], 60)
    stopped = [
        replace(s, activity=dict.fromkeys(Side, Activity.STILL)) if 20 < s.until_s <= 30 else s
        for s in items
    ]
    found = Blocks(settings=BlockSettings())
    blocks = [block for second in stopped if (block := found.push(second))]
    assert len(blocks) == 1
    assert blocks[0].last.end_s == pytest.approx(30 + 10 + 25 * 0.72, abs=1.5)


def test_a_long_gap_starts_the_legs_block_anew() -> None:
    items = running(even(60), 43)
    hole = Gap(
        worn=LEGS[Side.LEFT], first_index=0, start_s=10.0, end_s=13.0, n_samples=600, reason="x"
    )
    items[12] = replace(items[12], gaps=[hole])
    whole = block_of(running(even(60), 43))
    assert len(block_of(items)) == len(whole) - 1


def test_a_silent_leg_gives_no_value_and_does_not_hold_up_the_other() -> None:
    left = [s for s in even(60) if s.worn.side is Side.LEFT]
    found = block_of(running(left, 43, [Side.LEFT]))
    assert len(found) == 2
    assert "peak_accel_right" not in found[0]
    assert "asymmetry" not in found[0]


def test_a_moved_strap_begins_the_legs_block_anew_and_is_told_with_the_next() -> None:
    harder_before = [
        replace(s, peak_accel_resultant_g=12.0) if s.contact_s < 9 else s for s in even(60)
    ]
    items = running(harder_before, 43)
    items[9] = replace(items[9], events=[moved_strap(10.0)])
    found = Blocks(settings=BlockSettings())
    blocks = [block for second in items if (block := found.push(second))]
    assert [list(block.moved) for block in blocks] == [[Side.LEFT]]
    assert blocks[0].values["peak_accel_left"] == 6.0
