"""Simulated seasons: what is planned, and how landings are told."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.load.days import days_between
from analytics.load.longest import LIMIT
from analytics.pain import doctor_reasons
from analytics.records import Gap, Placement, Side, Stride, Surface
from firmware_sim.season.calendar import Kind, plan
from firmware_sim.season.person import Lot, Person, draw_person
from firmware_sim.season.run import SeasonRun
from firmware_sim.season.told import learn

TODAY = "2026-06-17"
WEEKS = 12


def person(lot: Lot, *, seed: int = 3) -> Person:
    return replace(
        draw_person(seed=seed, runner="ann", number=1, placement=Placement.SHOE), lot=lot
    )


def test_a_healthy_runner_runs_four_times_a_week_up_to_the_day_before() -> None:
    season = plan(person(Lot.STEADY), weeks=WEEKS, today=TODAY)
    assert len(season.runs) == 4 * WEEKS
    assert len({run.day for run in season.runs}) == len(season.runs)
    ages = [days_between(run.day, TODAY) for run in season.runs]
    assert 1 <= min(ages) <= 3
    assert max(ages) <= 7 * WEEKS


def test_the_same_seed_plans_the_same_season_and_another_seed_another() -> None:
    one, again, other = (plan(person(Lot.TIRES, seed=s), weeks=4, today=TODAY) for s in (3, 3, 4))
    assert one == again
    assert one != other


@pytest.mark.parametrize(("lot", "passes"), [(Lot.STEADY, False), (Lot.TOO_MUCH, True)])
def test_only_who_does_too_much_too_soon_passes_the_line_after_the_first_month(
    lot: Lot, *, passes: bool
) -> None:
    runs = plan(person(lot), weeks=WEEKS, today=TODAY).runs

    def longest(day: str) -> float:
        before = [r for r in runs if 0 < days_between(r.day, day) <= 30]
        return max(r.running_s * r.stretches[0].pace for r in before)

    over = [
        run
        for run in runs
        if days_between(runs[0].day, run.day) > 30
        and run.running_s * run.stretches[0].pace > LIMIT * longest(run.day)
    ]
    assert bool(over) is passes
    assert {run.kind for run in over} <= {Kind.LONG}


def test_who_is_sore_for_more_than_two_weeks_is_told_to_see_someone() -> None:
    now = plan(person(Lot.SORE_NOW), weeks=WEEKS, today=TODAY).pains
    past = plan(person(Lot.WAS_SORE), weeks=WEEKS, today=TODAY).pains
    assert doctor_reasons(now, day=TODAY) == ["lasting"]
    assert past
    assert doctor_reasons(past, day=TODAY) == []
    assert plan(person(Lot.STEADY), weeks=WEEKS, today=TODAY).pains == ()


def test_who_was_sore_misses_runs_and_comes_back_shorter() -> None:
    sore, well = (plan(person(lot), weeks=WEEKS, today=TODAY) for lot in (Lot.WAS_SORE, Lot.STEADY))
    missed = {run.day for run in well.runs} - {run.day for run in sore.runs}
    assert missed
    scores = {pain.day: pain.score for pain in sore.pains}
    assert all(scores[day] >= 4 for day in missed)
    usual = {run.day: run.running_s for run in well.runs}
    back = [run for run in sore.runs if scores.get(run.day, 0) > 0]
    assert all(run.running_s < 0.8 * usual[run.day] or usual[run.day] < 1500 for run in back)


def test_a_runs_strides_are_told_as_the_real_analytics_tell_this_runners() -> None:
    ann = person(Lot.STEADY)
    planned = plan(ann, weeks=1, today=TODAY).runs[0]
    shorter = replace(planned, running_s=300.0, lost_s=(100.0, 130.0))
    run = SeasonRun(person=ann, planned=shorter, session="s", telling=learn(ann))
    items = run.items()
    strides = [item for item in items if isinstance(item, Stride)]
    left, right = ([s for s in strides if s.worn.side is side] for side in Side)
    assert len(right) == pytest.approx(300 * ann.traits.cadence_spm / 120, rel=0.05)
    assert not [s for s in left if s.end_s > 100.0 and s.contact_s < 130.0]
    assert [(g.start_s, g.end_s) for g in items if isinstance(g, Gap)] == [(100.0, 130.0)]
    pace = planned.stretches[0].pace * ann.traits.speed_mps
    assert np.median([s.speed_mps for s in right]) == pytest.approx(pace, rel=0.04)
    assert all(s.strike_class is not None and s.tibia_angle_deg is None for s in strides)
    assert right[0].reasons == {"tibia_angle_deg": "worn on the shoe"}
    assert len({s.id for s in strides}) == len(strides)


def test_a_softer_ground_for_this_runner_lands_softer_in_the_season_too() -> None:
    ann = person(Lot.STEADY)
    planned = plan(ann, weeks=1, today=TODAY).runs[0]
    telling = learn(ann)
    effect = dict(ann.traits.ground)

    def peak(surface: Surface) -> float:
        way = tuple(replace(part, surface=surface) for part in planned.stretches)
        run = SeasonRun(
            person=ann,
            planned=replace(planned, running_s=300.0, stretches=way, lost_s=None),
            session="s",
            telling=telling,
        )
        peaks = [s.peak_accel_resultant_g for s in run.items() if isinstance(s, Stride)]
        return float(np.median(peaks))

    change = np.log(peak(Surface.GRASS) / peak(Surface.ASPHALT))
    assert change == pytest.approx(effect[Surface.GRASS], abs=0.02)
