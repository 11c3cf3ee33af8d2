"""What is left in the two folders: recordings, chunks and strides, here and with the worker."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.killing.promises import Promises
from sensor_gateway.chunks import events_in
from sensor_gateway.events import RadioEvent
from sensor_gateway.reception import UNDER_WAY
from sensor_gateway.recording import read_recording

RUNNER = "rehearsal"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What two stores and two sets of recordings have in common, and what not."""

    sessions: int
    events: int
    chunks: int
    chunks_missing: int
    recorded_otherwise: int
    recorded_later: int
    strides: int
    strides_missing: int
    strides_twice: int


def compare(home: Path, promises: Promises) -> Kept:
    """Compare what was acknowledged, and what the gateway kept, with what the worker has."""
    received = {s: _received(home, s) for s in promises.chunks}
    chunks = missing = 0
    for session, promised in promises.chunks.items():
        theirs = _counted(received[session])
        for number in range(max(max(promised) + 1, promises.wanted[session])):
            if number == 0:
                continue  # the opening: the worker writes its own
            chunks += 1
            told = promised.get(number)
            missing += told is None or bool(_counted(events_in(told)) - theirs)
        missing += sum(n - 1 for n in theirs.values())
    sessions = events = otherwise = later = 0
    for path in sorted((home / "runs").glob("*/recording.scue")):
        header, recorded = read_recording(path)
        mine = list(recorded)
        theirs_in_order = received.get(header.session, [])
        sessions += 1
        events += len(mine)
        otherwise += sum(a != b for a, b in zip(mine, theirs_in_order, strict=False))
        later += max(0, len(mine) - len(theirs_in_order))
    here, there = _strides(home / "gateway"), _strides(home / "worker")
    return Kept(
        sessions=sessions,
        events=events,
        chunks=chunks,
        chunks_missing=missing,
        recorded_otherwise=otherwise,
        recorded_later=later,
        strides=len(here),
        strides_missing=len(set(here) - set(there)),
        strides_twice=len(there) - len(set(there)),
    )


def _counted(events: Iterable[RadioEvent]) -> Counter[str]:
    """Count events by all that they say: some may change, so they are no keys themselves."""
    return Counter(map(repr, events))


def _received(home: Path, session: str) -> list[RadioEvent]:
    base = home / "worker" / "received" / f"{session}-{RUNNER}.scue"
    at = base if base.exists() else base.with_name(base.name + UNDER_WAY)
    return list(read_recording(at)[1]) if at.exists() else []


def _strides(folder: Path) -> list[tuple[object, ...]]:
    store = sqlite3.connect(folder / "stridecue.db")
    try:
        found = store.execute(
            "SELECT session, side, time_s, stride_time_s, peak_accel_resultant_g FROM strides"
        )
        return found.fetchall()
    finally:
        store.close()
