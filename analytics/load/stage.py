"""One run's load while it is run: distance, the single-run warning, and the entry at its end."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from analytics.codec import dump_state, load_state
from analytics.distance import DistanceStage, activity_of, main_source
from analytics.load.dose import LegSum
from analytics.load.facts import END, START, facts, not_run_yet, shoe_alert
from analytics.load.longest import LIMIT, LONGEST_RUN, before, longest_m, sureness
from analytics.load.records import Figure, LegLoad, LoadEntry, LoadFacts, LoadHistory
from analytics.merge import Second
from analytics.records import Activity, Alert, Distance, Placement, Side, Surface, Why

_VERSION = 1

LoadRecord: TypeAlias = Distance | Alert | LoadEntry | LoadFacts


@dataclass(slots=True, kw_only=True)
class _State:
    legs: dict[Side, LegSum] = field(default_factory=dict)
    seen_s: dict[Side, float] = field(default_factory=dict)  # of the run, by leg
    run_s: float = 0.0
    hole_s: float = 0.0
    end_s: float = 0.0
    placement: Placement | None = None
    surface: Surface | None = None
    shoe: str | None = None
    on_s: dict[Surface, float] = field(default_factory=dict)
    in_s: dict[str, float] = field(default_factory=dict)  # by shoe
    warned: bool = False
    begun: bool = False


class LoadStage:
    """From seconds of both legs to `Distance`, alerts, the `LoadEntry` and what it means.

    Parameters
    ----------
    runner, session : str
        Whose run it is.
    history : LoadHistory or None
        The runs before; without one there is only the distance.

    """

    def __init__(self, *, runner: str, session: str, history: LoadHistory | None = None) -> None:
        self._runner = runner
        self._session = session
        self._history = history
        self._longest, self._sure = _longest(history, session)
        self._distance = DistanceStage(
            runner=runner, session=session, longest_m=self._longest.value
        )
        self._state = _State()

    def push(self, item: Second) -> Iterable[LoadRecord]:
        """Take one second of both legs; return the distance, and the warning once."""
        state = self._state
        for stride in item.strides:
            worn = stride.worn
            if worn.side not in state.legs:
                state.legs[worn.side] = LegSum()
            state.legs[worn.side].add(stride)
            state.placement = state.placement or worn.placement
        for conditions in item.conditions:
            state.surface = conditions.surface or state.surface
            state.shoe = conditions.shoe or state.shoe
        self._pass(item)
        return [*self._begin(), *(r for d in self._distance.push(item) for r in self._told(d))]

    def finish(self) -> Iterable[LoadRecord]:
        """Return the whole distance and, if there was a run, its entry and what it means."""
        out = [r for d in self._distance.finish() for r in self._told(d)]
        entry, history = self._entry(), self._history
        if entry is None or history is None:
            return out
        told = facts(entry, history, moment=END, time_s=entry.duration_s)
        worn = shoe_alert(entry, history)
        return [*out, entry, told, *([] if worn is None else [worn])]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        parts = {"distance": self._distance.dump(), "state": self._state}
        return dump_state("load", _VERSION, parts)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("load", _VERSION, state)
        self._distance.load(parts["distance"])
        self._state = msgspec.convert(parts["state"], _State)

    def _begin(self) -> list[LoadRecord]:
        """Return where the runner stands as the run begins; once."""
        if self._state.begun or self._history is None:
            return []
        self._state.begun = True
        run = not_run_yet(self._history, runner=self._runner, session=self._session)
        return [facts(run, self._history, moment=START, time_s=0.0)]

    def _pass(self, second: Second) -> None:
        """Count how long each leg was seen while the run went on."""
        state = self._state
        span_s = second.until_s - state.end_s
        state.end_s = second.until_s
        did = activity_of(second.activity)
        if did is Activity.GAP and state.run_s > 0.0:
            state.hole_s += span_s
        if did is not Activity.RUNNING:
            return
        state.run_s += span_s + state.hole_s
        state.hole_s = 0.0
        for side, what in second.activity.items():
            if what is not Activity.GAP:
                state.seen_s[side] = state.seen_s.get(side, 0.0) + span_s
        if state.surface is not None:
            state.on_s[state.surface] = state.on_s.get(state.surface, 0.0) + span_s
        if state.shoe is not None:
            state.in_s[state.shoe] = state.in_s.get(state.shoe, 0.0) + span_s

    def _told(self, distance: Distance) -> list[LoadRecord]:
        """Return the distance, and the warning when it first passes the limit."""
        longest_m = self._longest.value
        if longest_m is None or distance.distance_m is None or self._state.warned:
            return [distance]
        if distance.distance_m <= LIMIT * longest_m:
            return [distance]
        self._state.warned = True
        return [distance, warning(distance, longest=self._longest, sure=self._sure)]

    def _entry(self) -> LoadEntry | None:
        history, state = self._history, self._state
        parts_m, distance = self._distance.parts_m, self._distance
        if history is None or not (state.legs or parts_m):
            return None
        metres = math.fsum(parts_m.values()) if parts_m else None
        covered_s, running_s = distance.covered_s, distance.running_s
        return LoadEntry(
            runner=self._runner,
            session=self._session,
            start_utc_ns=history.start_utc_ns,
            day=history.day,
            duration_s=state.end_s,
            running_s=running_s,
            placement=state.placement,
            left=self._leg(Side.LEFT),
            right=self._leg(Side.RIGHT),
            distance_m=metres,
            source=main_source(parts_m),
            covered=min(1.0, covered_s / running_s) if running_s else 0.0,
            parts_m=parts_m,
            speed_mps=metres / covered_s if metres is not None and covered_s else None,
            shoe=max(state.in_s, key=state.in_s.__getitem__, default=history.shoe),
            surface=max(state.on_s, key=state.on_s.__getitem__, default=history.surface),
        )

    def _leg(self, side: Side) -> LegLoad | None:
        state = self._state
        seen_s = state.seen_s.get(side, 0.0)
        coverage = min(1.0, seen_s / state.run_s) if state.run_s else 0.0
        return state.legs.get(side, LegSum()).total(coverage=coverage)


def warning(distance: Distance, *, longest: Figure, sure: float) -> Alert:
    """Return what is told when a run passes 110 % of the longest of the last 30 days."""
    assert distance.distance_m is not None  # noqa: S101 - asked by the caller
    assert longest.value is not None  # noqa: S101
    of_runs = f"{longest.n} of {longest.of} runs known"
    return Alert(
        runner=distance.runner,
        session=distance.session,
        time_s=distance.time_s,
        kind=LONGEST_RUN,
        text=f"{distance.distance_m / 1000:.1f} km: more than 110 % of the longest run of the last "
        f"30 days ({longest.value / 1000:.1f} km, {of_runs})",
        why=Why(
            metric="distance",
            from_value=longest.value,
            to_value=distance.distance_m,
            change_pct=100.0 * (distance.distance_m / longest.value - 1.0),
            confidence=sure,
        ),
        about=distance.id,
    )


def _longest(history: LoadHistory | None, session: str) -> tuple[Figure, float]:
    """Return the longest run before, and how sure it is."""
    if history is None:
        return Figure(value=None, n=0, of=0, source="unknown"), 0.0
    runs = before(history.entries, start_utc_ns=history.start_utc_ns, session=session)
    longest = longest_m(runs, day=history.day)
    return longest, sureness(longest, runs, day=history.day)
