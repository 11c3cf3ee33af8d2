"""Contacts and toe-offs against a treadmill's force plate, and the constants taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from analytics.kernels.stance import SHOE_OFFSET_S, SHOE_SLOPE
from analytics.records import FloatArray, SampleBlock
from tests.real_data.recordings import NEAR_S, legs, strides_in

pytestmark = pytest.mark.data

# Largest bias, SD within a leg and SD between legs, in milliseconds (25 N); 50 N instead would
# move toe-off by some 9 ms. Shoes: their contact time is the difference of the two.
CONTACT_MS = {"shank": (2.0, 3.2, 4.5), "foot": (2.0, 3.5, 6.0)}
TOE_OFF_MS = {"shank": (5.0, 6.0, 8.0), "foot": (5.0, 8.0, 12.0)}
CONTACT_TIME_MS = {"shank": (6.0, 8.0, 10.0), "foot": (6.0, 8.0, 12.0)}


@dataclass(frozen=True, kw_only=True)
class Leg:
    """What was found of one leg's true steps; errors are detected less true, in milliseconds."""

    true: int
    found: int
    false: int
    contact_ms: FloatArray
    toe_off_ms: FloatArray
    contact_time_ms: FloatArray
    true_contact_time_ms: float
    told_contact_time_ms: float
    cadence_error_spm: float


@dataclass(frozen=True, kw_only=True)
class Score:
    """All legs; left, right, left, right... of the same trials."""

    part: str
    legs: list[Leg]


def leg_of(samples: SampleBlock, contact_s: FloatArray, toe_off_s: FloatArray) -> Leg:
    strides = strides_in([samples])
    starts = np.array([stride.contact_s for stride in strides])
    ends = np.array([s.toe_off_s if s.toe_off_s is not None else np.nan for s in strides])
    k = np.abs(starts[:, np.newaxis] - contact_s).argmin(axis=1)
    near = np.abs(starts - contact_s[k]) < NEAR_S
    inside = (starts > contact_s[0] - NEAR_S) & (starts < contact_s[-1] + NEAR_S)
    contact_ms = 1e3 * (starts - contact_s[k])[near]
    toe_off_ms = 1e3 * (ends - toe_off_s[k])[near]
    seen = np.isfinite(toe_off_ms)
    return Leg(
        true=len(contact_s) - 1,  # the last contact opens no whole stride
        found=len(set(k[near & (k < len(contact_s) - 1)].tolist())),
        false=int((inside & ~near).sum()),
        contact_ms=contact_ms,
        toe_off_ms=toe_off_ms[seen],
        contact_time_ms=(toe_off_ms - contact_ms)[seen],
        true_contact_time_ms=1e3 * float(np.nanmean(toe_off_s - contact_s)),
        told_contact_time_ms=1e3 * float(np.nanmean(ends - starts)),
        cadence_error_spm=float(
            120.0 / np.mean([s.stride_time_s for s in strides]) - 120.0 / np.diff(contact_s).mean()
        ),
    )


@pytest.fixture(scope="module", params=["shank", "foot"])
def score(data: Path, request: pytest.FixtureRequest) -> Score:
    return Score(part=request.param, legs=[leg_of(*leg) for leg in legs(data, part=request.param)])


def assert_within(errors: list[FloatArray], limits_ms: tuple[float, float, float]) -> None:
    bias, within, between = limits_ms
    assert abs(np.mean(np.concatenate(errors))) <= bias
    assert np.sqrt(np.mean([leg.var() for leg in errors])) <= within
    assert np.std([leg.mean() for leg in errors]) <= between


def test_all_but_a_few_in_a_thousand_strides_are_found_and_as_many_are_true(score: Score) -> None:
    found = sum(leg.found for leg in score.legs)
    assert found >= 0.995 * sum(leg.true for leg in score.legs)
    assert sum(leg.false for leg in score.legs) <= 0.005 * found


def test_contact_is_told_to_a_few_milliseconds(score: Score) -> None:
    assert_within([leg.contact_ms for leg in score.legs], CONTACT_MS[score.part])


def test_toe_off_is_told_to_some_milliseconds_and_nearly_always(score: Score) -> None:
    assert_within([leg.toe_off_ms for leg in score.legs], TOE_OFF_MS[score.part])
    seen = sum(len(leg.toe_off_ms) for leg in score.legs)
    assert seen >= 0.99 * sum(len(leg.contact_ms) for leg in score.legs)


def test_contact_time_is_told_to_some_milliseconds(score: Score) -> None:
    assert_within([leg.contact_time_ms for leg in score.legs], CONTACT_TIME_MS[score.part])


def test_the_leg_with_the_longer_contact_is_told(score: Score) -> None:
    right = []
    for a, b in zip(score.legs[::2], score.legs[1::2], strict=True):
        true_ms = a.true_contact_time_ms - b.true_contact_time_ms
        if abs(true_ms) > 0.015 * (a.true_contact_time_ms + b.true_contact_time_ms):
            told_ms = a.told_contact_time_ms - b.told_contact_time_ms
            right.append(told_ms * true_ms > 0.0)
    assert np.mean(right) >= (1.0 if score.part == "shank" else 0.7)


def test_cadence_is_told_to_a_twentieth_of_a_step_a_minute(score: Score) -> None:
    errors = [leg.cadence_error_spm for leg in score.legs]
    assert abs(np.mean(errors)) <= 0.05
    assert np.max(np.abs(errors)) <= 0.5


def test_the_shoes_line_from_mark_to_toe_off_is_the_best_one(data: Path) -> None:
    """Refit mark - contact = slope * contact time + offset over the means of all legs."""
    marks, truths = [], []
    for samples, contacts_s, toe_offs_s in legs(data, part="foot"):
        for stride in strides_in([samples]):
            j = int(np.abs(contacts_s - stride.contact_s).argmin())
            if stride.contact_time_s is not None and j < len(toe_offs_s):
                marks.append(SHOE_SLOPE * stride.contact_time_s + SHOE_OFFSET_S)
                truths.append(toe_offs_s[j] - contacts_s[j])
    slope, offset_s = np.polyfit(truths, marks, 1)
    assert slope == pytest.approx(SHOE_SLOPE, abs=0.08)
    assert offset_s == pytest.approx(SHOE_OFFSET_S, abs=0.02)
