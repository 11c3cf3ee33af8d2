"""What a coach asks of every runner's last weeks, from the store."""

from __future__ import annotations

from typing import Any

import msgspec

from analytics.load.days import days_before
from analytics.load.records import LoadEntry, ShoeReport
from analytics.load.shoes import shoe_distance, shoe_state
from analytics.load.standing import standing
from analytics.pain import Pain, doctor_reasons
from dashboards.body_shelf import BodyShelf
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store

BACK_DAYS = 90  # the longest of what a line tells: 30 days, and four weeks before a week
_WORN = ("due", "over")
_ASYMMETRY = """
SELECT session, avg(asymmetry_pct) AS asymmetry_pct FROM windows
WHERE runner = ?1 AND activity = 'running' AND session =
    (SELECT session FROM sessions WHERE runner = ?1 ORDER BY started_utc_ns DESC LIMIT 1)
"""
_COVERAGE = """
SELECT avg(coalesce(json_extract(entry, '$.left.coverage'), 0.0)) AS left_share,
    avg(coalesce(json_extract(entry, '$.right.coverage'), 0.0)) AS right_share
FROM load WHERE runner = ? AND day > ? AND day <= ?
"""


def week_row(store: Store, runner: str, *, day: str, simulated: bool) -> dict[str, Any]:
    """Return one runner's line; None where there is no telling.

    Parameters
    ----------
    simulated : bool
        The runner is a simulated one, whose simulated runs are the history.

    """
    shelf = LoadShelf(store)
    entries = shelf.entries(runner, simulated=simulated)
    recent = [e for e in entries if days_before(day, BACK_DAYS) <= e.day <= day]
    told = msgspec.to_builtins(standing(recent, day=day))
    return {
        "runner": runner,
        "day": day,
        **{name: told[name] for name in ("week_m", "last_week_m", "week_change_pct")},
        "longest_m": told["longest_m"],
        "dose_change_pct": told["dose_change_pct"],
        "rest_days": told["rest_days"],
        "last_day": entries[-1].day if entries else None,
        "exertion": _exertion(recent),
        **_balance(store, runner),
        "complete_pct": _complete(store, runner, day),
        "shoes": _worn_shoes(shelf, runner, entries),
        **_body(store, runner, day),
    }


def _exertion(recent: list[LoadEntry]) -> float | None:
    """Return what the newest run that was rated felt like."""
    return next((e.exertion for e in reversed(recent) if e.exertion is not None), None)


def _balance(store: Store, runner: str) -> dict[str, float | None]:
    """Return the left-right difference of the newest run and what is usual for the runner."""
    now = store.read(_ASYMMETRY, (runner,))[0]["asymmetry_pct"]
    baseline = store.baseline(runner)
    usual = None if baseline is None else baseline.usual.get("asymmetry")
    return {
        "asymmetry_pct": now,
        "asymmetry_usual_pct": None if usual is None else usual.median,
        "asymmetry_band_points": None if usual is None else 3.0 * usual.sigma,
    }


def _complete(store: Store, runner: str, day: str) -> float | None:
    """Return the share of the week's runs in which sensors were heard, mean of both legs."""
    row = store.read(_COVERAGE, (runner, days_before(day, 7), day))[0]
    if row["left_share"] is None:
        return None
    return 50.0 * float(row["left_share"] + row["right_share"])


def _worn_shoes(shelf: LoadShelf, runner: str, entries: list[LoadEntry]) -> list[dict[str, Any]]:
    """Return the pairs that are due or over, without what they do to impact."""
    shoes = shelf.shoes(runner)
    out = []
    for shoe in shoes:
        distance_m = shoe_distance(shoe.id, shoes=shoes, entries=entries)
        state = shoe_state(shoe.id, distance_m, shoes=shoes)
        if state in _WORN:
            out.append(ShoeReport(shoe=shoe, distance_m=distance_m, state=state, effect=None))
    found: list[dict[str, Any]] = msgspec.to_builtins(out)
    return found


def _body(store: Store, runner: str, day: str) -> dict[str, Any]:
    """Return the newest word about pain in a week, and the week's sessions beside running."""
    shelf = BodyShelf(store)
    said = shelf.pains(runner, day=day)
    newest = next((p for p in reversed(said) if p.day > days_before(day, 7)), None)
    ticks = [tick["kind"] for tick in shelf.ticks(runner, day=day)]
    return {
        "pain": None if newest is None else _pain(newest),
        "doctor": doctor_reasons(said, day=day),
        "strength": ticks.count("strength"),
        "low_impact": ticks.count("low_impact"),
    }


def _pain(pain: Pain) -> dict[str, Any]:
    return {"day": pain.day, "side": pain.side, "place": pain.place, "score": pain.score}
