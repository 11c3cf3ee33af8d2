"""One runner's whole path from samples to cues.

```
SampleBlock, Gap → StrideStage (one a sensor) → Stride, Progress ┐
LinkHealth, SessionEvent ────────────────────────────────────────┴→ Merge → Second
Second → WindowStage → FormMetrics ─┐
       → DriftStage  → Drift, ...  ─┴→ CueStage → Cue
       → LoadStage   → Distance, Alert, LoadEntry
```

Strides leave at once; what needs both legs waits for the slower one. A drift alarm also gives
the coach an `Alert`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from analytics.baseline import BaselineSettings
from analytics.blocks import BlockSettings
from analytics.codec import Record, dump_state, load_state
from analytics.cues import CueSettings, CueStage
from analytics.drift import DriftSettings, DriftStage, FormState
from analytics.gate import GateSettings
from analytics.load.records import LoadHistory
from analytics.load.stage import LoadStage
from analytics.merge import FormItem, Merge, Second
from analytics.records import (
    Alert,
    Baseline,
    Conditions,
    Drift,
    DriftLevel,
    Gap,
    LinkHealth,
    Progress,
    SampleBlock,
    SessionEvent,
    Side,
    SpeedModel,
    SpeedReading,
    Stride,
    Worn,
)
from analytics.signs import SignSettings
from analytics.speed import SpeedStage
from analytics.stage import Stage
from analytics.window import WindowSettings, WindowStage

StrideSource: TypeAlias = Stage[SampleBlock | Gap, Stride | Progress | SessionEvent]
PipelineItem: TypeAlias = SampleBlock | Gap | LinkHealth | SessionEvent | SpeedReading | Conditions
MakeStrideSource: TypeAlias = Callable[[Worn], StrideSource]

DEMO_LEAN = 3.0
_VERSION = 2
_METRIC_NAMES = {
    "peak_accel": "Impact",
    "contact_time": "Contact time",
    "cadence": "Cadence",
    "asymmetry": "Left-right balance",
    "stride_time_cv": "Rhythm",
    "form": "Form",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsSettings:
    """Settings of windows, drift and cues; the defaults are the product's."""

    window: WindowSettings = field(default_factory=WindowSettings)
    drift: DriftSettings = field(default_factory=DriftSettings)
    cues: CueSettings = field(default_factory=CueSettings)


def demo_settings(*, warm_up_s: float = 15.0) -> AnalyticsSettings:
    """Return settings for a session of a few minutes that comes with a stored baseline.

    Short warm-up; blocks of 10 strides instead of 25; nothing is learnt from the session itself,
    and the stored baseline is trusted as if it were of the same day. A single metric is cued on
    half the evidence, because an hour's patience is more than a show has.
    """
    return AnalyticsSettings(
        drift=DriftSettings(
            blocks=BlockSettings(strides=10, settle_s=5.0),
            baseline=BaselineSettings(learn_from_s=0.0, learn_until_s=0.0, between_days=0.0),
        ),
        cues=CueSettings(
            gate=GateSettings(warm_up_s=warm_up_s), signs=SignSettings(least_lean=DEMO_LEAN)
        ),
    )


class FormStage:
    """Everything after the strides: windows, drift, cues and alerts of one runner.

    Parameters
    ----------
    runner, session : str
        Whose form it is.
    sides : sequence of Side
        The legs that wear a sensor.
    settings : AnalyticsSettings
        Product defaults if left out.
    baseline : Baseline or None
        The runner's stored baseline; without one nothing is cued.
    history : LoadHistory or None
        The runs before this one; without it the run's load is not told.

    """

    def __init__(
        self,
        *,
        runner: str,
        session: str,
        sides: Iterable[Side],
        settings: AnalyticsSettings | None = None,
        baseline: Baseline | None = None,
        history: LoadHistory | None = None,
    ) -> None:
        settings = settings or AnalyticsSettings()
        legs = list(sides)
        self._merge = Merge(sides=legs)
        self._window = WindowStage(
            runner=runner, session=session, sides=legs, settings=settings.window
        )
        self._drift = DriftStage(
            runner=runner, session=session, settings=settings.drift, baseline=baseline
        )
        self._cues = CueStage(runner=runner, session=session, settings=settings.cues)
        self._load = LoadStage(runner=runner, session=session, history=history)
        if history is not None:  # what is usual holds until someone says otherwise
            self._merge.push(_usual(runner, session, history))
        self._speaks = baseline is not None or settings.cues.cue_on_first_run

    def push(self, item: FormItem) -> Iterable[Record]:
        """Take a stride, progress, gap, link or event; return what it completed."""
        return [r for second in self._merge.push(item) for r in self._second(second)]

    def finish(self) -> Iterable[Record]:
        """Return what the end of the session completes, the updated baseline last."""
        out = [r for second in self._merge.finish() for r in self._second(second)]
        out += self._load.push(self._merge.rest())
        out += self._load.finish()
        out += [r for r in self._drift.finish() if not isinstance(r, FormState)]
        return out

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        parts = {name: stage.dump() for name, stage in self._stages().items()}
        return dump_state("form", _VERSION, parts)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("form", _VERSION, state)
        for name, stage in self._stages().items():
            stage.load(parts[name])

    def _stages(self) -> dict[str, Merge | WindowStage | DriftStage | CueStage | LoadStage]:
        return {
            "merge": self._merge,
            "window": self._window,
            "drift": self._drift,
            "cues": self._cues,
            "load": self._load,
        }

    def _second(self, second: Second) -> Iterable[Record]:
        out: list[Record] = []
        self._cues.push(second)
        for found in self._drift.push(second):
            if isinstance(found, FormState):
                self._cues.push(found)
                continue
            out.append(found)
            if isinstance(found, Drift) and found.level is DriftLevel.ALARM:
                out.append(_alert(found))
        for window in self._window.push(second):
            out.append(window)
            cues = self._cues.push(window)
            out += cues if self._speaks else []
        out += self._load.push(second)
        return out


class FormPipeline:
    """Samples of one runner's sensors in, every record about the runner out.

    Parameters
    ----------
    runner, session : str
        Whose session it is.
    worn : mapping of Side to Worn
        The sensors, one or two.
    strides : callable or None
        Makes the stride stage of a sensor; `StrideStage` if left out.
    settings, baseline, history
        As of `FormStage`.
    speed_model : SpeedModel or None
        The runner's own correction of speed, as earlier runs left it.

    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        *,
        runner: str,
        session: str,
        worn: Mapping[Side, Worn],
        strides: MakeStrideSource | None = None,
        settings: AnalyticsSettings | None = None,
        baseline: Baseline | None = None,
        history: LoadHistory | None = None,
        speed_model: SpeedModel | None = None,
    ) -> None:
        make = strides or _stride_stage
        self._strides = {side: make(worn[side]) for side in Side if side in worn}
        self._speed = SpeedStage(runner=runner, model=speed_model)
        self._form = FormStage(
            runner=runner,
            session=session,
            sides=list(self._strides),
            settings=settings,
            baseline=baseline,
            history=history,
        )

    def push(self, item: PipelineItem) -> Iterable[Record]:
        """Take what a sensor gave; return it if it is a record itself, and what it completed."""
        match item:
            case SampleBlock(late=True) | Gap(revision=2):
                return [item] if isinstance(item, Gap) else []
            case SampleBlock():
                return self._steps(self._strides[item.worn.side].push(item))
            case Gap():
                found = self._strides[item.worn.side].push(item)
                return [item, *self._form.push(item), *self._steps(found)]
            case SpeedReading():
                self._speed.push(item)
                return self._form.push(item)
            case Conditions():
                return self._form.push(item)
            case _:
                return [item, *self._form.push(item)]

    @property
    def speed_model(self) -> SpeedModel:
        """The runner's own correction of speed, with what this session has taught."""
        return self._speed.model

    def finish(self) -> Iterable[Record]:
        """Return what the end of the session completes."""
        steps = [r for stage in self._strides.values() for r in self._steps(stage.finish())]
        return [*steps, *self._form.finish()]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        strides = {side.value: stage.dump() for side, stage in self._strides.items()}
        parts = {"strides": strides, "speed": self._speed.dump(), "form": self._form.dump()}
        return dump_state("pipeline", _VERSION, parts)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("pipeline", _VERSION, state)
        for side, stage in self._strides.items():
            stage.load(parts["strides"][side.value])
        self._speed.load(parts["speed"])
        self._form.load(parts["form"])

    def _steps(self, found: Iterable[Stride | Progress | SessionEvent]) -> list[Record]:
        out: list[Record] = []
        for step in found:
            told = self._speed.push(step) if isinstance(step, Stride) else [step]
            for each in told:
                out += [] if isinstance(each, Progress) else [each]
                out += self._form.push(each)
        return out


def _usual(runner: str, session: str, history: LoadHistory) -> Conditions:
    return Conditions(
        runner=runner,
        session=session,
        time_s=0.0,
        surface=history.surface,
        shoe=history.shoe,
    )


def _stride_stage(worn: Worn) -> StrideSource:
    from analytics.strides import StrideStage  # noqa: PLC0415 - loads compiled kernels

    return StrideStage(worn=worn)


def _alert(drift: Drift) -> Alert:
    leg_free = drift.why.metric.removesuffix("_left").removesuffix("_right")
    unit = "points" if leg_free == "asymmetry" else "%"
    return Alert(
        runner=drift.runner,
        session=drift.session,
        time_s=drift.time_s,
        kind="drift",
        text=f"{_METRIC_NAMES[leg_free]} has changed by {drift.why.change_pct:+.0f} {unit}",
        why=drift.why,
        about=drift.id,
    )
