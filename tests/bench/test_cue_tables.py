"""The tables of cues and of the programme: what they count is counted right."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from analytics.records import Cue, FormMetrics, PerSide, Why
from bench.cueing.checks import judged
from bench.cueing.learner import Learner
from bench.cueing.runs import FRESH, TIRED, SceneKind, Staged
from bench.cues import NEVER_MIN, delay_min, held, staged
from tests.analytics.cue_course import WELL, window
from tests.analytics.runners import RUNNER, SESSION

RUN = Staged(preset=TIRED[-1], seed=1)


def cue(time_s: float, *, to: float = 170.0, kind: str = "cadence") -> Cue:
    change_pct = 100.0 * (to / 175.0 - 1.0)
    return Cue(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        kind=kind,
        shown=True,
        suppressed_reason=None,
        text="",
        why=Why(
            metric="cadence",
            from_value=175.0,
            to_value=to,
            change_pct=change_pct,
            confidence=0.9,
        ),
    )


def windows(*cues: Cue) -> list[FormMetrics]:
    return [window(cue.time_s, WELL) for cue in cues]


def test_every_scene_is_in_every_run_and_the_presets_take_turns() -> None:
    assert {scene.kind for scene in RUN.scenes()} == set(SceneKind)
    presets = [run.preset for run in staged(28, 0)]
    assert presets.count(FRESH) == 7
    assert set(presets) == {FRESH, *TIRED}


def test_a_cue_in_a_scene_or_in_warm_up_or_too_soon_is_a_fault() -> None:
    scene = RUN.scenes()[0]
    wrong = [cue(100.0), cue(scene.start_s + 2.0), cue(scene.start_s + 5.0)]
    faults = judged(RUN, [*wrong, *windows(*wrong)]).faults
    assert faults["in_warm_up"] == 1
    assert faults[f"in_{scene.kind}"] >= 1
    assert faults["too_close"] == 1
    assert faults["why_disagrees"] == 0


def test_more_cues_than_the_budget_are_a_fault() -> None:
    many = [cue(600.0 + 130.0 * i) for i in range(9)]
    assert judged(RUN, [*many, *windows(*many)]).faults["over_budget"] == 1
    assert judged(RUN, [*many[1:], *windows(*many)]).faults["over_budget"] == 0


def test_numbers_that_are_not_the_windows_are_a_fault() -> None:
    wrong = cue(600.0, to=169.0)
    assert judged(RUN, [wrong, *windows(wrong)]).faults["why_disagrees"] == 1
    lacking = replace(window(600.0, WELL), cadence_spm=None, peak_accel_g=PerSide(left=1, right=1))
    assert judged(RUN, [cue(600.0), lacking]).faults["why_disagrees"] == 1


def test_the_delay_counts_from_when_the_change_is_real_without_the_scenes() -> None:
    real_s = RUN.real_s()
    assert real_s == 1260.0
    assert delay_min(judged(RUN, [])) == NEVER_MIN
    late = cue(1900.0)
    delay = delay_min(judged(RUN, [late, *windows(late)]))
    assert delay is not None
    silent_s = sum(
        max(0.0, min(1900.0, s.silent_until_s) - max(1260.0, s.start_s)) for s in RUN.scenes()
    )
    assert silent_s > 0
    assert abs(delay - (640.0 - silent_s) / 60.0) < 1e-9
    assert delay_min(judged(Staged(preset=FRESH, seed=1), [])) is None


def test_the_runs_come_out_the_same_however_many_are_held_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A process started anew would else find the `tests` that one of our dependencies installs.
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    short = [Staged(preset=replace(TIRED[0], minutes=13.0), seed=seed) for seed in (4, 5)]
    one, two = (held(short, jobs=jobs, log=StringIO()) for jobs in (1, 2))
    assert [run.staged for run in one] == short
    assert one == two


def test_a_learner_who_hears_cues_steps_quicker_and_keeps_some_of_it() -> None:
    learner, times = Learner(seed=3), []
    for second, item in enumerate(learner.run(0, 2.0)):
        if second % 40 == 0:
            learner.heard.append(cue(1.0))
        times.append(getattr(item, "stride_time_s", None))
    strides = [t for t in times if t]
    assert sum(strides[-40:]) < 0.97 * sum(strides[:40])
    assert 0.0 < learner.habit < 0.3
