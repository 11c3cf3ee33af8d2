"""The table of times from contact to a landing's marks, derived anew from the force plate.

An entry that fails tells its derived value: the present one and the mean error left.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.kernels.contact import ONSET_SHARE
from analytics.kernels.tuning import BIAS_HZ, HALF_TURN_MS, MIDDLE_MS, ONSET_MS
from analytics.records import FloatArray, SampleBlock
from tests.real_data.recordings import errors, legs, strides_in
from tests.real_data.resampling import at_rate

pytestmark = pytest.mark.data

Legs = list[tuple[SampleBlock, FloatArray, FloatArray]]


@pytest.fixture(scope="module")
def shanks(data: Path) -> Legs:
    return list(legs(data, part="shank"))


@pytest.fixture(scope="module")
def feet(data: Path) -> Legs:
    return list(legs(data, part="foot"))


def left_ms(legs_: Legs, *, rate_hz: float, gyro: bool) -> float:
    """Return the mean error of contact over the legs, in milliseconds."""
    means = []
    for samples, contact_s, _ in legs_:
        block = at_rate(samples, rate_hz)
        block = block if gyro else replace(block, gyro_radps=None)
        means.append(errors(strides_in([block]), contact_s).mean())
    return 1e3 * float(np.mean(means))


@pytest.mark.parametrize(("rate_hz", "onset_ms"), [*zip(BIAS_HZ, ONSET_MS, strict=True)])
def test_the_shins_burst_begins_so_long_after_contact(
    shanks: Legs, rate_hz: float, onset_ms: float
) -> None:
    derived_ms = onset_ms + left_ms(shanks, rate_hz=rate_hz, gyro=False)
    assert onset_ms == pytest.approx(derived_ms, abs=0.5)


@pytest.mark.parametrize(("rate_hz", "half_turn_ms"), [*zip(BIAS_HZ, HALF_TURN_MS, strict=True)])
def test_the_shank_turns_so_long_after_contact(
    shanks: Legs, rate_hz: float, half_turn_ms: float
) -> None:
    """The onset's share of the error is zero, as the test above says."""
    left = left_ms(shanks, rate_hz=rate_hz, gyro=True)
    assert half_turn_ms == pytest.approx(half_turn_ms + left / (1.0 - ONSET_SHARE), abs=1.0)


@pytest.mark.parametrize(("rate_hz", "middle_ms"), [*zip(BIAS_HZ, MIDDLE_MS, strict=True)])
def test_the_middle_of_the_shoes_burst_is_so_long_after_contact(
    feet: Legs, rate_hz: float, middle_ms: float
) -> None:
    derived_ms = middle_ms + left_ms(feet, rate_hz=rate_hz, gyro=True)
    assert middle_ms == pytest.approx(derived_ms, abs=0.5)


@pytest.mark.parametrize("part", ["shank", "foot"])
def test_left_out_runners_are_told_as_well_as_the_others(
    shanks: Legs, feet: Legs, part: str
) -> None:
    """Take each runner's bias from the other eight: the SD between legs holds."""
    chosen = shanks if part == "shank" else feet
    folders = [samples.worn.session for samples, _, _ in chosen]
    means = np.array([errors(strides_in([s]), c).mean() for s, c, _ in chosen])
    runners = np.array([folder.split("_")[0] for folder in folders])
    left_out = [m - means[runners != r].mean() for m, r in zip(means, runners, strict=True)]
    assert 1e3 * np.std(left_out) <= (4.5 if part == "shank" else 6.0)
