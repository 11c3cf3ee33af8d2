"""What every pair of shoes has run, and whether it is due."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from analytics.load.effects import shoe_effects
from analytics.load.longest import total_m
from analytics.load.records import Figure, LoadEntry, Shoe, ShoeReport

# 300-500 miles: what makers and clinicians say; no trial stands behind it ("traditional").
RETIRE_FROM_M, RETIRE_TO_M = 480_000.0, 800_000.0


def shoe_reports(shoes: Sequence[Shoe], entries: Sequence[LoadEntry]) -> list[ShoeReport]:
    """Return how every pair of one runner's stands, and its impact at matched speed."""
    effects = shoe_effects(entries)
    out = []
    for shoe in shoes:
        distance_m = shoe_distance(shoe.id, shoes=shoes, entries=entries)
        state = shoe_state(shoe.id, distance_m, shoes=shoes)
        effect = effects.get(shoe.id)
        out.append(ShoeReport(shoe=shoe, distance_m=distance_m, state=state, effect=effect))
    return out


def shoe_distance(shoe: str, *, shoes: Iterable[Shoe], entries: Sequence[LoadEntry]) -> Figure:
    """Return the metres of a pair of shoes, with what it had run before the history."""
    before_m = math.fsum(s.before_m for s in shoes if s.id == shoe)
    run = total_m([e for e in entries if e.shoe == shoe])
    value = None if run.value is None and not before_m else (run.value or 0.0) + before_m
    return Figure(value=value, n=run.n, of=run.of, source=run.source, at_least=run.at_least)


def shoe_state(shoe: str, distance: Figure, *, shoes: Iterable[Shoe]) -> str:
    """Return `ok`, `due` (inside the band in which shoes are retired), `over` or `unknown`.

    A distance that is only a lower bound can say `over`; it cannot say `ok`.
    """
    known = {s.id: s for s in shoes}.get(shoe)
    if known is None or distance.value is None:
        return "unknown"
    if distance.value > known.retire_to_m:
        return "over"
    if distance.value >= known.retire_from_m:
        return "due"
    return "unknown" if distance.at_least else "ok"
