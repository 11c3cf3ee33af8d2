"""What is left after kills: what was acknowledged is counted with the worker, once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.killing.kept import RUNNER, Kept, compare
from bench.killing.promises import Promises
from dashboards.store import Store
from sensor_gateway.chunks import RecordingHeader, sealed_events
from sensor_gateway.events import Notification, RadioEvent
from sensor_gateway.recording import RecordingWriter

EVENTS = [
    Notification(sensor="rehearsal-left", arrival_s=0.1 * n, channel="motion", payload=bytes([n]))
    for n in range(6)
]


def record(path: Path, events: Sequence[RadioEvent]) -> None:
    header = RecordingHeader(session="s1", started_utc_ns=1, sensors=(), context={})
    path.parent.mkdir(parents=True)
    writer = RecordingWriter(path, header)
    for event in events:
        writer.write(event)
    writer.close()


def left(home: Path, *, with_the_worker: Sequence[RadioEvent]) -> Kept:
    """What is left of a session of six events in two chunks, of which both were acknowledged."""
    record(home / "runs" / "s1" / "recording.scue", EVENTS)
    record(home / "worker" / "received" / f"s1-{RUNNER}.scue", with_the_worker)
    for role in ("gateway", "worker"):
        Store(home / role / "stridecue.db").close()
    promises = Promises()
    promises.chunks["s1"] = {1: sealed_events(EVENTS[:3]), 2: sealed_events(EVENTS[3:])}
    promises.wanted["s1"] = 3
    return compare(home, promises)


def test_what_arrived_whole_is_not_missing(tmp_path: Path) -> None:
    kept = left(tmp_path, with_the_worker=EVENTS)
    assert (kept.chunks, kept.chunks_missing, kept.events) == (2, 0, 6)
    assert (kept.recorded_otherwise, kept.recorded_later) == (0, 0)


@pytest.mark.parametrize(
    "has", [EVENTS[:5], [*EVENTS, EVENTS[5]]], ids=["an event less", "an event twice"]
)
def test_an_event_lost_or_doubled_with_the_worker_is_counted(
    has: list[RadioEvent], tmp_path: Path
) -> None:
    assert left(tmp_path, with_the_worker=has).chunks_missing == 1
