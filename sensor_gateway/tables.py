"""Tables of numbers from files: what CSV and Parquet have in common."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from analytics.errors import InputError
from analytics.records import FloatArray

GZIP_MAGIC: Final = b"\x1f\x8b"
PARQUET_MAGIC: Final = b"PAR1"

_UNPACK: Final = "unpack it first (only gzip is read directly)"
# What people hand in by mistake, by its first bytes, and how to make a CSV of it.
_FOREIGN: Final = (
    (b"PK\x03\x04", "is a zip archive or an Excel workbook", "unpack it, or save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook", "save it as CSV"),
    (b"BZh", "is compressed with bzip2", _UNPACK),
    (b"\xfd7zXZ", "is compressed with xz", _UNPACK),
    (
        b"\x28\xb5\x2f\xfd",
        "is compressed with zstd",
        _UNPACK,
    ),
    (b"\xff\xfe", "is text in UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "is text in UTF-16", "save it as UTF-8"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """Some rows of a table.

    Attributes
    ----------
    cells : array, shape (n, k)
        Finite numbers as the file has them, columns in the order asked for.
    row : callable
        Name of row i (0..n-1) for people: "line 17".

    """

    cells: FloatArray
    row: Callable[[int], str]


class Table(Protocol):
    """A file of named columns, read in order and in pieces."""

    names: Sequence[str]

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        """Yield all rows of some columns; InputError names the place of what is not a number."""
        ...

    @property
    def fraction_read(self) -> float:
        """Return how much of the file was read, 0..1."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def printable(text: str, *, most: int = 30) -> str:
    """Return text from a file so that it stands on one line of a terminal."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in text.strip())
    return clean if len(clean) <= most else clean[: most - 3] + "..."


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn what the system says about an unreadable file into one clear line."""
    try:
        yield
    except EOFError as error:
        what = "the gzip data ends too early"
        raise InputError(what, where=where, mend="copy or download the file again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        what = f"the gzip data is damaged ({printable(str(error), most=80)})"
        raise InputError(what, where=where, mend="copy or download the file again") from error
    except FileNotFoundError as error:
        raise InputError("no such file", where=where, mend="check its path") from error
    except IsADirectoryError as error:
        mend = "name the CSV or Parquet files in it"
        raise InputError("this is a folder", where=where, mend=mend) from error
    except PermissionError as error:
        mend = "let this user read it (chmod +r)"
        raise InputError("no permission to read it", where=where, mend=mend) from error
    except OSError as error:
        what = f"cannot be read ({printable(error.strerror or str(error), most=80)})"
        raise InputError(what, where=where, mend="check the path and the disk") from error


class ByteSource:
    """The bytes of a file, unpacked where it is compressed with gzip."""

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        with reading(self.where):
            self._file = path.open("rb")
            self._size = path.stat().st_size
        try:
            with reading(self.where):
                self._stream = self._unpacked(path)
        except InputError:
            self._file.close()
            raise

    def _unpacked(self, path: Path) -> BinaryIO:
        self.magic = self._file.peek(8)[:8]
        self._refuse_foreign()
        if self.magic.startswith(GZIP_MAGIC):
            stream = gzip.GzipFile(fileobj=self._file)
            self.magic = stream.peek(8)[:8]
            if self.magic.startswith(PARQUET_MAGIC):
                mend = "unpack it first (Parquet is compressed by itself)"
                raise InputError("is Parquet inside gzip", where=self.where, mend=mend)
            self._refuse_foreign()
            return cast("BinaryIO", stream)
        if path.suffix.lower() == ".gz":
            mend = "pack it with gzip, or drop .gz from its name if it is plain CSV"
            raise InputError("is named .gz but is not gzip", where=self.where, mend=mend)
        if path.suffix.lower() in {".parquet", ".pq"} and not self.magic.startswith(PARQUET_MAGIC):
            mend = "export it again, or name it .csv if it is CSV"
            raise InputError("is named Parquet but is not", where=self.where, mend=mend)
        return self._file

    def _refuse_foreign(self) -> None:
        if not self.magic:
            mend = "record or export it again"
            raise InputError("the file is empty", where=self.where, mend=mend)
        for magic, what, mend in _FOREIGN:
            if self.magic.startswith(magic):
                raise InputError(what, where=self.where, mend=mend)

    def read(self, most_bytes: int) -> bytes:
        """Return the next bytes, as many as asked for unless the file ends."""
        with reading(self.where):
            return self._stream.read(most_bytes)

    @property
    def fraction_read(self) -> float:
        """Return how much of the file was read, 0..1."""
        return min(1.0, self._file.tell() / self._size) if self._size else 0.0

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        self._file.close()
