"""A file of sealed chunks: append-only, readable up to wherever it was cut (`.scue`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NoReturn, Self

from analytics.errors import RecordingError, ServiceError, StridecueError
from sensor_gateway.chunks import (
    VERSION,
    CutChunkError,
    RecordingHeader,
    chunks_of,
    header_in,
    sealed_header,
)
from sensor_gateway.wire import PacketError

_MAGIC = b"SCUE\r\n\x1a\n"  # a transfer that mends line ends would break it visibly


class ChunkFile:
    """A file that grows by whole chunks."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path = path
        self._file = file
        self._good_bytes = file.tell()
        self._broken: StridecueError | None = None

    @classmethod
    def new(cls, path: Path, header: RecordingHeader, *, replace: bool = False) -> Self:
        """Begin a file; `RecordingError` where one is already and is not to be replaced."""
        try:
            opened = cls(path, FileIO(path, "wb" if replace else "xb"))
        except FileExistsError as error:
            raise RecordingError(
                "is already there", where=str(path), mend="choose another name or remove it"
            ) from error
        except OSError as error:
            raise RecordingError(
                f"cannot be written ({error.strerror})",
                where=str(path),
                mend="choose a folder that exists and that you may write to",
            ) from error
        opened.append(_MAGIC + sealed_header(header))
        return opened

    @classmethod
    def again(cls, path: Path) -> tuple[Self, RecordingHeader, list[bytes]]:
        """Go on with a file that was left; return also its header and its whole chunks.

        What stands torn at its end is cut off. Errors as `read_chunks`.
        """
        header, chunks = read_chunks(path)
        whole = list(chunks)
        with path.open("rb") as reader:
            reader.seek(len(_MAGIC))
            opening = next(chunks_of(reader))
        file = FileIO(path, "r+b")
        file.truncate(len(_MAGIC) + len(opening) + sum(map(len, whole)))
        file.seek(0, os.SEEK_END)
        return cls(path, file), header, whole

    @property
    def broken(self) -> bool:
        """Whether the disk has refused to take more."""
        return self._broken is not None

    def check(self) -> None:
        """Raise the `ServiceError` that ended the writing, if one did."""
        if self._broken is not None:
            raise self._broken

    def append(self, data: bytes) -> None:
        """Write a chunk; `ServiceError` once the disk takes no more."""
        self.check()
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._broken = ServiceError(
                f"no more can be recorded ({error.strerror}); all before is kept",
                where=str(self._path),
                mend="make room on the disk or record elsewhere",
            )
            self._drop_torn_chunk()
            raise self._broken from error
        self._good_bytes += len(data)

    def close(self) -> None:
        """Close the file; what stands in it stays."""
        self._file.close()

    def _drop_torn_chunk(self) -> None:
        try:
            os.ftruncate(self._file.fileno(), self._good_bytes)
        except OSError:
            return  # a torn chunk at the end does not keep the file from being read


def read_chunks(path: Path) -> tuple[RecordingHeader, Iterator[bytes]]:
    """Open a file: what it is of, and its chunks of events up to its end or to where it was cut.

    Raises
    ------
    RecordingError
        If the file cannot be opened or is no recording; while its chunks are read, where one
        before the last is damaged.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        what = f"cannot be opened ({error.strerror})"
        raise RecordingError(what, where=str(path), mend="check the file's name") from error
    try:
        return _opening(path, file), _whole(path, file)
    except RecordingError:
        file.close()
        raise


def refuse(path: Path, what: str) -> NoReturn:
    """Raise the `RecordingError` for a file that is not, or no longer, what we wrote."""
    mend = "use what 'stridecue record' wrote, from a good copy"
    raise RecordingError(what, where=str(path), mend=mend)


def _opening(path: Path, file: BinaryIO) -> RecordingHeader:
    try:
        whole = file.read(len(_MAGIC)) == _MAGIC
        chunk = next(chunks_of(file), None) if whole else None
        header = None if chunk is None else header_in(chunk)
    except CutChunkError:
        header = None
    except PacketError:
        refuse(path, "has a header that cannot be read")
    except OSError as error:
        refuse(path, f"cannot be read ({error.strerror})")
    if header is None:
        refuse(path, "is no recording, or was cut before its first second")
    if header.version != VERSION:
        refuse(path, f"is of version {header.version}, this program reads {VERSION}")
    return header


def _whole(path: Path, file: BinaryIO) -> Iterator[bytes]:
    with file:
        at = file.tell()
        try:
            for chunk in chunks_of(file):
                at = file.tell()
                yield chunk
        except CutChunkError:
            return
        except PacketError:
            refuse(path, f"is damaged at byte {at}")
