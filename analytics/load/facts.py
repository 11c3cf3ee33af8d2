"""The load rules as they stand when a run begins and when it ends, and a pair that came of age."""

from __future__ import annotations

from analytics.load.longest import before
from analytics.load.records import LoadEntry, LoadFacts, LoadHistory
from analytics.load.report import report
from analytics.load.shoes import shoe_distance, shoe_state
from analytics.records import Alert, Why

START, END = "start", "end"
SHOE = "shoe"  # the kind of alert
_WORN = ("due", "over")


def facts(entry: LoadEntry, history: LoadHistory, *, moment: str, time_s: float) -> LoadFacts:
    """Return what the load rules say of a run, the runs before it taken into account."""
    told = report(entry, history)
    return LoadFacts(
        runner=entry.runner,
        session=entry.session,
        time_s=time_s,
        moment=moment,
        n_runs=len(_past(entry, history)),
        distance_m=told.distance_m.value,
        longest_m=told.longest_m.value,
        spike=told.spike,
        week_m=told.week_m.value,
        last_week_m=told.last_week_m.value,
        week_change_pct=told.week_change_pct.value,
        rest_days=told.rest_days.value,
        rest_of_days=told.rest_days.n,
        shoe=told.shoe,
        shoe_distance_m=None if told.shoe_m is None else told.shoe_m.value,
        shoe_state=told.shoe_state,
    )


def not_run_yet(history: LoadHistory, *, runner: str, session: str) -> LoadEntry:
    """Return the entry of a run that begins now: no metre, no step."""
    return LoadEntry(
        runner=runner,
        session=session,
        start_utc_ns=history.start_utc_ns,
        day=history.day,
        duration_s=0.0,
        running_s=0.0,
        placement=None,
        left=None,
        right=None,
        distance_m=0.0,
        source=None,
        covered=1.0,
        parts_m={},
        speed_mps=None,
        shoe=history.shoe,
        surface=history.surface,
    )


def shoe_alert(entry: LoadEntry, history: LoadHistory) -> Alert | None:
    """Return what is told once: with this run a pair has come into, or out of, its retire band."""
    if entry.shoe is None:
        return None
    past = _past(entry, history)
    was = shoe_distance(entry.shoe, shoes=history.shoes, entries=past)
    now = shoe_distance(entry.shoe, shoes=history.shoes, entries=[*past, entry])
    state = shoe_state(entry.shoe, now, shoes=history.shoes)
    if state not in _WORN or state == shoe_state(entry.shoe, was, shoes=history.shoes):
        return None
    shoe = next(one for one in history.shoes if one.id == entry.shoe)
    low_km, high_km = shoe.retire_from_m / 1000, shoe.retire_to_m / 1000
    now_m, was_m = now.value or 0.0, was.value or 0.0
    place = "in" if state == "due" else "beyond"
    return Alert(
        runner=entry.runner,
        session=entry.session,
        time_s=entry.duration_s,
        kind=SHOE,
        text=f"{shoe.name}: {'at least ' * now.at_least}{now_m / 1000:.0f} km, {place} the "
        f"{low_km:.0f}-{high_km:.0f} km at which shoes are retired (traditional)",
        why=Why(
            metric="shoe_distance",
            from_value=was_m,
            to_value=now_m,
            change_pct=100.0 * (now_m / was_m - 1.0) if was_m else 100.0,
            confidence=now.n / now.of if now.of else 1.0,
        ),
        about=f"{entry.id}/{SHOE}",
    )


def _past(entry: LoadEntry, history: LoadHistory) -> list[LoadEntry]:
    return before(history.entries, start_utc_ns=entry.start_utc_ns, session=entry.session)
