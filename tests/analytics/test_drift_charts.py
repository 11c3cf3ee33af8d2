import math

import numpy as np
import pytest

from analytics import noise
from analytics.changes import Change, Fresh
from analytics.charts import FORM, Charts, ChartSettings
from analytics.evidence import Evidence
from analytics.records import DriftLevel, FloatArray
from tests.analytics.runners import long_range

SIGMA = {"peak_accel": 0.035, "contact_time": 0.009, "cadence": 0.006, "asymmetry": 0.07}


def change(metric: str, pct: float, *, error: float = 0.0) -> Change:
    usual = 10.0
    additive = metric == "asymmetry"
    value = usual + pct if additive else usual * (1 + pct / 100)
    size = pct / 100 if additive else math.log1p(pct / 100)
    fresh = Fresh(usual=usual, sigma=SIGMA[metric], error=error)
    return Change(
        metric=metric,
        from_value=usual,
        to_value=value,
        change_pct=pct,
        size=size,
        fresh=fresh,
    )


def levels(charts: Charts, metric: str, pcts: list[float]) -> list[DriftLevel]:
    """Return the levels one metric went through."""
    news = [charts.push({metric: change(metric, pct)}) for pct in pcts]
    return [level for found in news for name, level in found if name == metric]


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("metric", "pct"), [("peak_accel", 12.0), ("contact_time", 8.0)])
def test_a_lasting_change_in_either_direction_alarms_within_four_minutes(
    metric: str, pct: float, sign: float
) -> None:
    charts = Charts(settings=ChartSettings())
    got = levels(charts, metric, [0.0] * 20 + [sign * pct] * 13)
    assert got[-1] is DriftLevel.ALARM


def test_a_change_too_small_to_tell_never_alarms_however_sure_it_is() -> None:
    charts = Charts(settings=ChartSettings())
    assert not levels(charts, "contact_time", [0.0] * 20 + [4.5] * 200)


def test_one_odd_block_decides_nothing() -> None:
    charts = Charts(settings=ChartSettings())
    assert not levels(charts, "peak_accel", [0.0] * 20 + [400.0] + [0.0] * 20)


def test_the_alarm_stays_until_the_change_is_well_inside_its_band() -> None:
    charts = Charts(settings=ChartSettings())
    assert levels(charts, "contact_time", [0.0] * 20 + [8.0] * 20)[-1] is DriftLevel.ALARM
    assert not levels(charts, "contact_time", [3.0] * 20)
    assert levels(charts, "contact_time", [0.5] * 6) == [DriftLevel.CLEAR]


def test_a_long_small_change_does_not_make_a_later_short_one_look_lasting() -> None:
    charts = Charts(settings=ChartSettings())
    levels(charts, "contact_time", [4.5] * 400 + [0.0] * 4)
    assert charts.state.metrics["contact_time"].up < ChartSettings().cusum_alarm


def test_after_the_all_clear_evidence_is_gathered_anew() -> None:
    charts = Charts(settings=ChartSettings())
    assert levels(charts, "peak_accel", [20.0] * 10 + [0.0] * 6)[-1] is DriftLevel.CLEAR
    assert charts.state.metrics["peak_accel"].up == 0.0


def test_a_suspended_metric_keeps_its_chart() -> None:
    charts = Charts(settings=ChartSettings())
    levels(charts, "peak_accel", [0.0] * 10 + [6.0] * 2)
    before = charts.state.metrics["peak_accel"].up
    levels(charts, "cadence", [0.0] * 10)
    assert charts.state.metrics["peak_accel"].up == before > 0.0


def test_small_changes_of_all_metrics_together_are_a_change_of_form() -> None:
    together = {"peak_accel": 4.5, "contact_time": 3.5, "cadence": -2.0, "asymmetry": 2.0}
    charts = Charts(settings=ChartSettings())
    news = [
        name
        for block in range(60)
        for name, _ in charts.push(
            {m: change(m, pct if block > 20 else 0.0) for m, pct in together.items()}
        )
    ]
    assert set(news) == {FORM}
    assert charts.state.form_level is DriftLevel.ALARM


def test_form_does_not_ask_which_way_a_metric_went() -> None:
    strengths = []
    for sign in (1.0, -1.0):
        charts = Charts(settings=ChartSettings())
        for _ in range(30):
            charts.push({"peak_accel": change("peak_accel", 100 * (1.08**sign - 1))})
        strengths.append(charts.state.strength)
    assert strengths[0] == pytest.approx(strengths[1])


def test_an_unsure_baseline_makes_the_same_change_count_for_less() -> None:
    strengths = []
    for error in (0.0, 0.05):
        charts = Charts(settings=ChartSettings())
        for _ in range(30):
            charts.push({"peak_accel": change("peak_accel", 8.0, error=error)})
        strengths.append(charts.state.strength)
    assert strengths[1] < 0.6 * strengths[0]


def test_the_moving_average_has_the_variance_it_is_judged_by() -> None:
    rng = np.random.default_rng(1)
    weight, n = 0.1, 40
    steps = np.array([long_range(rng, n) for _ in range(4000)])
    weights = weight * (1 - weight) ** np.arange(n)[::-1]
    assert np.var(steps @ weights) == pytest.approx(noise.ewma_variance(weight, n)[-1], rel=0.06)


def noise_blocks(n_runs: int, n: int, *, error: float) -> FloatArray:
    rng = np.random.default_rng(2)
    return np.array(
        [
            math.sqrt(0.85) * long_range(rng, n)
            + math.sqrt(0.15) * rng.standard_normal(n)
            + error * rng.standard_normal()
            for _ in range(n_runs)
        ]
    )


def test_steps_and_ramps_are_weighed_to_unit_variance_and_seen_best_at_their_own_age() -> None:
    shapes = noise.shapes(100, 3)
    runs = noise_blocks(4000, 100, error=math.sqrt(0.3))
    for row in (*shapes.steps, *shapes.ramps):
        assert np.var(runs @ np.array(row)) == pytest.approx(1.0, rel=0.08)
    step = np.array([0.0] * 90 + [1.0] * 10)
    scores = [float(step @ np.array(row)) for row in shapes.steps]
    assert noise.STEP_AGES[int(np.argmax(scores))] == 10
    ramp = np.array([0.0] * 60 + [i / 40 for i in range(1, 41)])
    scores = [float(ramp @ np.array(row)) for row in shapes.ramps]
    assert noise.RAMP_AGES[int(np.argmax(scores))] == 40


def test_whitened_long_range_noise_is_independent() -> None:
    runs = noise_blocks(3000, 12, error=0.0)
    white = np.array([noise.whitened(run.tolist()) for run in runs])
    assert np.cov(white.T) == pytest.approx(np.eye(12), abs=0.1)


def evidence(values: list[float], doubts: list[float]) -> Evidence:
    found = Evidence()
    for value, doubt in zip(values, doubts, strict=True):
        found.add(value, doubts={"speed": doubt} if doubt else {}, error=0.5)
    return found


def test_what_may_as_well_be_a_wrong_slope_stands_out_less() -> None:
    step = [0.0] * 20 + [3.0] * 10
    plain = evidence(step, [0.0] * 30)
    assert plain.step > 4.0
    # The runner was faster just then, so that the adjustment may be off by as much.
    assert evidence(step, [0.0] * 20 + [3.0] * 10).step < 1.1
    # At another time the same doubt explains nothing.
    assert evidence(step, [3.0] * 10 + [0.0] * 20).step > 2.0


def test_blocks_taken_back_leave_no_trace() -> None:
    some = evidence([0.1] * 10 + [9.0] * 2, [0.0] * 12)
    some.forget(2)
    some.add(0.1, doubts={}, error=0.5)
    assert some == evidence([0.1] * 11, [0.0] * 11)


def test_a_mean_of_long_range_noise_scatters_as_the_exponent_says() -> None:
    rng = np.random.default_rng(3)
    means = [long_range(rng, 64).mean() for _ in range(4000)]
    assert np.var(means) == pytest.approx(noise.mean_variance(64), rel=0.08)
