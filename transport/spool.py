"""A queue of byte strings in one file that outlives the process.

Theory of operation. The file is a header and then frames, appended with one `write` each: a
frame handed to the kernel is there after a `kill -9`. The header holds the offset of the
oldest frame not yet acknowledged. Opening reads frames from there until the first one that is
cut or damaged, and cuts the file after the last good one. Delivery is at least once: a kill
between delivery and acknowledgement gives the frame again, so frames carry ids of their own.
When most of the file is acknowledged the rest is copied to a new file that replaces the old.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_MAGIC = b"scspool1"
_HEADER = struct.Struct("<8sQ")  # magic, offset of the oldest frame that still waits
_FRAME = struct.Struct("<II")  # payload length, CRC-32 of length and payload
_COMPACT_BYTES = 1 << 20  # acknowledged bytes worth a copy of the rest
LIMIT_BYTES = 64 << 20


def _crc(payload: bytes) -> int:
    """Return the check sum of a frame; the length is in it, so that zeros are no frame."""
    return zlib.crc32(payload, zlib.crc32(len(payload).to_bytes(4, "little")))


class Spool:
    """Byte strings waiting on disk, oldest first.

    Parameters
    ----------
    path : Path
        The file; made if it is not there.
    limit_bytes : int
        Most bytes that may wait; beyond it the oldest is dropped and counted.

    """

    def __init__(self, path: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self.dropped = 0
        self._path = path
        self._limit_bytes = limit_bytes
        self._lengths: deque[int] = deque()  # of the waiting frames, header included
        self._gone = 0  # frames ever taken out at the head: what a mark counts
        self._file = self._open()
        self._start, self._end = self._recover()

    def append(self, payload: bytes) -> None:
        """Put one byte string at the end; OSError if the disk does not take it."""
        frame = _FRAME.pack(len(payload), _crc(payload)) + payload
        try:
            written = os.pwrite(self._file, frame, self._end)
        except OSError:
            os.ftruncate(self._file, self._end)
            raise
        if written < len(frame):
            os.ftruncate(self._file, self._end)
            message = f"{self._path}: the disk took {written} of {len(frame)} bytes"
            raise OSError(message)
        self._end += len(frame)
        self._lengths.append(len(frame))
        while self._end - self._start > self._limit_bytes and len(self._lengths) > 1:
            self.dropped += 1
            self._take_out(1)

    def head(self, limit: int) -> tuple[int, list[bytes]]:
        """Return the oldest byte strings and the mark to `forget` once they are delivered."""
        payloads = []
        offset = self._start
        for length in islice(self._lengths, limit):
            frame = os.pread(self._file, length, offset)
            payloads.append(frame[_FRAME.size :])
            offset += length
        return self._gone + len(payloads), payloads

    def forget(self, mark: int) -> None:
        """Acknowledge everything up to the mark."""
        self._take_out(max(0, min(mark - self._gone, len(self._lengths))))

    def close(self) -> None:
        """Let go of the file; what waits stays in it."""
        os.close(self._file)

    def __len__(self) -> int:
        """Return how many byte strings wait."""
        return len(self._lengths)

    def _take_out(self, count: int) -> None:
        if not count:
            return
        for _ in range(count):
            self._start += self._lengths.popleft()
        self._gone += count
        if self._start - _HEADER.size > max(_COMPACT_BYTES, self._end - self._start):
            self._compact()
        else:
            os.pwrite(self._file, _HEADER.pack(_MAGIC, self._start), 0)

    def _open(self) -> int:
        """Open the file; one that is no spool of ours is put aside, never overwritten."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        file = os.open(self._path, flags, 0o600)
        found = os.pread(file, len(_MAGIC), 0)
        if found == _MAGIC[: len(found)]:
            return file
        os.close(file)
        self._path.replace(self._path.with_name(self._path.name + ".damaged"))
        return os.open(self._path, flags, 0o600)

    def _recover(self) -> tuple[int, int]:
        size = os.fstat(self._file).st_size
        header = os.pread(self._file, _HEADER.size, 0)
        start = _HEADER.size
        if len(header) == _HEADER.size:
            start = max(start, min(_HEADER.unpack(header)[1], size))
        end = start
        for length in self._good_frames(start, size):
            self._lengths.append(length)
            end += length
        os.ftruncate(self._file, end)
        os.pwrite(self._file, _HEADER.pack(_MAGIC, start), 0)
        return start, end

    def _good_frames(self, start: int, size: int) -> Iterator[int]:
        offset = start
        while size - offset >= _FRAME.size:
            length, crc = _FRAME.unpack(os.pread(self._file, _FRAME.size, offset))
            payload = os.pread(self._file, length, offset + _FRAME.size)
            if len(payload) < length or _crc(payload) != crc:
                return
            yield _FRAME.size + length
            offset += _FRAME.size + length

    def _compact(self) -> None:
        part = self._path.with_name(self._path.name + ".part")
        new = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        rest = os.pread(self._file, self._end - self._start, self._start)
        os.pwrite(new, _HEADER.pack(_MAGIC, _HEADER.size) + rest, 0)
        part.replace(self._path)
        os.close(self._file)
        self._file = new
        self._start, self._end = _HEADER.size, _HEADER.size + len(rest)
