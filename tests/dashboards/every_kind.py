"""One record of every kind: what is stored, sent or drawn must do for each of them."""

from __future__ import annotations

from analytics.codec import Record
from analytics.records import LinkState
from tests.dashboards import loads, people


def one_of_each() -> list[Record]:
    """One record of every kind there is."""
    return [
        people.stride(1),
        people.window(30.0),
        people.drift(31.0),
        people.cue(32.0),
        people.alert(31.0),
        people.gap(40.0),
        people.link(40.0, state=LinkState.LOST),
        people.event(40.0),
        people.baseline(),
        loads.distance(40.0),
        loads.load_entry(),
        people.guidance(40.0),
        people.programme(),
        loads.facts(1800.0),
        people.speed_model(),
    ]
