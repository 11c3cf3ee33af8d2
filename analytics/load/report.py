"""A runner's load as pages show it: every figure with what it rests on, unknown where it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from analytics.load.days import days_before, days_between
from analytics.load.dose import (
    ACUTE_DAYS,
    CHRONIC_DAYS,
    STEEP,
    decayed,
    dls_g,
    dose_error_pct,
    dose_of,
    leg_of,
    peak_kind,
)
from analytics.load.longest import (
    LIMIT,
    WINDOW_DAYS,
    before,
    in_days,
    is_whole,
    kept_days,
    longest_m,
    sources,
    total_m,
)
from analytics.load.records import (
    Figure,
    ImpactDose,
    LegLoad,
    LegReport,
    LoadEntry,
    LoadHistory,
    LoadReport,
)
from analytics.load.shoes import shoe_distance, shoe_state
from analytics.records import PeakKind, Side

WEEK_DAYS = 7
USUAL_DAYS = 28  # usual running is that of the four weeks before
HISTORY_DAYS = 180  # e^(-180/28) = 0.2 %: older runs no longer count in the chronic load
_SETTLED = 3.0  # time constants after which 5 % of what went before is left
TRADITIONAL = "traditional 5-10 % rule"

_Dose = Callable[[ImpactDose], float]


def report(entry: LoadEntry, history: LoadHistory) -> LoadReport:
    """Return what one run means after the runs before it.

    Impact figures are of runs with the sensor in the same place, by the axial peak where all of
    them have it, else by the resultant.
    """
    past = before(history.entries, start_utc_ns=entry.start_utc_ns, session=entry.session)
    alike = [e for e in past if e.placement is entry.placement]
    kind = peak_kind([entry, *in_days(alike, day=entry.day, days=HISTORY_DAYS)])
    longest = longest_m(past, day=entry.day)
    week = total_m(in_days([entry, *past], day=entry.day, days=WEEK_DAYS - 1))
    week_ago = days_before(entry.day, WEEK_DAYS)
    last_week = kept_week(
        total_m(in_days(past, day=week_ago, days=WEEK_DAYS - 1)), past, day=entry.day
    )
    legs = {side: _leg_report(side, entry, alike, kind) for side in Side}
    shoe, shoe_m, state = entry.shoe, None, "unknown"
    if shoe is not None:
        shoe_m = shoe_distance(shoe, shoes=history.shoes, entries=[*past, entry])
        state = shoe_state(shoe, shoe_m, shoes=history.shoes)
    return LoadReport(
        runner=entry.runner,
        session=entry.session,
        day=entry.day,
        peak=kind,
        placement=entry.placement,
        distance_m=total_m([entry]),
        longest_m=longest,
        over_longest_pct=_over(entry, longest),
        spike=is_spike(entry, longest),
        week_m=week,
        last_week_m=last_week,
        week_change_pct=week_change(week, last_week),
        rest_days=rest_days([*past, entry], day=entry.day),
        unknown_pct=unknown_pct(in_days([*past, entry], day=entry.day, days=WINDOW_DAYS)),
        left=legs[Side.LEFT],
        right=legs[Side.RIGHT],
        shoe=shoe,
        shoe_m=shoe_m,
        shoe_state=state,
        dose_g4_error_pct=dose_error_pct(exponent=STEEP),
    )


def is_spike(entry: LoadEntry, longest: Figure) -> bool | None:
    """Tell whether a run is over 110 % of the longest before; None where that is unknown.

    What was measured of a run that was not measured whole may be enough to say yes, never to
    say no.
    """
    if longest.value is None or entry.distance_m is None:
        return None
    over = entry.distance_m > LIMIT * longest.value
    return over if over or is_whole(entry) else None


def rest_days(entries: Sequence[LoadEntry], *, day: str) -> Figure:
    """Return how many of the 7 days up to this one had no run.

    Days before the first run in the history are not known to have been days of rest.
    """
    first = min((e.day for e in entries), default=day)
    known = min(WEEK_DAYS, days_between(first, day) + 1)
    run = {e.day for e in in_days(entries, day=day, days=WEEK_DAYS - 1)}
    return Figure(value=float(known - len(run)), n=known, of=WEEK_DAYS, source="days with a run")


def unknown_pct(entries: Sequence[LoadEntry]) -> Figure:
    """Return the share of some runs' time of which the distance is unknown."""
    running_s = math.fsum(e.running_s for e in entries)
    missing_s = math.fsum(e.running_s * (1.0 - e.covered) for e in entries)
    return Figure(
        value=100.0 * missing_s / running_s if running_s else None,
        n=sum(1 for e in entries if is_whole(e)),
        of=len(entries),
        source=sources(entries),
    )


def _over(entry: LoadEntry, longest: Figure) -> Figure:
    value = None
    if longest.value and entry.distance_m is not None:
        value = 100.0 * (entry.distance_m / longest.value - 1.0)
    return Figure(
        value=value,
        n=longest.n,
        of=longest.of,
        source="longest run of the 30 days before (Frandsen 2025)",
        at_least=not is_whole(entry),
    )


def kept_week(last_week: Figure, past: Sequence[LoadEntry], *, day: str) -> Figure:
    """Return the week before as far as runs were kept in it: not at all is not zero."""
    missing = 2 * WEEK_DAYS - 1 - kept_days(past, day=day)
    if missing >= WEEK_DAYS:
        return replace(last_week, value=None, at_least=True)
    return replace(last_week, at_least=last_week.at_least or missing > 0)


def week_change(week: Figure, last_week: Figure) -> Figure:
    """Return the change against the week before; unknown where either is not known whole."""
    known = not (week.at_least or last_week.at_least)
    value = None
    if known and week.value is not None and last_week.value:
        value = 100.0 * (week.value / last_week.value - 1.0)
    n, of = week.n + last_week.n, week.of + last_week.of
    return Figure(value=value, n=n, of=of, source=TRADITIONAL)


def _leg_report(
    side: Side, entry: LoadEntry, alike: Sequence[LoadEntry], kind: PeakKind
) -> LegReport | None:
    leg = leg_of(entry, side)
    dose = None if leg is None else dose_of(leg, kind)
    if leg is None or dose is None:
        return None
    clipped, n = leg.n_clipped > 0, leg.n_strides

    def figure(value: float) -> Figure:
        return Figure(value=value, n=n, of=n, source=f"{kind} peak, strides", at_least=clipped)

    past = [e for e in alike if e.day >= days_before(entry.day, HISTORY_DAYS)]
    runs = [entry, *past]
    return LegReport(
        dose_g=figure(dose.dose_g),
        dose_g4=figure(dose.dose_g4),
        dls_g=figure(dls_g(dose.dose_g4)),
        day_g=_sum(side, runs, day=entry.day, kind=kind, days=1),
        week_g=_sum(side, runs, day=entry.day, kind=kind, days=WEEK_DAYS),
        acute_g=_decayed(side, runs, day=entry.day, kind=kind, tau_days=ACUTE_DAYS),
        chronic_g=_decayed(side, runs, day=entry.day, kind=kind, tau_days=CHRONIC_DAYS),
        equivalent_m=_equivalent(side, entry, past, kind, _power1),
        equivalent4_m=_equivalent(side, entry, past, kind, _power4),
        n_low=dose.n_low,
        n_medium=dose.n_medium,
        n_high=dose.n_high,
    )


def _sum(side: Side, runs: Sequence[LoadEntry], *, day: str, kind: PeakKind, days: int) -> Figure:
    """Return the dose of the runs of some days up to this one."""
    return _doses(
        in_days(runs, day=day, days=days - 1), side, day=day, kind=kind, tau_days=math.inf
    )


def _decayed(
    side: Side, runs: Sequence[LoadEntry], *, day: str, kind: PeakKind, tau_days: float
) -> Figure:
    """Return the decayed dose; at least that, while a part of what fades in it was not kept."""
    found = _doses(runs, side, day=day, kind=kind, tau_days=tau_days)
    young = kept_days(runs, day=day) < _SETTLED * tau_days
    return replace(found, at_least=found.at_least or young)


def _doses(
    runs: Sequence[LoadEntry], side: Side, *, day: str, kind: PeakKind, tau_days: float
) -> Figure:
    legs = [(e, leg_of(e, side)) for e in runs]
    doses = [(e, leg, dose_of(leg, kind)) for e, leg in legs if leg is not None]
    known = [(e, leg, dose.dose_g) for e, leg, dose in doses if dose is not None]
    return Figure(
        value=decayed(((days_between(e.day, day), g) for e, _, g in known), tau_days=tau_days),
        n=len(known),
        of=len(runs),
        source=f"{kind} peak, runs",
        at_least=len(known) < len(runs) or any(leg.n_clipped for _, leg, _ in known),
    )


def _equivalent(
    side: Side, entry: LoadEntry, past: Sequence[LoadEntry], kind: PeakKind, power: _Dose
) -> Figure:
    """Return sum (PTA / PTA_ref)^b / strides per km, both of the runner's own usual running.

    With PTA_ref the power mean over the runs of the four weeks before that were measured whole,
    this is the run's dose over those runs' dose per metre.
    """
    usual = [e for e in in_days(past, day=entry.day, days=USUAL_DAYS) if is_whole(e)]
    found = [(e.distance_m, _known(leg_of(e, side), kind)) for e in usual]
    known = [(m, power(dose)) for m, dose in found if m and dose is not None]
    metres, dose = (math.fsum(part) for part in zip(*known, strict=True)) if known else (0.0, 0.0)
    leg = leg_of(entry, side)
    today = _known(leg, kind)
    value = None if today is None or not dose else power(today) * metres / dose
    return Figure(
        value=value,
        n=len(known),
        of=len(in_days(past, day=entry.day, days=USUAL_DAYS)),
        source=f"{kind} peak, runs of the 28 days before",
        at_least=leg is not None and leg.n_clipped > 0,
    )


def _known(leg: LegLoad | None, kind: PeakKind) -> ImpactDose | None:
    return None if leg is None else dose_of(leg, kind)


def _power1(dose: ImpactDose) -> float:
    return dose.dose_g


def _power4(dose: ImpactDose) -> float:
    return dose.dose_g4
