"""A runner's load as it stands on a day, whether there was a run on it or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.load.days import days_before
from analytics.load.dose import dose_of, leg_of, peak_kind
from analytics.load.longest import in_days, kept_days, longest_m, total_m
from analytics.load.records import Figure, LoadEntry
from analytics.load.report import WEEK_DAYS, kept_week, rest_days, week_change
from analytics.records import PeakKind, Side

USUAL_WEEKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a coach asks of a runner's load today; docs/load.md has every rule.

    Attributes
    ----------
    week_m, last_week_m, week_change_pct : Figure
        The 7 days up to today, the 7 before, and the change ("traditional" rule).
    dose_g, usual_dose_g, dose_change_pct : Figure
        Impact dose (b = 1, both legs) of the 7 days, its mean over the 4 weeks before those, and
        the change.
    longest_m : Figure
        The longest run of today and the 30 days before.
    rest_days : Figure
        Days without a run among the 7.

    """

    week_m: Figure
    last_week_m: Figure
    week_change_pct: Figure
    dose_g: Figure
    usual_dose_g: Figure
    dose_change_pct: Figure
    longest_m: Figure
    rest_days: Figure


def standing(entries: Sequence[LoadEntry], *, day: str) -> Standing:
    """Return how a runner's load stands on a day, given the runs up to it."""
    week = in_days(entries, day=day, days=WEEK_DAYS - 1)
    week_ago = days_before(day, WEEK_DAYS)
    week_m = total_m(week)
    last_week_m = kept_week(
        total_m(in_days(entries, day=week_ago, days=WEEK_DAYS - 1)), entries, day=day
    )
    usual_runs = in_days(entries, day=week_ago, days=USUAL_WEEKS * WEEK_DAYS - 1)
    kind = peak_kind([*week, *usual_runs])
    dose = week_dose(week, kind=kind)
    usual = _usual(week_dose(usual_runs, kind=kind), weeks=_weeks_kept(entries, day=week_ago))
    return Standing(
        week_m=week_m,
        last_week_m=last_week_m,
        week_change_pct=week_change(week_m, last_week_m),
        dose_g=dose,
        usual_dose_g=usual,
        dose_change_pct=_against(dose, usual),
        longest_m=longest_m(entries, day=day),
        rest_days=rest_days(entries, day=day),
    )


def week_dose(runs: Sequence[LoadEntry], *, kind: PeakKind) -> Figure:
    """Return the dose of both legs over some runs; at least that, where a leg is missing."""
    doses, whole = [], 0
    for run in runs:
        legs = [leg for side in Side if (leg := leg_of(run, side)) is not None]
        known = [dose.dose_g for leg in legs if (dose := dose_of(leg, kind)) is not None]
        doses += known
        whole += len(known) == len(Side) and not any(leg.n_clipped for leg in legs)
    return Figure(
        value=math.fsum(doses) if doses or not runs else None,
        n=whole,
        of=len(runs),
        source=f"{kind} peak, runs",
        at_least=whole < len(runs),
    )


def _weeks_kept(entries: Sequence[LoadEntry], *, day: str) -> float:
    """Return over how many of the four weeks up to a day runs have been kept."""
    return min(float(USUAL_WEEKS), (kept_days(entries, day=day) + 1) / WEEK_DAYS)


def _usual(total: Figure, *, weeks: float) -> Figure:
    """Return the mean of a week; of less than one week there is none."""
    value = None if weeks < 1.0 or total.value is None else total.value / weeks
    return Figure(value=value, n=total.n, of=total.of, source=total.source, at_least=total.at_least)


def _against(dose: Figure, usual: Figure) -> Figure:
    value = None
    if dose.value is not None and usual.value:
        value = 100.0 * (dose.value / usual.value - 1.0)
    n, of = dose.n + usual.n, dose.of + usual.of
    return Figure(value=value, n=n, of=of, source=dose.source, at_least=n < of)
