"""Checkers of what left the house: store and broker have everything, every queue kept within."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from analytics.records import (
    Alert,
    Cue,
    Drift,
    FormMetrics,
    Gap,
    LinkHealth,
    SessionEvent,
    Stride,
    is_live,
)
from firmware_sim.checkers.evidence import Evidence
from firmware_sim.faults import BrokerOutage
from sensor_gateway.events import time_of

_Named: TypeAlias = Stride | FormMetrics | Drift | Cue | Alert | Gap | LinkHealth | SessionEvent
_TABLES: dict[type, str] = {
    Stride: "strides",
    FormMetrics: "windows",
    Drift: "drift",
    Cue: "cues",
    Alert: "alerts",
    Gap: "gaps",
    LinkHealth: "links",
    SessionEvent: "events",
}
_SURE: dict[type, str] = {Drift: "drift", Cue: "cue", Alert: "alert"}
_AT_ONCE: dict[type, str] = {Stride: "strides", FormMetrics: "form"}
_RECONNECT_S = 1.0
_MANY, _LEAST_NOTICED = 20, 0.5  # a flipped packet may be lost with its link, or be a status
_DRAINED_S = 1.0  # the last records are told when the session is over


def store_holds_everything(run: Evidence) -> str | None:
    """Every record that was told is stored, once, in its last revision."""
    for kind, table in _TABLES.items():
        wanted = {
            t.record.id: getattr(t.record, "revision", 1)
            for t in run.told
            if isinstance(t.record, kind) and isinstance(t.record, _Named)
        }
        rows = run.stored.get(table, ())
        twice = [one for one, n in Counter(id_ for id_, _ in rows).items() if n > 1]
        if twice:
            return f"{table}: {twice[0]} is stored twice"
        stored = dict(rows)
        if missing := wanted.keys() - stored.keys():
            return f"{table}: {len(missing)} of {len(wanted)} are not stored, {min(missing)} first"
        if invented := stored.keys() - wanted.keys():
            return f"{table}: {min(invented)} is stored and was never told"
        old = [one for one, revision in wanted.items() if stored[one] != revision]
        if old and kind is not Cue:
            return f"{table}: {old[0]} is not stored in its last revision"
    return None


def broker_hears_what_must_arrive(run: Evidence) -> str | None:
    """Every cue shown, drift and alert reaches the broker, whatever outages there were."""
    for kind, topic in _SURE.items():
        wanted = {r.id for _, r in _live(run, kind) if getattr(r, "shown", True)}
        heard = set(run.published.get(topic, ()))
        if wanted - heard:
            return f"{topic}: {len(wanted - heard)} of {len(wanted)} never reached the broker"
        if heard - wanted:
            return f"{topic}: the broker heard {min(heard - wanted)}, which was never told"
    return None


def broker_hears_live_strides(run: Evidence) -> str | None:
    """Strides and windows reach the broker once, all but those told while it was away."""
    away = [run.span_s(f) for f in run.scenario.faults if isinstance(f, BrokerOutage)]
    for kind, topic in _AT_ONCE.items():
        heard = Counter(run.published.get(topic, ()))
        told = {r.id: at_s for at_s, r in _live(run, kind)}
        if twice := [one for one, n in heard.items() if n > 1]:
            return f"{topic}: {twice[0]} was published twice"
        for one, at_s in told.items():
            out = any(a - _RECONNECT_S < at_s < b + _RECONNECT_S for a, b in away)
            late = at_s > run.length_s - _DRAINED_S
            if one not in heard and not out and not late and at_s > _RECONNECT_S:
                return f"{topic}: {one} was never published, and the broker was there"
    return None


def worker_has_every_event_once(run: Evidence) -> str | None:
    """Every event a gateway heard is on its worker's disk once and in order, whatever outages were.

    And the worker's store says of them what the gateway's own does.
    """
    if run.sent is None:
        return None
    events, arrived = run.sent.events, run.sent.arrived
    if list(events) != list(arrived):
        pairs = enumerate(zip(events, arrived, strict=False))
        first = next((n for n, (one, other) in pairs if one != other), None)
        n = min(len(events), len(arrived)) if first is None else first
        at_s = time_of(events[min(n, len(events) - 1)])
        return f"of {len(events)} events {len(arrived)} arrived, otherwise from {at_s:.1f} s on"
    for table in _TABLES.values():
        if sorted(run.sent.stored.get(table, ())) != sorted(run.stored.get(table, ())):
            return f"{table}: the worker's store and the gateway's own differ"
    return None


def queues_stay_within_bounds(run: Evidence) -> str | None:
    """No queue dropped anything or holds anything in the end."""
    lost = [f"{name} {n}" for name, n in run.losses.items() if n]
    return f"lost or left over: {', '.join(lost)}" if lost else None


def damage_is_counted(run: Evidence) -> str | None:
    """Packets are called damaged if bits of them were flipped, and never otherwise."""
    if run.damaged > run.flipped:
        return f"{run.damaged} packets called damaged, {run.flipped} were"
    if run.flipped > _MANY and run.damaged < _LEAST_NOTICED * run.flipped:
        return f"{run.flipped} packets had a bit flipped, {run.damaged} were called damaged"
    return None


def _live(run: Evidence, kind: type) -> Iterator[tuple[float, _Named]]:
    for told in run.told:
        record = told.record
        if isinstance(record, kind) and isinstance(record, _Named) and is_live(record):
            yield told.at_s, record
