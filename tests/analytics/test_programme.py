"""Retraining: targets, guidance that fades, silent probes, recalls, and when it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cue_settings import CueSettings, Mode
from analytics.cues import CueItem, CueStage
from analytics.programme import ProgrammeSettings, begun, retention_pct
from analytics.records import (
    Baseline,
    Cue,
    Guidance,
    Programme,
    ProgrammeSession,
    SessionEvent,
    Usual,
)
from tests.analytics.cue_course import WELL, Form, course, held, shown, told
from tests.analytics.runners import RUNNER, SESSION, stored_baseline
from tests.laws.law import assert_dump_and_load_go_on, assert_given_records_never_change, run

RETRAIN = CueSettings(mode=Mode.RETRAIN)
TWO_RUNS = replace(stored_baseline(), runs=2)
ON_TARGET = Form(cadence=0.03, peak=-0.25)  # of 170 and 6 g; the baseline has 166.7 and 6 g
SCHEDULE = ProgrammeSettings().guidance_pct


def sessions(n: int) -> tuple[ProgrammeSession, ...]:
    return tuple(
        ProgrammeSession(
            session=f"s{i}", guidance_pct=SCHEDULE[i], guided={}, silent={}, cues=0, worked=0
        )
        for i in range(n)
    )


def after(n: int, **more: float) -> Programme:
    return Programme(runner=RUNNER, baseline=TWO_RUNS, sessions=sessions(n), **more)  # type: ignore[arg-type]


def stage(programme: Programme | None, baseline: Baseline | None = TWO_RUNS) -> CueStage:
    return CueStage(
        runner=RUNNER, session=SESSION, settings=RETRAIN, baseline=baseline, stored=programme
    )


def retrained(
    items: Iterator[CueItem] | Sequence[CueItem], programme: Programme | None = None
) -> list[object]:
    return run(stage(programme), items)


def test_retraining_waits_for_two_runs_in_the_runners_own_form() -> None:
    one_run = replace(TWO_RUNS, runs=1)
    assert begun(None, one_run, settings=ProgrammeSettings()) is None
    found = run(stage(None, one_run), course((900, WELL)))
    assert [r.kind for r in found if isinstance(r, SessionEvent)] == ["retrain-waits"]
    assert not told(found)


def test_a_runner_at_the_old_cadence_is_led_to_the_target() -> None:
    found = retrained(course((700, WELL)))
    first = next(cue for cue in told(found) if cue.shown)
    assert (first.kind, first.text, first.time_s) == ("impact", "Land quietly.", 480)
    cadence = next(c for c in told(found) if c.kind == "cadence")
    assert cadence.target == pytest.approx(120 / 0.72 * 1.05)
    assert (cadence.why.metric, cadence.why.to_value) == ("cadence", 170.0)
    assert [r.text for r in found if isinstance(r, SessionEvent)] == [
        "Session 1 of 8: cues for 100 % of it"
    ]


def test_a_runner_on_target_hears_only_of_the_probe() -> None:
    found = retrained(course((1300, ON_TARGET)))
    assert shown(found) == [("probe", 1080)]
    assert told(found)[0].text == "No cues for 3 minutes."


def test_the_worse_leg_is_named_while_the_other_is_good() -> None:
    uneven = replace(ON_TARGET, asymmetry=120.0)
    first = next(cue for cue in told(retrained(course((600, uneven)))) if cue.shown)
    assert (first.text, first.why.metric) == ("Softer on the left.", "peak_accel_left")


def test_a_probe_is_announced_and_silent() -> None:
    found = retrained(course((1500, WELL)))
    probe_s = next(cue.time_s for cue in told(found) if cue.kind == "probe")
    assert 1080 <= probe_s < 1400
    assert not [t for _, t in shown(found) if probe_s < t < probe_s + 180]


@pytest.mark.parametrize("n", range(8))
def test_guidance_is_given_for_its_share_of_the_run(n: int) -> None:
    found = retrained(course((3600, WELL)), after(n))
    last = next(r for r in found if isinstance(r, Programme)).sessions[-1]
    assert last.guidance_pct == SCHEDULE[n]
    told_s = [t for kind, t in shown(found) if kind != "probe"]
    assert all((t - 480) % 300 < 3 * SCHEDULE[n] for t in told_s)
    assert bool(told_s) == (SCHEDULE[n] > 0)
    assert (("impact", "faded_out") in held(found)) == (SCHEDULE[n] < 100)
    assert any(kind == "probe" for kind, _ in shown(found)) == (SCHEDULE[n] > 0)


def test_a_session_keeps_what_was_guided_and_what_stayed_in_silence() -> None:
    probed = [*course((1090, ON_TARGET)), *shifted(1090, 1260, Form(cadence=0.01, peak=-0.1))]
    found = retrained(probed)
    (programme,) = [r for r in found if isinstance(r, Programme)]
    (session,) = programme.sessions
    assert session.guided["cadence"] == pytest.approx(100 * (170 * 1.03 / (120 / 0.72) - 1))
    assert session.silent["cadence"] == pytest.approx(100 * (170 * 1.01 / (120 / 0.72) - 1))
    kept = retention_pct(session)
    assert 0 < kept["cadence"] < 100
    assert 0 < kept["peak_accel"] < 100


def shifted(from_s: float, until_s: float, form: Form) -> list[CueItem]:
    every = list(course((until_s, form)))
    at = [getattr(i, "until_s", getattr(i, "time_s", getattr(i, "end_s", 0.0))) for i in every]
    return [item for item, time_s in zip(every, at, strict=True) if time_s > from_s]


def test_a_short_run_is_no_session() -> None:
    assert not [r for r in retrained(course((900, WELL))) if isinstance(r, Programme)]


def test_targets_are_of_the_form_that_the_programme_began_with() -> None:
    quick = {**TWO_RUNS.usual, "cadence": Usual(median=180.0, sigma=1.0, n_blocks=100)}
    now = replace(TWO_RUNS, usual=quick)
    found = run(stage(after(3), now), course((700, WELL)))
    assert next(c for c in told(found) if c.kind == "cadence").target == pytest.approx(175.0)


def test_guidance_is_told_as_it_changes() -> None:
    found = retrained(course((900, WELL)), after(5))
    silent = [(r.time_s, r.silent) for r in found if isinstance(r, Guidance)]
    assert (600, True) in silent  # 40 % of five minutes after 480
    assert (780, False) in silent
    first = next(r for r in found if isinstance(r, Guidance))
    assert (first.programme_session, first.guidance_pct) == (6, 40.0)
    assert first.cadence_spm == pytest.approx(175.0)
    assert first.impact_limit_g.left is not None


@pytest.mark.parametrize(
    ("days", "recalled", "says"),
    [(29, 0, []), (31, 0, ["probe", "recall"]), (31, 1, []), (200, 1, ["probe", "recall"])],
)
def test_recalls_come_after_one_three_and_six_months(
    days: float, recalled: int, says: list[str]
) -> None:
    done = replace(after(8), since_days=days, recalled=recalled)
    found = retrained(course((1200, WELL)), done)
    kinds = [kind for kind, _ in shown(found)]
    assert kinds == says
    if says:
        (programme,) = [r for r in found if isinstance(r, Programme)]
        assert len(programme.recalls) == 1
        assert programme.recalled == sum(days >= due for due in (30, 91, 182))
        assert programme.recalls[0].silent


@settings(deadline=None, max_examples=6)
@given(share=st.floats(0.0, 1.0))
def test_retraining_keeps_the_laws(share: float) -> None:
    items = list(course((600, WELL), (1300, ON_TARGET), (1500, WELL)))
    stop = int(share * len(items))
    assert len([r for r in run(stage(after(4)), items) if isinstance(r, Cue)]) >= 3
    assert_given_records_never_change(lambda: stage(after(4)), items, stop)
    assert_dump_and_load_go_on(lambda: stage(after(4)), items, stop)
