"""Form drift: how far this runner's form has moved from the runner's own fresh form.

Strides → blocks → (fresh minutes: baseline) → changes → charts → `Drift`. The claim is «change»,
not «fatigue». Speed is adjusted for only where the sensors give one; without it, a faster runner
shows as a changed one. Suspended, a metric's chart stands still: clipped peaks, a moved strap, a
speed too far from the fresh one. What a pause or a gap cuts off gives no block at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from analytics import baseline as base
from analytics.baseline import BaselineSettings, Change, Fresh, Learner
from analytics.blocks import Block, Blocks, BlockSettings
from analytics.charts import FORM, Charts, ChartSettings, ChartState
from analytics.codec import dump_state, load_state
from analytics.merge import Second
from analytics.records import Baseline, Drift, DriftLevel, SessionEvent, Usual, Why

_VERSION = 1
_SURE = 0.99  # nothing measured on a runner is surer than that

LEARNING = "learning"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftSettings:
    """Settings of blocks, baseline and charts; `speed_range_mps` limits the speed adjustment."""

    blocks: BlockSettings = field(default_factory=BlockSettings)
    baseline: BaselineSettings = field(default_factory=BaselineSettings)
    charts: ChartSettings = field(default_factory=ChartSettings)
    speed_range_mps: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """Where form stands after a block, for the cue policy.

    In standard deviations of the runner's own noise: `lean` is how far each metric stands out
    by the best explanation as a step, `smoothed` its moving average, `strength` form as a whole.
    `fresh` is what it is compared with.
    """

    time_s: float
    levels: Mapping[str, DriftLevel]
    lean: Mapping[str, float]
    smoothed: Mapping[str, float]
    strength: float
    fresh: Mapping[str, Fresh]


DriftItem: TypeAlias = Drift | FormState | SessionEvent | Baseline


@dataclass(slots=True, kw_only=True)
class _State:
    started: bool = False
    learner: Learner = field(default_factory=Learner)
    fresh: dict[str, Fresh] | None = None
    own: dict[str, Usual] = field(default_factory=dict)
    charts: ChartState = field(default_factory=ChartState)


class DriftStage:
    """Changes of form against the runner's own baseline.

    Parameters
    ----------
    runner, session : str
        Whose form this is.
    settings : DriftSettings
        Product defaults if left out.
    baseline : Baseline or None
        The runner's stored baseline; without one the first minutes are learnt («Learning you»).

    """

    def __init__(
        self,
        *,
        runner: str,
        session: str,
        settings: DriftSettings | None = None,
        baseline: Baseline | None = None,
    ) -> None:
        self._runner = runner
        self._session = session
        self._settings = settings or DriftSettings()
        self._stored: Mapping[str, Usual] = baseline.usual if baseline else {}
        self._blocks = Blocks(settings=self._settings.blocks)
        self._charts = Charts(settings=self._settings.charts)
        self._state = _State(charts=self._charts.state)

    def push(self, item: Second) -> Iterable[DriftItem]:
        """Take one second of both legs; return what its block, if one closed, tells."""
        out: list[DriftItem] = []
        if not self._state.started:
            self._state.started = True
            if not self._stored:
                out.append(self._event(item.until_s, LEARNING, "Learning you"))
        block = self._blocks.push(item)
        if block is not None:
            if self._state.fresh is None:
                self._learn(block)
            if self._state.fresh is not None:
                out += self._compare(block, self._state.fresh)
        return out

    def finish(self) -> Iterable[DriftItem]:
        """Return the updated personal baseline, if this run gave enough fresh blocks."""
        own = self._state.own or self._learnt()
        if not own:
            return []
        source = "this runner's own runs"
        return [base.updated(runner=self._runner, own=own, stored=self._stored, source=source)]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("drift", _VERSION, {"state": self._state, "blocks": self._blocks.state})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("drift", _VERSION, state)
        self._state = msgspec.convert(parts["state"], _State)
        self._charts.state = self._state.charts
        self._blocks.restore(parts["blocks"])

    def _event(self, time_s: float, kind: str, text: str) -> SessionEvent:
        return SessionEvent(
            runner=self._runner, session=self._session, time_s=time_s, kind=kind, text=text
        )

    def _learnt(self) -> dict[str, Usual]:
        return self._state.learner.usual(
            block_strides=self._settings.blocks.strides,
            min_blocks=self._settings.baseline.min_blocks,
        )

    def _learn(self, block: Block) -> None:
        """Take a fresh block; once the fresh minutes are over, settle what fresh is."""
        s = self._settings.baseline
        start_s, end_s = block.last.contact_s, block.last.end_s
        learns = s.learn_until_s > s.learn_from_s
        enough = bool(self._stored) or self._state.learner.n_blocks >= s.min_blocks
        if learns and start_s >= s.learn_from_s and (end_s <= s.learn_until_s or not enough):
            self._state.learner.add(block.values)
            return
        if not enough or (learns and end_s <= s.learn_until_s):
            return
        self._state.own = self._learnt()
        self._state.fresh = base.fresh_form(
            self._state.own,
            self._stored,
            block_strides=self._settings.blocks.strides,
            between_days=s.between_days,
        )

    def _compare(self, block: Block, fresh: Mapping[str, Fresh]) -> Iterable[DriftItem]:
        if not base.speed_is_comparable(
            block.values, fresh, range_mps=self._settings.speed_range_mps
        ):
            return []
        changes = base.changes(block.values, fresh)
        news = self._charts.push(changes)
        charts = self._charts.state
        out: list[DriftItem] = [
            self._drift(block, level, self._why(metric, changes)) for metric, level in news
        ]
        levels = {metric: chart.level for metric, chart in charts.metrics.items()}
        out.append(
            FormState(
                time_s=block.last.end_s,
                levels={**levels, FORM: charts.form_level},
                lean={metric: chart.lean for metric, chart in charts.metrics.items()},
                smoothed={metric: chart.smoothed for metric, chart in charts.metrics.items()},
                strength=charts.strength,
                fresh=fresh,
            )
        )
        return out

    def _why(self, metric: str, changes: Mapping[str, Change]) -> Why:
        charts = self._charts.state
        if metric == FORM:
            change_pct = self._charts.form_change_pct
            return Why(
                metric=FORM,
                from_value=0.0,
                to_value=change_pct,
                change_pct=change_pct,
                confidence=confidence(charts.strength),
            )
        change = changes[metric]
        return Why(
            metric=change.metric,
            from_value=change.from_value,
            to_value=change.to_value,
            change_pct=change.change_pct,
            confidence=confidence(charts.metrics[metric].smoothed),
        )

    def _drift(self, block: Block, level: DriftLevel, why: Why) -> Drift:
        return Drift(
            runner=self._runner,
            session=self._session,
            time_s=block.last.end_s,
            side=block.last.worn.side,
            contact_index=block.last.contact_index,
            level=level,
            why=why,
        )


def confidence(deviate: float) -> float:
    """Return how sure a change is: the chance that noise alone stays below it.

    Examples
    --------
    >>> round(confidence(1.96), 2), confidence(9.0)
    (0.95, 0.99)

    """
    return min(_SURE, math.erf(abs(deviate) / math.sqrt(2.0)))
