"""What a runner does on which day of a season: runs, rest weeks, sore days, sessions beside it.

Four runs a week: two easy ones, a fast one, one that grows long; each fourth week a third less.
All is made up, and so labelled; the rules that speak of it (110 %, pain, shoes) are the product's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from analytics.load.days import days_before
from analytics.pain import Pain, PainMoment, PainPlace, PainSide
from analytics.records import Surface
from firmware_sim.course import Change
from firmware_sim.season.person import Lot, Person
from firmware_sim.stretch import Doing, Stretch
from firmware_sim.tired import HARD, TYPICAL

WEEK_DAYS = 7
RUNS_A_WEEK = 4
_GROWTH = 0.01  # a week, of the easy runs' time
_REST_WEEK, _REST = 4, 0.67  # every fourth week, shorter by a third
_LONGER, _LONGEST = 1.05, 1.5  # a week, and in the end: long runs grow, below the 110 % line
_TOO_MUCH = (1.6, 1.3)  # in the last week and the one before, of who does too much too soon
_SORE_DAYS = 18  # more than two weeks
_PAUSE_S, _PAUSES = 25.0, 0.15  # a traffic light, in so many runs
_OTHER_GROUND = 0.3  # of the runs lead over other ground for a third of their way
_LOOSE_LINK = 0.08  # of the runs lose a sensor for a while


class Kind(StrEnum):
    """What a run is for."""

    EASY = "easy"
    FAST = "fast"
    LONG = "long"


_WEEK = ((1, Kind.EASY), (3, Kind.FAST), (5, Kind.EASY), (6, Kind.LONG))  # day, run
_MINUTES = {Kind.EASY: 1.0, Kind.FAST: 0.85, Kind.LONG: 1.0}
_PACE = {Kind.EASY: 0.96, Kind.FAST: 1.08, Kind.LONG: 0.95}
_TIRES = {Kind.EASY: 0.1, Kind.FAST: 0.25, Kind.LONG: 0.5}
_EXERTION = {Kind.EASY: 3.0, Kind.FAST: 6.0, Kind.LONG: 5.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """One run of the season.

    Attributes
    ----------
    day, minute : str, int
        The day in the team's zone and the minute of it at which the run starts.
    running_s : float
        From the first landing to the last.
    stretches : tuple of Stretch
        Ground and pace from the first landing on.
    change : Change
        How form changes.
    lost_s : tuple of two floats or None
        From when to when the left sensor's link is lost.
    exertion : float
        What the runner says of it, 0-10.

    """

    day: str
    minute: int
    kind: Kind
    running_s: float
    stretches: tuple[Stretch, ...]
    shoe: int
    change: Change
    lost_s: tuple[float, float] | None
    exertion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """A session beside running: `strength` or `low_impact`."""

    day: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What one runner does and says."""

    runs: tuple[PlannedRun, ...]
    pains: tuple[Pain, ...]
    ticks: tuple[Ticked, ...]


def plan(person: Person, *, weeks: int, today: str) -> Season:
    """Return the runner's weeks before a day, the oldest first.

    Examples
    --------
    >>> from analytics.records import Placement
    >>> from firmware_sim.season.person import draw_person
    >>> ann = draw_person(seed=1, runner="ann", number=6, placement=Placement.SHIN)
    >>> season = plan(ann, weeks=2, today="2026-03-15")
    >>> len(season.runs), season.runs[-1].day < "2026-03-15"
    (8, True)

    """
    pains = tuple(_pains(person, weeks=weeks, today=today))
    sore = {pain.day: pain.score for pain in pains}
    runs = []
    for week in range(weeks):
        for slot, (weekday, kind) in enumerate(_WEEK):
            since = WEEK_DAYS * week + (weekday + person.shift) % WEEK_DAYS
            day = days_before(today, WEEK_DAYS * weeks - since)
            if sore.get(day, 0) < _RESTS_FROM:
                runs.append(_run(person, day, kind, week=week, weeks=weeks, slot=slot, sore=sore))
    return Season(
        runs=tuple(sorted(runs, key=lambda run: run.day)),
        pains=pains,
        ticks=tuple(_ticks(person, weeks=weeks, today=today)),
    )


_RESTS_FROM = 4  # a runner in more pain than this stays at home


def _run(
    person: Person,
    day: str,
    kind: Kind,
    *,
    week: int,
    weeks: int,
    slot: int,
    sore: dict[str, int],
) -> PlannedRun:
    rng = person.rng("run", day)
    minutes = person.easy_min * _MINUTES[kind] * (1.0 + _GROWTH * week)
    minutes *= float(rng.uniform(0.99, 1.01))
    if kind is Kind.LONG:
        rested = (week + person.shift % _REST_WEEK) // _REST_WEEK
        minutes *= min(_LONGER ** (week + 1 - rested), _LONGEST)
    hurts = sore.get(day, 0) > 0
    if (week + person.shift % _REST_WEEK) % _REST_WEEK == _REST_WEEK - 1 or hurts:
        minutes *= _REST
    over = person.lot is Lot.TOO_MUCH and week >= max(1, weeks - 2) and kind is Kind.LONG
    if over:
        minutes *= _TOO_MUCH[weeks - 1 - week]
    running_s = 60.0 * minutes
    tires = _TIRES[kind] + 0.5 * (person.lot is Lot.TIRES) + 0.5 * over > float(rng.uniform())
    stretches = tuple(_way(person, rng, running_s=running_s, pace=_PACE[kind]))
    return PlannedRun(
        day=day,
        minute=(1050 if person.evenings else 390) + 7 * slot + int(rng.integers(30)),
        kind=kind,
        running_s=running_s,
        stretches=stretches,
        shoe=int(kind is Kind.FAST),
        change=_change(person, rng, running_s=running_s, tires=tires, hurts=hurts),
        lost_s=_lost(rng, running_s),
        exertion=min(10.0, _EXERTION[kind] + 2.0 * tires + float(rng.integers(-1, 2))),
    )


def _change(
    person: Person, rng: np.random.Generator, *, running_s: float, tires: bool, hurts: bool
) -> Change:
    """Return how form changes: typically or hard where the runner tires, and who limps, limps."""
    drawn = (HARD if person.lot is Lot.TIRES and rng.uniform() < 1 / 3 else TYPICAL).draw(rng)
    change = drawn if tires else Change()
    limps = 0.08 if hurts else change.asymmetry
    return replace(
        change,
        from_s=float(rng.uniform(0.4, 0.55)) * running_s,
        until_s=float(rng.uniform(0.7, 0.9)) * running_s,
        asymmetry=limps,
    )


def _way(
    person: Person, rng: np.random.Generator, *, running_s: float, pace: float
) -> Iterator[Stretch]:
    """Give the run's stretches: the usual ground, other ground in the middle, a halt."""
    usual = Stretch(lasts_s=running_s / 3.0, pace=pace, surface=person.ground)
    yield usual
    if rng.uniform() < _OTHER_GROUND and person.ground is not Surface.TREADMILL:
        others = (Surface.GRASS, Surface.TRAIL, Surface.TRACK)
        yield replace(usual, surface=others[int(rng.integers(len(others)))])
    else:
        yield usual
    if rng.uniform() < _PAUSES:
        yield replace(usual, doing=Doing.STANDING, lasts_s=_PAUSE_S)
    yield replace(usual, lasts_s=running_s)


def _lost(rng: np.random.Generator, running_s: float) -> tuple[float, float] | None:
    if rng.uniform() >= _LOOSE_LINK:
        return None
    from_s = float(rng.uniform(0.2, 0.7)) * running_s
    return from_s, from_s + float(rng.uniform(15.0, 90.0))


def _pains(person: Person, *, weeks: int, today: str) -> Iterator[Pain]:
    """Give what a sore runner says, day by day: it comes, stays, and goes in the end."""
    if person.lot is Lot.SORE_NOW:
        scores = [(days, 2 + (days < _SORE_DAYS - 6) + (days % 5 == 0)) for days in range(1, 18)]
        scores.append((_SORE_DAYS, 2))
    elif person.lot is Lot.WAS_SORE:
        began = WEEK_DAYS * max(1, weeks // 2)
        scores = [(began - k, score) for k, score in enumerate((2, 3, 5, 6, 5, 5, 4, 4, 3, 2, 1))]
    else:
        return
    rng = person.rng("pain")
    side = PainSide.LEFT if rng.integers(2) else PainSide.RIGHT
    place = PainPlace.KNEE if person.lot is Lot.SORE_NOW else PainPlace.SHIN
    for days, score in sorted(scores, reverse=True):
        if 0 < days <= WEEK_DAYS * weeks:
            day = days_before(today, days)
            yield Pain(
                runner=person.runner,
                id=f"season-{day}",
                time_utc_ns=0,
                day=day,
                moment=PainMoment.MORNING,
                side=side,
                place=place,
                score=score,
            )


def _ticks(person: Person, *, weeks: int, today: str) -> Iterator[Ticked]:
    rng = person.rng("ticks")
    for week in range(weeks):
        start = WEEK_DAYS * (weeks - week)
        done = rng.uniform(size=3)
        for weekday, share in ((0, done[0]), (3, done[1])):
            if share < person.strength:
                yield Ticked(day=days_before(today, start - weekday), kind="strength")
        if done[2] < 1 - person.strength:
            yield Ticked(day=days_before(today, start - 4), kind="low_impact")
