"""Everything after the strides: windows, drift, cues, load and alerts of one runner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from analytics.alerts import alert_of
from analytics.codec import Record, dump_state, load_state
from analytics.cues import CueStage
from analytics.drift import DriftStage, FormState
from analytics.hindsight import Hindsight
from analytics.load.records import LoadHistory
from analytics.load.stage import LoadRecord, LoadStage
from analytics.merge import FormItem, Merge, Second
from analytics.records import (
    Alert,
    Baseline,
    Conditions,
    Drift,
    DriftLevel,
    Programme,
    Side,
)
from analytics.redone import Redone
from analytics.settings import AnalyticsSettings
from analytics.swapped import SwappedStage
from analytics.window import WindowStage

_VERSION = 4


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
        if doubts:
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


def _usual(runner: str, session: str, history: LoadHistory) -> Conditions:
    return Conditions(
        runner=runner,
        session=session,
        time_s=0.0,
        surface=history.surface,
        shoe=history.shoe,
    )
