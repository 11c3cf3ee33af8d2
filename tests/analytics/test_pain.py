"""When pain is a matter for a doctor, and when cues rest."""

from __future__ import annotations

from datetime import date, timedelta

from analytics.pain import Pain, PainMoment, PainPlace, PainSide, doctor_reasons, rests_cues

FIRST = date(2025, 11, 1)


def said(
    day: int,
    score: int = 3,
    *,
    place: PainPlace = PainPlace.KNEE,
    swelling: bool = False,
    locking: bool = False,
) -> Pain:
    when = (FIRST + timedelta(days=day)).isoformat()
    return Pain(
        runner="mia",
        id=f"{day}-{place}-{score}",
        time_utc_ns=day,
        day=when,
        moment=PainMoment.MORNING,
        side=PainSide.LEFT,
        place=place,
        score=score,
        swelling=swelling,
        locking=locking,
    )


def on(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()


def test_pain_of_more_than_two_weeks_wants_a_doctor_and_one_of_two_weeks_does_not() -> None:
    assert doctor_reasons([said(0), said(7), said(14)], day=on(14)) == []
    assert doctor_reasons([said(0), said(7), said(14), said(15)], day=on(15)) == ["lasting"]


def test_a_week_without_a_word_or_a_day_without_pain_begins_anew() -> None:
    assert doctor_reasons([said(0), said(7), said(15), said(16)], day=on(16)) == []
    assert doctor_reasons([said(0), said(5), said(8, 0), said(12), said(17)], day=on(17)) == []


def test_pains_in_two_places_are_not_added_up() -> None:
    hip = PainPlace.HIP
    assert (
        doctor_reasons([said(0), said(7), said(12, place=hip), said(17, place=hip)], day=on(17))
        == []
    )


def test_a_sign_wants_a_doctor_at_once_and_is_forgotten_in_time() -> None:
    signs = [said(0, swelling=True), said(0, locking=True)]
    assert doctor_reasons(signs, day=on(0)) == ["swelling", "locking"]
    assert doctor_reasons(signs, day=on(15)) == []


def test_cues_rest_on_the_day_it_hurts_and_not_on_the_next() -> None:
    assert rests_cues([said(3)], day=on(3))
    assert not rests_cues([said(3)], day=on(4))
    assert not rests_cues([said(3, 0)], day=on(3))
