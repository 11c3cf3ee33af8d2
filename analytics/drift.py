"""Form drift: how far this runner's form has moved from the runner's own fresh form.

Strides → blocks → (fresh minutes: `References`) → changes → charts → `Drift`. The claim is
«change», not «fatigue». Speed is adjusted for only where the sensors give one; without it, a
faster runner shows as a changed one. Suspended, a metric's chart stands still: clipped peaks, a
leg whose strap moved, other ground until it is known, a speed too far from the fresh one, a
slope. What a pause or a gap cuts off gives no block at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from analytics import changes
from analytics.baseline import BaselineSettings
from analytics.blocks import Block, Blocks, BlockSettings
from analytics.changes import Change, Fresh
from analytics.charts import FORM, Charts, ChartSettings, ChartState
from analytics.codec import dump_state, load_state
from analytics.ground import JUMP_BLOCKS, Ground, GroundState
from analytics.merge import Second
from analytics.records import Baseline, Drift, DriftLevel, SessionEvent, Side, Why
from analytics.references import References, ReferenceState

_VERSION = 2
_SURE = 0.99  # nothing measured on a runner is surer than that

LEARNING = "learning"
REBASELINED = "rebaselined"
IMPACT_CHARTS = ("peak_accel", "asymmetry")


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
    references: ReferenceState = field(default_factory=ReferenceState)
    ground: GroundState = field(default_factory=GroundState)
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
        self._first_run = baseline is None
        self._blocks = Blocks(settings=self._settings.blocks)
        self._references = References(
            settings=self._settings.baseline,
            block_strides=self._settings.blocks.strides,
            stored=baseline,
        )
        self._ground = Ground()
        self._charts = Charts(settings=self._settings.charts)
        self._state = _State(
            references=self._references.state,
            ground=self._ground.state,
            charts=self._charts.state,
        )

    def push(self, item: Second) -> Iterable[DriftItem]:
        """Take one second of both legs; return what its block, if one closed, tells."""
        out: list[DriftItem] = []
        if not self._state.started:
            self._state.started = True
            if self._first_run:
                out.append(self._event(item.until_s, LEARNING, "Learning you"))
        block = self._blocks.push(item)
        return out if block is None else [*out, *self.judge(block)]

    def judge(self, block: Block) -> Iterable[DriftItem]:
        """Take one block; return what it tells."""
        if self._references.is_learning:
            self._ground.learn(block.surface, block.grade_pct)
        renewed = self._references.push(block)
        fresh = self._references.fresh
        if fresh is None:
            return []
        out: list[DriftItem] = []
        if renewed:
            self._charts.restart(IMPACT_CHARTS)
            self._ground.forget_impact()
        for side in renewed:
            text = (
                f"{side.value.capitalize()} strap moved: impact is compared with the minutes since"
            )
            out.append(self._event(block.last.end_s, REBASELINED, text, side))
        return [*out, *self._compare(block, fresh)]

    def finish(self) -> Iterable[DriftItem]:
        """Return the updated personal baseline, if this run gave enough fresh blocks."""
        found = self._references.updated(runner=self._runner, session=self._session)
        return [] if found is None else [found]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("drift", _VERSION, {"state": self._state, "blocks": self._blocks.state})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("drift", _VERSION, state)
        self._state = msgspec.convert(parts["state"], _State)
        self._references.state = self._state.references
        self._ground.state = self._state.ground
        self._charts.state = self._state.charts
        self._blocks.restore(parts["blocks"])

    def _event(self, time_s: float, kind: str, text: str, side: Side | None = None) -> SessionEvent:
        return SessionEvent(
            runner=self._runner,
            session=self._session,
            time_s=time_s,
            kind=kind,
            text=text,
            side=side,
        )

    def _compare(self, block: Block, usual: Mapping[str, Fresh]) -> Iterable[DriftItem]:
        faster_mps = changes.faster_mps(block.values, usual)
        if abs(faster_mps) > self._settings.speed_range_mps:
            return []
        if not self._ground.is_level(block.grade_pct):
            return []
        if self._ground.push(block.values, usual, block.surface):
            self._charts.forget(IMPACT_CHARTS, n_blocks=JUMP_BLOCKS - 1)
        fresh = self._ground.here(usual)
        found = changes.of(block.values, fresh)
        news = self._charts.push(found)
        charts = self._charts.state
        out: list[DriftItem] = [
            self._drift(block, level, self._why(metric, found)) for metric, level in news
        ]
        levels = {metric: chart.level for metric, chart in charts.metrics.items()}
        out.append(
            FormState(
                time_s=block.last.end_s,
                levels={**levels, FORM: charts.form_level},
                lean={metric: chart.evidence.lean for metric, chart in charts.metrics.items()},
                smoothed={metric: chart.smoothed for metric, chart in charts.metrics.items()},
                strength=charts.strength,
                fresh=fresh,
            )
        )
        return out

    def _why(self, metric: str, found: Mapping[str, Change]) -> Why:
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
        change = found[metric]
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
