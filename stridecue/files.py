"""The files of one session: records as lines of JSON, under the names in the interfaces page."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import msgspec

from analytics.codec import Record
from analytics.errors import ServiceError
from stridecue.rows import as_row, encode

NAMES: Final = ("strides", "windows", "drift", "cues", "distance", "events")
_TIMES: Final = ("contact_s", "toe_off_s", "t_s", "start_s", "end_s")
_PART: Final = ".part"  # stands at the end of a file's name while its session goes on


class SessionFiles:
    """Writes strides, windows, drift, cues, events and the summary of one session.

    Each line goes to the disk at once, into files named `*.part`; `close` puts them in the order
    of time (the legs' records arrive as their sensors please), of an id that was told again only
    the last line, and gives them their names.
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
        self._parts = {name: folder / f"{name}.jsonl{_PART}" for name in NAMES}
        self._written = dict.fromkeys(NAMES, 0)  # bytes, so far
        self._made = not folder.exists()
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            for name in NAMES:
                with writing(self._part(name)):
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
        self._append(name, encode(row))

    def close(self, summary: Mapping[str, Any]) -> None:
        """Write the summary, and give all files their names."""
        text = msgspec.json.format(encode(dict(summary)), indent=2)
        self.stop()
        parts = {self.folder / f"{name}.jsonl": self._part(name) for name in NAMES}
        for part in parts.values():
            _put_in_order(part)
        parts[self.folder / "summary.json"] = self.folder / f"summary.json{_PART}"
        _write_whole(self.folder / f"summary.json{_PART}", text + b"\n")
        for final, part in parts.items():
            with writing(final):
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
        return self._parts[name]

    def _append(self, name: str, line: bytes) -> None:
        file = self._files[name]
        data = memoryview(line + b"\n")
        with writing(self._part(name)):
            try:
                while data:
                    data = data[file.write(data) :]
            except OSError:
                with suppress(OSError):  # not everything can be cut, /dev/full cannot
                    file.truncate(self._written[name])
                raise
        self._written[name] += len(line) + 1


class _Place(msgspec.Struct):
    contact_s: float | None = None
    t_s: float | None = None
    id: str = ""


def _place(line: bytes) -> tuple[float, str]:
    row = msgspec.json.decode(line, type=_Place)
    at_s = row.t_s if row.contact_s is None else row.contact_s
    return (math.inf if at_s is None else at_s, row.id)


def _last_told(lines: list[bytes]) -> list[bytes]:
    """Return the last line of each id; a window has none but its time."""
    last: dict[str | tuple[float, str], bytes] = {}
    for line in lines:
        place = _place(line)
        last[place[1] or place] = line
    return list(last.values())


def _put_in_order(part: Path) -> None:
    with writing(part):
        lines = part.read_bytes().splitlines(keepends=True)
    ordered = sorted(_last_told(lines), key=_place)
    if ordered != lines:
        copy = part.with_suffix(".sorted")
        _write_whole(copy, b"".join(ordered))
        with writing(part):
            copy.replace(part)


def _write_whole(path: Path, data: bytes) -> None:
    with writing(path):
        try:
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # its name will stand for a file that must be there
        except OSError:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says about an unwritable file into one clear line."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        what = "the disk is full" if full else f"cannot be written ({error.strerror or error})"
        mend = "free some space" if full else "name another folder with --out"
        mend += "; what was written before is whole"
        raise ServiceError(what, where=str(path), mend=mend) from error
