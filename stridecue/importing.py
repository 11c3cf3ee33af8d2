"""What an import did, or would do, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboards.import_plan import Fate, Planned
from stridecue.stored import started_text

_WORDS = {
    Fate.NEW: "taken",
    Fate.COMPLETES: "gives its distance",
    Fate.KNOWN: "known",
    Fate.NO_RUN: "no run",
}


def lines_of(planned: Sequence[Planned], *, zone: str, dry_run: bool) -> list[str]:
    """Return one line an activity, and what they come to."""
    lines = [_line(one, zone=zone) for one in planned]
    counts = Counter(one.fate for one in planned)
    told = ", ".join(f"{counts[fate]} {word}" for fate, word in _WORDS.items() if counts[fate])
    head = "would be" if dry_run else "imported"
    return [*lines, f"{head}: {told or 'nothing'}"]


def as_dict(one: Planned) -> dict[str, Any]:
    """Return one activity and its fate as plain values."""
    return {
        "file": one.run.place,
        "what": one.run.what,
        "start_utc_ns": one.run.start_utc_ns,
        "duration_s": one.run.duration_s,
        "distance_m": one.run.distance_m,
        "distance_source": None if one.entry.source is None else str(one.entry.source),
        "fate": str(one.fate),
        "why": one.why,
        "session": one.session,
    }


def _line(one: Planned, *, zone: str) -> str:
    run = one.run
    began = started_text(run.start_utc_ns, zone=zone)
    when = began.rsplit(" ", 1)[0] if run.timed else began.split(" ", 1)[0]
    distance = "distance unknown"
    if run.distance_m is not None:
        distance = f"{run.distance_m / 1000:.2f} km ({run.source})"
    why = f" ({one.why})" if one.why else ""
    return (
        f"{when}  {distance}, {run.duration_s / 60:.0f} min, {run.place}: {_WORDS[one.fate]}{why}"
    )
