"""Every stage of the core keeps the laws; a stage nobody listed here fails by its name."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analytics
from analytics.cues import CueStage
from analytics.distance import DistanceStage
from analytics.drift import DriftStage
from analytics.fit import FitStage
from analytics.form_stage import FormStage
from analytics.legs import Legs, stride_stage
from analytics.load.stage import LoadStage
from analytics.merge import Merge, Second
from analytics.pipeline import FormPipeline
from analytics.records import Gap, Placement, SampleBlock, Side, SpeedSource, Stride
from analytics.settings import demo_settings
from analytics.speed import SpeedStage
from analytics.stage import Stage
from analytics.strides import StrideStage
from analytics.strikes import StrikeDetector
from analytics.swapped import SwappedStage
from analytics.window import WindowStage
from tests.analytics import fits, signals
from tests.analytics.load.runs import entry, history
from tests.analytics.paces import MIXED, paces, reading
from tests.analytics.rolls import ROLLS
from tests.analytics.runners import RUNNER, SESSION, Course, Runner, stored_baseline
from tests.laws import law

VERB = ("push", "finish", "dump", "load")
QUICK = demo_settings()
TIRING = Course(start_s=10, full_s=30, cadence=-0.05, contact=0.08, peak=0.30)


@dataclass(frozen=True, kw_only=True)
class Case:
    """How to make a stage, and something for it to work on."""

    make: Callable[[], Stage[Any, Any]]
    items: Callable[[], Sequence[Any]]


@functools.cache
def samples() -> Sequence[SampleBlock | Gap]:
    """Return 4 s of standing and 9 s of running with a hole in it, in blocks of half a second."""
    whole = signals.run(placement=Placement.SHIN, running_s=10.0).block
    first, second = whole.part(0, 1800), whole.part(1880, 2600)
    hole = Gap(
        worn=whole.worn,
        first_index=1800,
        start_s=float(first.time_s[-1]),
        end_s=float(second.time_s[0]),
        n_samples=80,
        reason="lost",
    )
    pieces = [law.cut(part, range(0, 1800, 97)) for part in (first, second)]
    return [*pieces[0], hole, *pieces[1]]


@functools.cache
def late_samples() -> Sequence[SampleBlock | Gap]:
    """Return the same, the hole awaited and, 3 s later, filled."""
    whole = signals.run(placement=Placement.SHIN, running_s=10.0).block
    blocks = [item for item in samples() if isinstance(item, SampleBlock)]
    hole = next(item for item in samples() if isinstance(item, Gap))
    return [
        *(b for b in blocks if b.first_index < hole.first_index),
        replace(hole, awaited=True),
        *(b for b in blocks if 1880 <= b.first_index < 2480),
        replace(whole.part(1800, 1880), late=True),
        replace(hole, n_samples=0, revision=2),
        *(b for b in blocks if b.first_index >= 2480),
    ]


@functools.cache
def strides() -> Sequence[Any]:
    """Return strides and progress of a minute and a half in which form goes."""
    return Runner(seed=1, minutes=1.5, course=TIRING).items()


@functools.cache
def paced() -> Sequence[Any]:
    """Return strides of both legs for a minute, with a pod's readings between them."""
    legs = [s for side in Side for s in paces(side, from_s=1.0, until_s=60.0)]
    pod = [reading(float(t), 3.1, SpeedSource.FOOT_POD) for t in range(60)]
    return sorted([*legs, *pod], key=lambda r: r.contact_s if isinstance(r, Stride) else r.time_s)


@functools.cache
def seconds() -> Sequence[Second]:
    return law.run(Merge(sides=tuple(Side)), strides())


@functools.cache
def what_cues_hear() -> Sequence[Any]:
    """Return seconds, what drift says of them and windows, in the pipeline's order."""
    drift, window = new_drift(), new_window()
    return [
        heard
        for second in seconds()
        for heard in [second, *drift.push(second), *window.push(second)]
        if type(heard).__name__ != "Drift"
    ]


def new_drift() -> DriftStage:
    return DriftStage(
        runner=RUNNER, session=SESSION, settings=QUICK.drift, baseline=stored_baseline()
    )


def new_window() -> WindowStage:
    return WindowStage(runner=RUNNER, session=SESSION, sides=tuple(Side))


CASES: dict[type, Case] = {
    StrikeDetector: Case(
        make=lambda: StrikeDetector(worn=signals.worn(Placement.SHIN)), items=samples
    ),
    StrideStage: Case(make=lambda: StrideStage(worn=signals.worn(Placement.SHIN)), items=samples),
    Legs: Case(
        make=lambda: Legs(
            runner="ann", worn={Side.LEFT: signals.worn(Placement.SHIN)}, make=stride_stage
        ),
        items=late_samples,
    ),
    FitStage: Case(
        make=lambda: FitStage(worn=signals.worn(Placement.SHOE)),
        items=lambda: fits.clipped(fits.worn_on(Placement.SHIN, said=Placement.SHOE)),
    ),
    Merge: Case(make=lambda: Merge(sides=tuple(Side)), items=strides),
    SpeedStage: Case(make=lambda: SpeedStage(runner=RUNNER), items=paced),
    WindowStage: Case(make=new_window, items=seconds),
    DriftStage: Case(make=new_drift, items=seconds),
    CueStage: Case(
        make=lambda: CueStage(runner=RUNNER, session=SESSION, settings=QUICK.cues),
        items=what_cues_hear,
    ),
    SwappedStage: Case(
        make=lambda: SwappedStage(runner=RUNNER, session=SESSION), items=lambda: ROLLS
    ),
    DistanceStage: Case(
        make=lambda: DistanceStage(runner=RUNNER, session=SESSION), items=lambda: MIXED
    ),
    LoadStage: Case(
        make=lambda: LoadStage(runner=RUNNER, session=SESSION, history=history(entry(2, km=0.05))),
        items=lambda: MIXED,
    ),
    FormStage: Case(
        make=lambda: FormStage(
            runner=RUNNER,
            session=SESSION,
            sides=tuple(Side),
            settings=QUICK,
            baseline=stored_baseline(),
        ),
        items=strides,
    ),
    FormPipeline: Case(
        make=lambda: FormPipeline(
            runner="ann",
            session="one",
            worn={Side.LEFT: signals.worn(Placement.SHIN)},
            settings=QUICK,
        ),
        items=late_samples,
    ),
}


def stages() -> list[type]:
    """Return every class in the core that has the verb of a stage."""
    found = set()
    for module in pkgutil.walk_packages(analytics.__path__, "analytics."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            ours = one.__module__.startswith("analytics.") and one is not Stage
            if ours and all(callable(getattr(one, name, None)) for name in VERB):
                found.add(one)
    return sorted(found, key=lambda one: one.__name__)


@pytest.mark.parametrize("stage", stages())
def test_a_stage_has_a_case_here_that_gives_records(stage: type) -> None:
    assert stage in CASES
    assert len(law.run(CASES[stage].make(), CASES[stage].items())) > 1


@pytest.mark.parametrize("stage", CASES, ids=lambda stage: stage.__name__)
@settings(max_examples=8, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=8))
def test_block_edges_do_not_matter(stage: type, cuts: list[int]) -> None:
    case = CASES[stage]
    law.assert_block_edges_do_not_matter(case.make, case.items(), cuts)


@pytest.mark.parametrize("stage", CASES, ids=lambda stage: stage.__name__)
@settings(max_examples=8, deadline=None)
@given(share=st.floats(0.0, 1.0))
def test_what_was_given_never_changes_and_a_killed_stage_goes_on(stage: type, share: float) -> None:
    case = CASES[stage]
    stop = int(share * len(case.items()))
    law.assert_given_records_never_change(case.make, case.items(), stop)
    law.assert_dump_and_load_go_on(case.make, case.items(), stop)


@pytest.mark.parametrize("stage", CASES, ids=lambda stage: stage.__name__)
def test_a_stage_refuses_the_state_of_another(stage: type) -> None:
    other = next(one for one in CASES if one is not stage)
    with pytest.raises(ValueError, match="state"):
        CASES[stage].make().load(CASES[other].make().dump())
