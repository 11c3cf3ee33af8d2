from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from analytics.load.effects import shoe_effects, surface_effects
from analytics.load.mixed import SLOPE, fit
from analytics.load.records import LoadEntry
from analytics.records import PeakKind, Placement, Surface
from tests.analytics.load.runs import entry, leg

DAY_TO_DAY = 0.05


def runs(
    seed: int,
    *,
    blue: int,
    red: int,
    red_ln: float = 0.0,
    slope: float = SLOPE,
    faster: float = 0.0,
) -> list[LoadEntry]:
    """Runs in two pairs of shoes; red ones are `faster` and `red_ln` harder at the same speed."""
    rng = np.random.default_rng(seed)
    out = []
    for i in range(blue + red):
        is_red = i >= blue
        speed = 3.0 + 0.25 * rng.standard_normal() + (faster if is_red else 0.0)
        noise = DAY_TO_DAY * rng.standard_normal()
        ln = math.log(6.0) + slope * (speed - 3.0) + (red_ln if is_red else 0.0) + noise
        legs = {side: leg(n=2, peak_g=1.0 + math.exp(ln)) for side in ("left", "right")}
        shoe = "red" if is_red else "blue"
        surface = Surface.GRASS if i % 2 else Surface.ASPHALT
        run = entry(i, speed_mps=speed, shoe=shoe, surface=surface, **legs)  # type: ignore[arg-type]
        out.append(run)
    return out


def test_a_harder_shoe_is_seen_through_faster_runs() -> None:
    found = shoe_effects(runs(100, blue=12, red=10, red_ln=0.15, faster=0.4))
    red = found["red"]
    assert red.reference == "blue"
    assert red.peak is PeakKind.AXIAL
    assert red.low_pct is not None
    assert red.high_pct is not None
    assert 3.0 < red.low_pct < 100 * math.expm1(0.15) < red.high_pct < 30.0
    blue = found["blue"]
    assert blue.change_pct is None
    assert blue.peak_g == pytest.approx(6.0 * math.exp(SLOPE * 0.2), rel=0.08)


def test_faster_runs_alone_make_no_shoe_harder() -> None:
    red = shoe_effects(runs(2, blue=12, red=10, faster=0.4))["red"]
    assert red.low_pct is not None
    assert red.high_pct is not None
    assert red.low_pct < 0.0 < red.high_pct


def test_two_runs_are_not_enough() -> None:
    red = shoe_effects(runs(3, blue=12, red=2, red_ln=0.3))["red"]
    assert red.reason == "not enough runs"
    assert red.change_pct is None
    assert (red.n_runs, red.n_reference) == (2, 12)


def test_runs_without_speed_or_with_clipped_strides_tell_nothing() -> None:
    whole = runs(4, blue=5, red=5)
    silent = [replace(e, speed_mps=None) for e in whole[:5]]
    bad = leg(n=10, clipped=1)
    clipped = [replace(e, left=bad, right=bad) for e in whole[5:]]
    assert shoe_effects([*silent, *clipped]) == {}


def test_shin_and_shoe_and_kinds_of_peak_are_not_compared() -> None:
    shin = runs(5, blue=8, red=4)
    shoe = [replace(e, placement=Placement.SHOE) for e in runs(6, blue=3, red=3)]
    assert shoe_effects([*shin, *shoe])["blue"].n_runs == 8
    no_axis = replace(shin[0], left=leg(axial=False), right=leg(axial=False))
    assert shoe_effects([no_axis, *shin[1:]])["blue"].peak is PeakKind.RESULTANT


def test_a_surface_has_an_interval_around_what_it_does() -> None:
    grass = surface_effects(runs(7, blue=12, red=12))["grass"]
    assert grass.low_pct is not None
    assert grass.high_pct is not None
    assert grass.low_pct < 0.0 < grass.high_pct
    assert grass.high_pct - grass.low_pct < 20.0


def test_few_runs_are_drawn_towards_no_difference_and_many_are_not() -> None:
    def mean_pct(n: int, seeds: int) -> float:
        found = [shoe_effects(runs(s, blue=n, red=n, red_ln=0.2))["red"] for s in range(seeds)]
        return sum(e.change_pct or 0.0 for e in found) / seeds

    few, many, true = mean_pct(3, 16), mean_pct(80, 4), 100 * math.expm1(0.2)
    assert 0.7 * true < few < 0.97 * true
    assert many == pytest.approx(true, abs=1.5)


def test_intervals_hold_nine_of_ten_differences() -> None:
    rng = np.random.default_rng(9)
    held = 0
    for _ in range(100):
        group = np.repeat([0, 1], 4)
        speed = 0.3 * rng.standard_normal(8)
        true = 0.1 * rng.standard_normal(2)
        y = 1.8 + 0.3 * speed + true[group] + 0.06 * rng.standard_normal(8)
        posterior = fit(y, speed, [group.tolist()])
        low, high = posterior.quantiles(np.array([0.0, 0.0, -1.0, 1.0]), (0.05, 0.95))
        held += bool(low <= true[1] - true[0] <= high)
    assert 82 <= held <= 97  # 90 +- 2.5 standard deviations of a hundred draws
