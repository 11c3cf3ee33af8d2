"""The files of one session: records as lines of JSON, under the names in the interfaces page."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, TypeAlias

import msgspec

from analytics.errors import ServiceError
from analytics.records import (
    Alert,
    Baseline,
    Cue,
    Distance,
    Drift,
    FormMetrics,
    Gap,
    LinkHealth,
    LoadEntry,
    Record,
    SessionEvent,
    Stride,
    Why,
)

Row: TypeAlias = dict[str, Any]

NAMES: Final = ("strides", "windows", "drift", "cues", "distance", "events")
_TIMES: Final = ("contact_s", "toe_off_s", "t_s", "start_s", "end_s")
_PART: Final = ".part"  # stands at the end of a file's name while its session goes on


class SessionFiles:
    """Writes strides, windows, drift, cues, events and the summary of one session.

    Each line goes to the disk at once, into files named `*.part`; `close` puts them in the order
    of time (the legs' records arrive as their sensors please) and gives them their names.
    So a folder's earlier session stays whole until the new one is complete, and whatever stops a
    session leaves all its whole lines behind.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    clock_offset_s : float
        Added to every time written: what a recording's own clock reads at session second 0.

    Raises
    ------
    ServiceError
        The folder cannot be made or written, or the disk is full; then no half line stays.

    """

    def __init__(self, folder: Path, *, clock_offset_s: float = 0.0) -> None:
        self.folder = folder
        self._clock_offset_s = clock_offset_s
        self._files: dict[str, BinaryIO] = {}
        self._made = not folder.exists()
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            for name in NAMES:
                with _writing(self._part(name)):
                    self._files[name] = self._part(name).open("wb", buffering=0)
        except ServiceError:
            self.stop()
            raise

    def write(self, record: Record) -> None:
        """Add one record to the file it belongs to."""
        name, row = as_row(record)
        for key in _TIMES:
            if row.get(key) is not None:
                row[key] += self._clock_offset_s
        self._append(name, _encode(row))

    def close(self, summary: Mapping[str, Any]) -> None:
        """Write the summary, and give all files their names."""
        text = msgspec.json.format(_encode(dict(summary)), indent=2)
        self.stop()
        parts = {self.folder / f"{name}.jsonl": self._part(name) for name in NAMES}
        for part in parts.values():
            _put_in_order(part)
        parts[self.folder / "summary.json"] = self.folder / f"summary.json{_PART}"
        _write_whole(self.folder / f"summary.json{_PART}", text + b"\n")
        for final, part in parts.items():
            with _writing(final):
                part.replace(final)

    def stop(self) -> None:
        """End without a summary: what was written stays in the `*.part` files."""
        while self._files:
            self._files.popitem()[1].close()

    def abandon(self) -> None:
        """End and take away what was written, for input that turned out to be unusable."""
        self.stop()
        for name in NAMES:
            with suppress(OSError):
                self._part(name).unlink()
        if self._made:
            with suppress(OSError):  # a folder that holds anything stays
                self.folder.rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _part(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl{_PART}"

    def _append(self, name: str, line: bytes) -> None:
        file = self._files[name]
        data = memoryview(line + b"\n")
        with _writing(self._part(name)):
            whole = file.tell()
            try:
                while data:
                    data = data[file.write(data) :]
            except OSError:
                with suppress(OSError):  # not everything can be cut, /dev/full cannot
                    file.truncate(whole)
                raise


def as_row(record: Record) -> tuple[str, Row]:
    """Return the file a record belongs to, and its line there.

    Examples
    --------
    >>> event = SessionEvent(runner="a", session="b", time_s=1.0, kind="note", text="Hi")
    >>> as_row(event)[1]["id"]
    'a/b/event/note-both-1000'
    """
    match record:
        case Stride():
            return "strides", _stride_row(record)
        case FormMetrics():
            return "windows", _window_row(record)
        case Drift():
            return "drift", _drift_row(record)
        case Cue():
            return "cues", _cue_row(record)
        case Distance():
            return "distance", _distance_row(record)
        case _:
            return "events", _event_row(record)


def _stride_row(stride: Stride) -> Row:
    fields: Row = msgspec.to_builtins(stride)
    del fields["worn"], fields["contact_index"]  # both are in the id
    return {"id": stride.id, "side": str(stride.worn.side), **fields}


def _window_row(window: FormMetrics) -> Row:
    fields: Row = msgspec.to_builtins(window)
    for name in ("runner", "session", "end_s", "length_s"):
        del fields[name]
    return {"t_s": window.end_s, **fields}


def _drift_row(drift: Drift) -> Row:
    why = _why_row(drift.why)
    head = {"id": drift.id, "t_s": drift.time_s, "metric": why.pop("metric")}
    return {**head, "level": str(drift.level), "side": str(drift.side), **why}


def _cue_row(cue: Cue) -> Row:
    return {
        "id": cue.id,
        "t_s": cue.time_s,
        "kind": cue.kind,
        "shown": cue.shown,
        "suppressed_reason": cue.suppressed_reason,
        "text": cue.text,
        "why": _why_row(cue.why),
        "outcome": cue.outcome,
    }


def _distance_row(distance: Distance) -> Row:
    fields: Row = msgspec.to_builtins(distance)
    for name in ("runner", "session", "time_s"):
        del fields[name]
    return {"id": distance.id, "t_s": distance.time_s, **fields}


def _why_row(why: Why) -> Row:
    return {
        "metric": why.metric,
        "from": why.from_value,
        "to": why.to_value,
        "change_pct": why.change_pct,
        "confidence": why.confidence,
    }


class _Place(msgspec.Struct):
    contact_s: float | None = None
    t_s: float | None = None
    id: str = ""


def _place(line: bytes) -> tuple[float, str]:
    row = msgspec.json.decode(line, type=_Place)
    at_s = row.t_s if row.contact_s is None else row.contact_s
    return (math.inf if at_s is None else at_s, row.id)


def _event_row(record: Gap | LinkHealth | SessionEvent | Alert | Baseline | LoadEntry) -> Row:
    fields: Row = msgspec.to_builtins(record)
    worn = fields.pop("worn", None)
    side = {} if worn is None else {"side": worn["side"]}
    match record:
        case Gap():
            del fields["first_index"]
            return {"id": record.id, "type": "gap", "t_s": record.end_s, **side, **fields}
        case Alert():
            fields["why"] = _why_row(record.why)
    for name in ("runner", "session", "time_s"):
        fields.pop(name, None)
    if isinstance(record, Baseline):
        return {"id": f"{record.runner}/baseline", "type": "baseline", **fields}
    if isinstance(record, LoadEntry):
        for name in ("start_utc_ns", "day"):  # the same run gives the same file on any day
            del fields[name]
        return {"id": record.id, "type": "load", "t_s": record.duration_s, **fields}
    kinds = {LinkHealth: "link", SessionEvent: "event", Alert: "alert"}
    head = {"id": record.id, "type": kinds[type(record)], "t_s": record.time_s}
    return {**head, **side, **fields}


def _encode(row: Row) -> bytes:
    return msgspec.json.encode(_plain(row, "row"))


def _plain(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON values of any kind
    """Return the value as plain JSON: NaN has no place there, and a null would be a lie."""
    match value:
        case dict():
            return {key: _plain(item, str(key)) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item, name) for item in value]
        case float():
            if not math.isfinite(value):
                message = f"{name} is {value}, and no file may hold that"
                raise ValueError(message)
            return float(value)  # numpy's float64 is a float, too
        case _:
            return value


def _put_in_order(part: Path) -> None:
    with _writing(part):
        lines = part.read_bytes().splitlines(keepends=True)
    ordered = sorted(lines, key=_place)
    if ordered != lines:
        copy = part.with_suffix(".sorted")
        _write_whole(copy, b"".join(ordered))
        with _writing(part):
            copy.replace(part)


def _write_whole(path: Path, data: bytes) -> None:
    with _writing(path):
        try:
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # its name will stand for a file that must be there
        except OSError:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what the system says about an unwritable file into one clear line."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        what = "the disk is full" if full else f"cannot be written ({error.strerror or error})"
        mend = "free some space" if full else "name another folder with --out"
        mend += "; what was written before is whole"
        raise ServiceError(what, where=str(path), mend=mend) from error
