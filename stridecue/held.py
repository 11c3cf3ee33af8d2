"""One session as it is held: what it is made of, and what is kept of it beside the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from analytics.errors import StridecueError
from analytics.records import Stride
from dashboards.store import Store
from sensor_gateway.recording import RecordingWriter
from stridecue.conductor import Source, Take
from stridecue.edges import Edges
from stridecue.files import SessionFiles
from stridecue.session import SessionPlan
from stridecue.summary import SessionSummary

RECORDING = "recording.scue"
LATENCY = "latency.jsonl"
PERCENTILES = "latency.json"
KINDS = ("stride", "window", "cue")  # what a page shows


@dataclass(kw_only=True)
class Part:
    """One runner's session and what it leaves behind.

    Attributes
    ----------
    folder : Path or None
        Where its files go.
    record_to : Path or None
        Where its raw radio events go.
    length_s : float
        How long the session was in the end.

    """

    plan: SessionPlan
    source: Source
    folder: Path | None = None
    record_to: Path | None = None
    length_s: float = 0.0
    strides: dict[str, Stride] = field(default_factory=dict)  # the last revision, by id
    summary: dict[str, Any] = field(default_factory=dict)


class Held:
    """The files of one part while its session goes on."""

    def __init__(self, part: Part, stack: ExitStack) -> None:
        plan = part.plan
        self._part = part
        sides = tuple(sensor.side for sensor in plan.sensors)
        self._summary = SessionSummary(sides, history=plan.history)
        self._files: SessionFiles | None = None
        self._recording: RecordingWriter | None = None
        if part.folder is not None:
            self._files = stack.enter_context(SessionFiles(part.folder))
        if part.record_to is not None:
            self._recording = RecordingWriter(part.record_to, plan.header(), replace=plan.simulated)
        self.keep = None if self._recording is None else self._recording.write

    def takers(self) -> list[Take]:
        """Return who gets every record in line."""
        takers: list[Take] = [self._summary.take, self._remember]
        if self._files is not None:
            takers.append(self._files.write)
        return takers

    def close(self, more: Mapping[str, Any], edges: Edges, store: Store) -> list[StridecueError]:
        """Keep the summary and close the files; return what could not be written."""
        plan = self._part.plan
        self._part.summary = {
            "session": plan.session,
            "runner": plan.runner,
            "simulated": plan.simulated,
            "length_s": self._part.length_s,
            **self._summary.as_dict(),
            **more,
        }
        troubles: list[StridecueError] = []
        steps: tuple[Callable[[], None], ...] = (
            self._close_recording,
            lambda: self._close_files(edges),
            lambda: store.end_session(
                session=plan.session, runner=plan.runner, summary=self._part.summary
            ),
        )
        for step in steps:
            try:
                step()
            except StridecueError as error:
                troubles.append(error)
        return troubles

    def _remember(self, record: object) -> None:
        if isinstance(record, Stride):
            self._part.strides[record.id] = record

    def _close_recording(self) -> None:
        if self._recording is not None:
            self._recording.close()

    def _close_files(self, edges: Edges) -> None:
        if self._files is None or self._part.folder is None:
            return
        self._files.close(self._part.summary)
        if edges.hub is not None:
            mine = [e for e in edges.hub.ledger.entries() if e.runner == self._part.plan.runner]
            (self._part.folder / PERCENTILES).write_bytes(
                msgspec.json.encode({kind: edges.hub.latency(kind) for kind in KINDS}) + b"\n"
            )
            lines = [msgspec.json.encode(entry) for entry in mine]
            (self._part.folder / LATENCY).write_bytes(b"".join(line + b"\n" for line in lines))
