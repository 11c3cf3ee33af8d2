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
from typing import TypeAlias

from analytics.codec import Record, dump_state, load_state
from analytics.form_stage import FormStage
from analytics.legs import FromLeg, Legs, MakeStrideSource, stride_stage
from analytics.load.records import LoadHistory
from analytics.records import (
    Baseline,
    Conditions,
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
from analytics.settings import AnalyticsSettings

PipelineItem: TypeAlias = SampleBlock | Gap | LinkHealth | SessionEvent | SpeedReading | Conditions

_VERSION = 4


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
