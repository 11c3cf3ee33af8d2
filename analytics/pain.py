"""What a runner says of pain, and when that is a matter for a doctor rather than for a cue.

The rule is the advice that clinicians print for sore knees, not a finding of ours: see someone for
pain that lasts more than two weeks, for swelling, for a joint that locks, for one that gives way.
Nothing here is worked out from what the sensors measured, and nothing forecasts an injury.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from analytics.load.days import days_between

LASTING_DAYS = 14  # "more than two weeks"
PAUSE_DAYS = 7  # a week without a word of it: what comes then is a new pain
RESTING = "Cues are off for today: something hurts"
SIGNS_DAYS = 14  # a sign said so long ago no longer speaks of today


class PainSide(StrEnum):
    """Where it hurts."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class PainPlace(StrEnum):
    """What hurts."""

    KNEE = "knee"
    SHIN = "shin"
    ANKLE = "ankle"
    FOOT = "foot"
    CALF = "calf"
    THIGH = "thigh"
    HIP = "hip"
    BACK = "back"
    OTHER = "other"


class PainMoment(StrEnum):
    """When it was said."""

    DURING = "during"
    AFTER = "after"
    MORNING = "morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain:
    """One word about pain on a day: 0 (none) to 10, and the signs that want a doctor."""

    runner: str
    id: str
    time_utc_ns: int
    day: str
    moment: PainMoment
    side: PainSide
    place: PainPlace
    score: int
    session: str | None = None
    swelling: bool = False
    locking: bool = False
    instability: bool = False


def doctor_reasons(said: Iterable[Pain], *, day: str) -> list[str]:
    """Return why someone should look at it, as of a day: of `lasting|swelling|locking|instability`.

    Examples
    --------
    >>> def knee(day, **signs):
    ...     return Pain(runner="a", id=day, time_utc_ns=0, day=day, moment=PainMoment.MORNING,
    ...                 side=PainSide.LEFT, place=PainPlace.KNEE, score=3, **signs)
    >>> doctor_reasons([knee("2025-11-01"), knee("2025-11-08")], day="2025-11-08")
    []
    >>> doctor_reasons([knee("2025-11-01"), knee("2025-11-08"), knee("2025-11-15"),
    ...                 knee("2025-11-16")], day="2025-11-16")
    ['lasting']
    >>> doctor_reasons([knee("2025-11-16", swelling=True)], day="2025-11-16")
    ['swelling']

    """
    past = sorted((p for p in said if days_between(p.day, day) >= 0), key=lambda p: p.time_utc_ns)
    past.sort(key=lambda p: p.day)
    reasons = []
    places = dict.fromkeys((p.side, p.place) for p in past)
    if any(_lasts([p for p in past if (p.side, p.place) == at], day=day) for at in places):
        reasons.append("lasting")
    recent = [p for p in past if days_between(p.day, day) <= SIGNS_DAYS]
    reasons += [
        sign
        for sign in ("swelling", "locking", "instability")
        if any(getattr(pain, sign) for pain in recent)
    ]
    return reasons


def rests_cues(said: Iterable[Pain], *, day: str) -> bool:
    """Tell whether form cues stay silent on a day: something hurts, so the body has the word."""
    return any(pain.score > 0 and pain.day == day for pain in said)


def _lasts(here: Sequence[Pain], *, day: str) -> bool:
    """Tell whether the newest pain in one place goes back more than two weeks without a pause."""
    if not here or here[-1].score == 0 or days_between(here[-1].day, day) > PAUSE_DAYS:
        return False
    since = here[-1].day
    for before, after in pairwise(reversed([p.day if p.score else "" for p in here])):
        if not after or days_between(after, before) > PAUSE_DAYS:
            break
        since = after
    return days_between(since, day) > LASTING_DAYS
