"""A recording straight into the chain, without the service around it: no loop, pages or store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analytics.codec import Record
from sensor_gateway.recording import read_recording
from stridecue.files import SessionFiles
from stridecue.replay import plan_of
from stridecue.session import SessionCore, SessionPlan
from stridecue.summary import SessionSummary


def records_of(path: Path) -> tuple[SessionPlan, Iterator[Record]]:
    """Return the session a recording is of, and the records it gives, in order.

    Raises
    ------
    RecordingError
        The file is not a recording of ours, or is damaged on the way.

    """
    header, events = read_recording(path)
    plan = plan_of(header, where=str(path))
    core = SessionCore(plan)

    def records() -> Iterator[Record]:
        for event in events:
            yield from core.push(event)
        yield from core.finish()

    return plan, records()


def analyze_recording(path: Path, *, out: Path) -> dict[str, Any]:
    """Put a recording's records into the files of a session; return the summary."""
    plan, records = records_of(path)
    summary = SessionSummary(tuple(sensor.side for sensor in plan.sensors))
    with SessionFiles(out) as files:
        for record in records:
            summary.take(record)
            files.write(record)
        told = {"session": plan.session, **summary.as_dict()}
        files.close(told)
    return told
