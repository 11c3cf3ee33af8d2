"""Walks and runs of the same shoe joined end to end: no walked stride is told as running."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from analytics.records import SampleBlock
from tests.real_data.recordings import mid_stances, shoe, strides_in, trials

pytestmark = pytest.mark.data

WALKS = ["walk", "fast_walk", "mixed"]
JOINT_S = 0.5  # the step about a joint, from mid-stance to mid-stance, is of neither gait
RUNS = slice(None, None, 2)  # of the runs every other one: enough, and half the time


def pieces(data: Path, *, label: str, strides: int) -> list[SampleBlock]:
    """Return one piece of every trial, so many strides from its third mid-stance on."""
    found = []
    for trial in trials(data, label=label):
        middle_s = mid_stances(data, trial=trial)
        block = shoe(data, trial=trial)
        if len(middle_s) > strides + 2:
            inside = (block.time_s >= middle_s[2]) & (block.time_s < middle_s[2 + strides])
            found.append(part(block, inside))
    return found


def part(block: SampleBlock, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> SampleBlock:
    gyro = block.gyro_radps
    return replace(
        block,
        time_s=block.time_s[inside],
        accel_g=block.accel_g[inside],
        gyro_radps=None if gyro is None else gyro[inside],
    )


def joined(*blocks: SampleBlock) -> tuple[SampleBlock, list[float]]:
    """Return the pieces end to end from 0 s on, and when each ends."""
    lasts_s = [float(block.time_s[-1] - block.time_s[0]) + 0.005 for block in blocks]
    ends_s = np.cumsum(lasts_s)
    shifted = [
        block.time_s - block.time_s[0] + end - last
        for block, end, last in zip(blocks, ends_s, lasts_s, strict=True)
    ]
    gyro = [block.gyro_radps for block in blocks if block.gyro_radps is not None]
    whole = replace(
        blocks[0],
        first_index=0,
        time_s=np.concatenate(shifted),
        accel_g=np.concatenate([block.accel_g for block in blocks]),
        gyro_radps=np.concatenate(gyro),
    )
    return whole, [float(end) for end in ends_s]


@pytest.mark.parametrize("label", WALKS)
def test_a_walk_before_a_run_stays_a_walk(data: Path, label: str) -> None:
    walks, runs = pieces(data, label=label, strides=8), pieces(data, label="run", strides=7)
    for walk, run in product(walks, runs[RUNS]):
        block, ends_s = joined(walk, run)
        strides = strides_in([block])
        assert [s for s in strides if s.end_s < ends_s[0]] == []
        assert len(strides) >= 4


@pytest.mark.parametrize("label", WALKS)
def test_a_walk_after_a_run_stays_a_walk(data: Path, label: str) -> None:
    walks, runs = pieces(data, label=label, strides=8), pieces(data, label="run", strides=7)
    for walk, run in product(walks, runs[RUNS]):
        block, ends_s = joined(run, walk)
        strides = strides_in([block])
        assert [s for s in strides if s.contact_s > ends_s[0] + JOINT_S] == []
        assert len(strides) >= 4


@pytest.mark.parametrize("label", WALKS)
def test_a_few_walked_strides_between_two_runs_stay_a_walk(data: Path, label: str) -> None:
    walks, runs = pieces(data, label=label, strides=4), pieces(data, label="run", strides=7)
    for walk, (before, after) in product(walks, pairwise(runs[RUNS])):
        block, ends_s = joined(before, walk, after)
        strides = strides_in([block])
        walked = [s for s in strides if ends_s[0] + JOINT_S < s.contact_s]
        assert [s for s in walked if s.end_s < ends_s[1]] == []
        assert len(strides) >= 8
