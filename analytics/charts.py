"""Control charts over block medians: one of a metric in both directions, one of form as a whole.

Theory of operation
-------------------
Each metric has a two-sided CUSUM (Page 1954, Biometrika) of its block's `z`, clipped so that one
odd block cannot decide. It gives notice and alarm only if, besides, the mean of the last few
blocks shows a change worth telling, and if the change, taken as a step or as a slow ramp of the
best age, stands out of long-range noise (`Evidence`, a generalised likelihood ratio). There are few
ways to change slowly and many to change at once, so noise looks like a ramp less often than
like a step, and a ramp needs to stand out less. The level stays until the mean of the last
blocks is back within half of what is worth telling.

Form as a whole has a multivariate EWMA (Lowry 1992, Technometrics): T2 is the sum over metrics
of the squared EWMA over its variance under long-range noise and an uncertain baseline, and
`strength` is T2 as a normal deviate (Wilson & Hilferty 1931, PNAS), so that one limit serves
however many metrics a sensor gives. T2 has no sign: that peak acceleration rises is not assumed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from statistics import fmean

from analytics import noise
from analytics.changes import Change
from analytics.evidence import Evidence
from analytics.records import DriftLevel

FORM = "form"
_NOTICE_BELOW = 0.6  # standard deviations less than an alarm
_TABLE_BLOCKS = 60  # the EWMA's variance hardly grows after that many blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSettings:
    """Limits of the charts.

    Attributes
    ----------
    cusum_notice, cusum_alarm : float
        Limits of the CUSUM in spreads.
    largest_slack : float
        Most spreads a block may lie off before the CUSUM grows (k). By rule k is half of the
        smallest change worth telling, which alone would leave nothing of a clipped `z` for
        metrics as steady as cadence.
    z_limit : float
        Where a block's z is clipped.
    effect_pct : mapping of str to float
        Smallest change worth telling. Cadence: 3 %, because a runner's cadence wanders a tenth
        of what peak acceleration does and falls 2-5 % in exhaustion (Mizrahi 2000).
    step_lean, ramp_lean : mapping of str to float
        How far a metric must stand out, as a step or as a ramp, for an alarm; a notice takes a
        little less. Found by simulation (bench/drift.py) for less than one false alarm in 10
        hours together: peak acceleration, the noisiest, is given most of them, the others lie so
        far above their noise that they need none.
    falling_ramp_lean : mapping of str to float
        The same for a slow fall, where it is another. Landing slowly softer is told of too, but
        nobody has to hurry: the false alarms saved are spent on landing harder.
    effect_blocks : int
        Blocks whose mean must show the effect.
    clear_blocks : int
        Blocks whose mean must be back within half of it.
    ewma_weight : float
        Weight of the newest block in the multivariate EWMA.
    form_notice, form_alarm : float
        Limits of `strength`. In 125 h of steady running (bench/drift.py) the highest was 2.4,
        and 3.2 where both legs share their long-range noise.
    form_effect_pct : float
        Smallest change of form as a whole: the root sum of squares of the metrics' changes.

    """

    cusum_notice: float = 5.0
    cusum_alarm: float = 8.0
    largest_slack: float = 2.0
    z_limit: float = 4.0
    effect_pct: Mapping[str, float] = field(
        default_factory=lambda: {
            "peak_accel": 5.0,
            "contact_time": 5.0,
            "cadence": 3.0,
            "asymmetry": 5.0,
            "stride_time_cv": 20.0,
        }
    )
    step_lean: Mapping[str, float] = field(
        default_factory=lambda: {
            "peak_accel": 4.3,
            "contact_time": 4.6,
            "cadence": 4.6,
            "asymmetry": 5.4,
            "stride_time_cv": 4.4,
        }
    )
    ramp_lean: Mapping[str, float] = field(
        default_factory=lambda: {
            "peak_accel": 3.0,
            "contact_time": 4.0,
            "cadence": 4.0,
            "asymmetry": 4.8,
            "stride_time_cv": 3.8,
        }
    )
    falling_ramp_lean: Mapping[str, float] = field(default_factory=lambda: {"peak_accel": 3.7})
    effect_blocks: int = 3
    clear_blocks: int = 6
    ewma_weight: float = 0.2
    form_notice: float = 2.2
    form_alarm: float = 3.0
    form_effect_pct: float = 5.0


@dataclass(slots=True, kw_only=True)
class _Chart:
    """One metric's CUSUMs, EWMA and level."""

    up: float = 0.0
    down: float = 0.0
    ewma: float = 0.0
    n_blocks: int = 0
    smoothed: float = 0.0
    recent: list[float] = field(default_factory=list)
    level: DriftLevel = DriftLevel.CLEAR
    evidence: Evidence = field(default_factory=Evidence)
    ewma_doubts: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class ChartState:
    """Everything the charts remember."""

    metrics: dict[str, _Chart] = field(default_factory=dict)
    form_level: DriftLevel = DriftLevel.CLEAR
    strength: float = 0.0


class Charts:
    """Level of change of each metric and of form as a whole, block by block."""

    def __init__(self, *, settings: ChartSettings) -> None:
        self._settings = settings
        self._growth = _ewma_variance(settings.ewma_weight)
        self.state = ChartState()

    def push(self, changes: Mapping[str, Change]) -> list[tuple[str, DriftLevel]]:
        """Take one block's changes; return the levels that changed, in the metrics' order.

        A metric missing from `changes` is suspended: its chart stays as it is.
        """
        news = []
        for metric, change in changes.items():
            chart = self.state.metrics.setdefault(metric, _Chart())
            if self._update(metric, chart, change):
                news.append((metric, chart.level))
        if changes and self._update_form():
            news.append((FORM, self.state.form_level))
        return news

    def forget(self, metrics: Iterable[str], *, n_blocks: int) -> None:
        """Take back the last blocks of some metrics: they did not tell of form."""
        for metric in metrics:
            chart = self.state.metrics.get(metric)
            if chart is not None:
                chart.evidence.forget(n_blocks)
                chart.recent = chart.recent[: max(0, len(chart.recent) - n_blocks)]
                chart.up = chart.down = 0.0

    def restart(self, metrics: Iterable[str]) -> None:
        """Forget all but the level of some metrics: they are compared with something new."""
        for metric in metrics:
            if metric in self.state.metrics:
                self.state.metrics[metric] = _Chart(level=self.state.metrics[metric].level)

    @property
    def form_change_pct(self) -> float:
        """The metrics' changes over the last blocks, taken together.

        Without the variability of stride time, whose percents are of another size.
        """
        n = self._settings.effect_blocks
        return math.sqrt(
            math.fsum(
                (math.fsum(chart.recent[-n:]) / n) ** 2
                for metric, chart in self.state.metrics.items()
                if metric != "stride_time_cv"
            )
        )

    def _update(self, metric: str, chart: _Chart, change: Change) -> bool:
        s = self._settings
        smallest_pct = s.effect_pct[metric]
        sigma, scale = change.fresh.sigma, change.scale
        z = min(max(change.size / scale, -s.z_limit), s.z_limit)
        slack = min(s.largest_slack, 0.5 * math.log1p(0.01 * smallest_pct) / scale)
        # Bounded, so that a long change does not take equally long to end.
        most = 1.5 * s.cusum_alarm
        chart.up = min(most, max(0.0, chart.up + z - slack))
        chart.down = min(most, max(0.0, chart.down - z - slack))
        chart.recent = [*chart.recent, change.change_pct][-s.clear_blocks :]
        self._smooth(chart, change, z)
        chart.evidence.add(
            z * scale / sigma,
            doubts={cause: doubt / sigma for cause, doubt in change.doubts.items()},
            error=change.fresh.error / sigma,
        )
        before = chart.level
        chart.level = self._level(metric, chart, smallest_pct)
        return chart.level is not before

    def _smooth(self, chart: _Chart, change: Change, z: float) -> None:
        weight = self._settings.ewma_weight
        fresh, scale = change.fresh, change.scale
        chart.n_blocks += 1
        chart.ewma += weight * (z - chart.ewma)
        now = change.doubts
        chart.ewma_doubts = {
            cause: (1.0 - weight) * chart.ewma_doubts.get(cause, 0.0)
            + weight * now.get(cause, 0.0) / scale
            for cause in sorted({*chart.ewma_doubts, *now})
        }
        known = 1.0 - (1.0 - weight) ** chart.n_blocks
        grown = self._growth[min(chart.n_blocks, len(self._growth)) - 1]
        variance = (fresh.sigma**2 * grown + (fresh.error * known) ** 2) / scale**2
        variance += math.fsum(doubt**2 for doubt in chart.ewma_doubts.values())
        chart.smoothed = chart.ewma / math.sqrt(variance)

    def _level(self, metric: str, chart: _Chart, smallest_pct: float) -> DriftLevel:
        s = self._settings
        if chart.level is not DriftLevel.CLEAR:
            mean = fmean(chart.recent)
            if len(chart.recent) == s.clear_blocks and abs(mean) < 0.5 * smallest_pct:
                chart.up = chart.down = 0.0
                return DriftLevel.CLEAR
        last = chart.recent[-s.effect_blocks :]
        effect_pct = fmean(last)
        if len(last) < s.effect_blocks or abs(effect_pct) < smallest_pct:
            return chart.level
        evidence = chart.up if effect_pct > 0 else chart.down
        sign = math.copysign(1.0, effect_pct)
        spare = max(
            sign * chart.evidence.step - s.step_lean[metric],
            sign * chart.evidence.ramp - self._ramp_lean(metric, sign),
        )
        if evidence >= s.cusum_alarm and spare >= 0.0:
            return DriftLevel.ALARM
        noticed = evidence >= s.cusum_notice and spare >= -_NOTICE_BELOW
        if noticed and chart.level is DriftLevel.CLEAR:
            return DriftLevel.NOTICE
        return chart.level

    def _ramp_lean(self, metric: str, sign: float) -> float:
        s = self._settings
        rising = s.ramp_lean[metric]
        return rising if sign > 0.0 else s.falling_ramp_lean.get(metric, rising)

    def _update_form(self) -> bool:
        s, state = self._settings, self.state
        leans = [chart.smoothed for chart in state.metrics.values()]
        state.strength = _strength(math.fsum(lean**2 for lean in leans), len(leans))
        before = state.form_level
        told = self.form_change_pct >= s.form_effect_pct
        if state.strength >= s.form_alarm and told:
            state.form_level = DriftLevel.ALARM
        elif state.strength >= s.form_notice and told and before is DriftLevel.CLEAR:
            state.form_level = DriftLevel.NOTICE
        elif state.strength < 0.5 * s.form_notice:
            state.form_level = DriftLevel.CLEAR
        return state.form_level is not before


def _strength(t_squared: float, n_metrics: int) -> float:
    """Return the normal deviate as rare as `t_squared` is for that many metrics."""
    spread = 2.0 / (9.0 * n_metrics)
    return (math.pow(t_squared / n_metrics, 1.0 / 3.0) - (1.0 - spread)) / math.sqrt(spread)


@cache
def _ewma_variance(weight: float) -> tuple[float, ...]:
    return tuple(noise.ewma_variance(weight, _TABLE_BLOCKS))
