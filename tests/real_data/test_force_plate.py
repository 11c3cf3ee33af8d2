"""Contacts and toe-offs against a treadmill's force plate, and the constants taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from analytics.kernels.stance import SHOE_OFFSET_S, SHOE_SLOPE
from tests.real_data.recordings import legs

pytestmark = pytest.mark.data

NEAR_S = 0.060


@dataclass(frozen=True, kw_only=True)
class Score:
    """Errors (detected - true) in seconds; one list a leg."""

    true: int
    found: int
    false: int
    contact: list[list[float]]
    toe_off: list[list[float]]
    contact_time_s: list[float]  # true mean of each leg

    def bias(self, errors: list[list[float]]) -> float:
        return float(np.mean([np.mean(leg) for leg in errors]))

    def spread(self, errors: list[list[float]]) -> float:
        return float(np.sqrt(np.mean([np.var(leg) for leg in errors])))


@pytest.fixture(scope="module", params=["shank", "foot"])
def score(data: Path, request: pytest.FixtureRequest) -> Score:
    true = found = false = 0
    contact: list[list[float]] = []
    toe_off: list[list[float]] = []
    contact_time_s = []
    for strides, contacts_s, toe_offs_s in legs(data, part=request.param):
        starts = np.array([stride.contact_s for stride in strides])
        k = np.abs(starts[:, np.newaxis] - contacts_s).argmin(axis=1)
        near = np.abs(starts - contacts_s[k]) < NEAR_S
        inside = (starts > contacts_s[0] - NEAR_S) & (starts < contacts_s[-1] + NEAR_S)
        true += len(contacts_s) - 1  # the last contact opens no whole stride
        found += len(set(k[near & (k < len(contacts_s) - 1)].tolist()))
        false += int((inside & ~near).sum())
        contact.append((starts - contacts_s[k])[near].tolist())
        toe_off.append(
            [
                stride.toe_off_s - toe_offs_s[j]
                for stride, j, ok in zip(strides, k, near, strict=True)
                if ok and stride.toe_off_s is not None and j < len(toe_offs_s)
            ]
        )
        n = min(len(contacts_s), len(toe_offs_s))
        contact_time_s.append(float(np.mean(toe_offs_s[:n] - contacts_s[:n])))
    return Score(
        true=true,
        found=found,
        false=false,
        contact=contact,
        toe_off=toe_off,
        contact_time_s=contact_time_s,
    )


def test_at_least_99_percent_of_strides_are_found_and_as_many_are_true(score: Score) -> None:
    assert score.found >= 0.99 * score.true
    assert score.false <= 0.01 * score.found


def test_the_contact_bias_taken_out_is_the_one_this_set_shows(score: Score) -> None:
    assert abs(score.bias(score.contact)) < 0.0015
    assert score.spread(score.contact) < 0.005


def test_toe_off_is_unbiased_and_nearly_always_seen(score: Score) -> None:
    assert abs(score.bias(score.toe_off)) < 0.0015
    assert score.spread(score.toe_off) < 0.0075
    assert sum(map(len, score.toe_off)) >= 0.99 * sum(map(len, score.contact))


def test_no_leg_is_far_off_in_contact_time(score: Score) -> None:
    errors = [
        float(np.mean(off) - np.mean(on))
        for on, off in zip(score.contact, score.toe_off, strict=True)
    ]
    assert np.std(errors) < 0.013
    assert max(map(abs, errors)) < 0.045


def test_the_shoes_line_from_mark_to_toe_off_is_the_best_one(data: Path) -> None:
    """Refit mark - contact = slope * contact time + offset over the means of all legs."""
    marks, truths = [], []
    for strides, contacts_s, toe_offs_s in legs(data, part="foot"):
        for stride in strides:
            j = int(np.abs(contacts_s - stride.contact_s).argmin())
            if stride.contact_time_s is not None and j < len(toe_offs_s):
                marks.append(SHOE_SLOPE * stride.contact_time_s + SHOE_OFFSET_S)
                truths.append(toe_offs_s[j] - contacts_s[j])
    slope, offset_s = np.polyfit(truths, marks, 1)
    assert slope == pytest.approx(SHOE_SLOPE, abs=0.08)
    assert offset_s == pytest.approx(SHOE_OFFSET_S, abs=0.02)
