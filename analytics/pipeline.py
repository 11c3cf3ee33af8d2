"""One runner's whole path from samples to cues.

```
SampleBlock, Gap → StrideStage (one a sensor) → Stride, Progress ┐
LinkHealth, SessionEvent ────────────────────────────────────────┴→ Merge → Second
Second → WindowStage → FormMetrics ─┐
       → DriftStage  → Drift, ...  ─┴→ CueStage → Cue
       → LoadStage   → Distance, Alert, LoadEntry
```

Strides leave at once; what needs both legs waits for the slower one. A drift alarm also gives
the coach an `Alert`. What comes late changes nothing of this: it gives strides and windows of
revision 2 (`Legs`, `Hindsight`), and counts in the load at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from analytics.alerts import alert_of
from analytics.baseline import BaselineSettings
from analytics.blocks import BlockSettings
from analytics.codec import Record, dump_state, load_state
from analytics.cue_settings import CueSettings
from analytics.cues import CueStage
from analytics.drift import DriftSettings, DriftStage, FormState
from analytics.gate import GateSettings
from analytics.hindsight import Hindsight
from analytics.legs import FromLeg, Legs, MakeStrideSource, stride_stage
from analytics.load.records import LoadHistory
from analytics.load.stage import LoadRecord, LoadStage
from analytics.merge import FormItem, Merge, Second
from analytics.records import (
    Alert,
    Baseline,
    Conditions,
    Drift,
    DriftLevel,
    Gap,
    LinkHealth,
    Programme,
    Progress,
    SampleBlock,
    SessionEvent,
    Side,
    SpeedModel,
    SpeedReading,
    Worn,
)
from analytics.redone import Redone
from analytics.signs import SignSettings
from analytics.swapped import SwappedStage
from analytics.window import WindowSettings, WindowStage

PipelineItem: TypeAlias = SampleBlock | Gap | LinkHealth | SessionEvent | SpeedReading | Conditions

DEMO_LEAN = 3.0
_VERSION = 4


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


_Part: TypeAlias = (
    Merge | SwappedStage | WindowStage | DriftStage | CueStage | LoadStage | Hindsight
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
    programme : Programme or None
        Where the runner stands in the programme, for who retrains.
    late : bool
        Whether samples may come late; what was stored or drawn as strides never does, and costs
        a third less without looking back.

    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        *,
        runner: str,
        session: str,
        sides: Iterable[Side],
        settings: AnalyticsSettings | None = None,
        baseline: Baseline | None = None,
        history: LoadHistory | None = None,
        programme: Programme | None = None,
        late: bool = True,
    ) -> None:
        settings = settings or AnalyticsSettings()
        legs = list(sides)
        self._merge = Merge(sides=legs)
        new_window = partial(
            WindowStage, runner=runner, session=session, sides=legs, settings=settings.window
        )
        self._swapped = SwappedStage(runner=runner, session=session)
        self._window = new_window()
        self._drift = DriftStage(
            runner=runner, session=session, settings=settings.drift, baseline=baseline
        )
        self._cues = CueStage(
            runner=runner,
            session=session,
            settings=settings.cues,
            baseline=baseline,
            stored=programme,
        )
        new_load = partial(LoadStage, runner=runner, session=session, history=history)
        self._load = new_load()
        self._hindsight = Hindsight(make_window=new_window, load=new_load()) if late else None
        if history is not None:  # what is usual holds until someone says otherwise
            self._merge.push(_usual(runner, session, history))
        self._speaks = baseline is not None or settings.cues.cue_on_first_run

    def push(self, item: FormItem) -> Iterable[Record]:
        """Take a stride, progress, gap, link or event; return what it completed."""
        return [r for second in self._merge.push(item) for r in self._second(second)]

    def finish(self) -> Iterable[Record]:
        """Return what the end of the session completes, the updated baseline last."""
        out = [r for second in self._merge.finish() for r in self._second(second)]
        out += self._hindsight.end() if self._hindsight else []
        out += self._whole_load()
        out += self._cues.finish() if self._speaks else []
        out += [r for r in self._drift.finish() if not isinstance(r, FormState)]
        return out

    def revise(self, leg: Redone) -> None:
        """Take a leg in hindsight: windows and load will have it, drift and cues never."""
        assert self._hindsight is not None  # noqa: S101 - who has late samples says so
        self._hindsight.revise(leg)

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        parts = {name: stage.dump() for name, stage in self._stages().items()}
        return dump_state("form", _VERSION, parts)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("form", _VERSION, state)
        for name, stage in self._stages().items():
            stage.load(parts[name])

    def _whole_load(self) -> list[LoadRecord]:
        """Return the load at the end, late strides included; live alone gives an alert."""
        rest = self._merge.rest()
        live = [*self._load.push(rest), *self._load.finish()]
        late = self._hindsight.load_of(rest) if self._hindsight else None
        if late is None:
            return live
        return [r for r in live if isinstance(r, Alert)] + late

    def _stages(self) -> dict[str, _Part]:
        stages: dict[str, _Part] = {
            "merge": self._merge,
            "swapped": self._swapped,
            "window": self._window,
            "drift": self._drift,
            "cues": self._cues,
            "load": self._load,
        }
        return stages if self._hindsight is None else {**stages, "hindsight": self._hindsight}

    def _second(self, second: Second) -> Iterable[Record]:
        doubts = list(self._swapped.push(second))
        out: list[Record] = [*doubts]
        second = replace(second, events=[*second.events, *doubts])
        self._cues.push(second)
        for found in self._drift.push(second):
            if isinstance(found, FormState):
                self._cues.push(found)
                continue
            out.append(found)
            if isinstance(found, Drift) and found.level is DriftLevel.ALARM:
                out.append(alert_of(found))
        windows = list(self._window.push(second))
        for window in windows:
            out.append(window)
            cues = self._cues.push(window)
            out += cues if self._speaks else []
        out += self._load.push(second)
        out += self._hindsight.second(second, windows) if self._hindsight else []
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
    settings, baseline, history, programme
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
        programme: Programme | None = None,
        speed_model: SpeedModel | None = None,
    ) -> None:
        self._legs = Legs(
            runner=runner, worn=worn, make=strides or stride_stage, speed_model=speed_model
        )
        self._form = FormStage(
            runner=runner,
            session=session,
            sides=self._legs.sides,
            settings=settings,
            baseline=baseline,
            history=history,
            programme=programme,
        )

    def push(self, item: PipelineItem) -> Iterable[Record]:
        """Take what a sensor gave; return it if it is a record itself, and what it completed."""
        match item:
            case SampleBlock():
                return self._steps(self._legs.push(item))
            case Gap():
                found = list(self._legs.push(item))
                live = self._form.push(item) if item.revision == 1 else []
                return [item, *live, *self._steps(found)]
            case SpeedReading():
                self._legs.push(item)
                return self._form.push(item)
            case Conditions():
                return self._form.push(item)
            case _:
                return [item, *self._form.push(item)]

    @property
    def speed_model(self) -> SpeedModel:
        """The runner's own correction of speed, with what this session has taught."""
        return self._legs.speed_model

    def finish(self) -> Iterable[Record]:
        """Return what the end of the session completes, and what it knows of the runner's speed."""
        found = [*self._steps(self._legs.finish()), *self._form.finish()]
        return [*found, self.speed_model] if self.speed_model.legs else found

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        parts = {"legs": self._legs.dump(), "form": self._form.dump()}
        return dump_state("pipeline", _VERSION, parts)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("pipeline", _VERSION, state)
        self._legs.load(parts["legs"])
        self._form.load(parts["form"])

    def _steps(self, found: Iterable[FromLeg]) -> list[Record]:
        out: list[Record] = []
        for each in found:
            if isinstance(each, Redone):
                out += each.strides
                self._form.revise(each)
                continue
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
