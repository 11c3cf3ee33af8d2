"""Radio events to a `.scue` file and back (see `chunks` and `chunk_file` for the format)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sensor_gateway.chunk_file import ChunkFile, read_chunks, refuse
from sensor_gateway.chunks import RecordingHeader, events_in, sealed_events
from sensor_gateway.events import RadioEvent, time_of
from sensor_gateway.wire import PacketError

_CHUNK_S = 1.0  # what a crash may cost
_CHUNK_EVENTS = 4096  # more in a second is a flood, not a run: write early, keep memory bounded


class RecordingWriter:
    """Writes one recording, a chunk for every second of session time.

    Parameters
    ----------
    path : Path
        Where to.
    header : RecordingHeader
        What it is of.
    replace : bool
        Write over a recording of that name; otherwise its being there is an error.
    """

    def __init__(self, path: Path, header: RecordingHeader, *, replace: bool = False) -> None:
        self._file = ChunkFile.new(path, header, replace=replace)
        self._events: list[RadioEvent] = []
        self._chunk_began_s = 0.0

    def write(self, event: RadioEvent) -> None:
        """Keep an event; `ServiceError` once nothing more can be written."""
        self._file.check()
        at_s = time_of(event)
        if self._events and (
            at_s - self._chunk_began_s >= _CHUNK_S or len(self._events) >= _CHUNK_EVENTS
        ):
            self.flush()
        if not self._events:
            self._chunk_began_s = at_s
        self._events.append(event)

    def flush(self) -> None:
        """Write what has been kept so far."""
        events, self._events = self._events, []
        if events:
            self._file.append(sealed_events(events))

    def close(self) -> None:
        """Write what has been kept and close the file; what stands in it stays in any case."""
        try:
            if not self._file.broken:
                self.flush()
        finally:
            self._file.close()


def read_recording(path: Path) -> tuple[RecordingHeader, Iterator[RadioEvent]]:
    """Open a recording: what it is of, and its events up to its end or to where it was cut.

    Raises
    ------
    RecordingError
        If the file cannot be opened or is no recording; while its events are read, where one of
        its parts is damaged.
    """
    header, chunks = read_chunks(path)
    return header, _events(path, chunks)


def _events(path: Path, chunks: Iterator[bytes]) -> Iterator[RadioEvent]:
    for chunk in chunks:
        try:
            yield from events_in(chunk)
        except PacketError as error:
            refuse(path, str(error))
