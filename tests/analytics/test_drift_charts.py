import math

import numpy as np
import pytest

from analytics import noise
from analytics.baseline import Change, Fresh
from analytics.charts import FORM, Charts, ChartSettings
from analytics.records import DriftLevel
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


def test_a_step_is_weighed_to_unit_variance_and_seen_best_at_its_own_age() -> None:
    rows = noise.step_weights(50, 3)
    rng = np.random.default_rng(2)
    noise_blocks = np.array(
        [
            math.sqrt(0.8) * long_range(rng, 50)
            + math.sqrt(0.2) * rng.standard_normal(50)
            + math.sqrt(0.3) * rng.standard_normal()
            for _ in range(4000)
        ]
    )
    for row in rows:
        assert np.var(noise_blocks @ np.array(row)) == pytest.approx(1.0, rel=0.08)
    step = np.array([0.0] * 40 + [1.0] * 10)
    scores = [float(step @ np.array(row)) for row in rows]
    assert noise.STEP_AGES[int(np.argmax(scores))] == 10


def test_a_mean_of_long_range_noise_scatters_as_the_exponent_says() -> None:
    rng = np.random.default_rng(3)
    means = [long_range(rng, 64).mean() for _ in range(4000)]
    assert np.var(means) == pytest.approx(noise.mean_variance(64), rel=0.08)
