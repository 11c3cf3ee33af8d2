"""CSV as people really have it: any of three delimiters, BOM, CRLF, comments, quotes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NoReturn

import numpy as np

from analytics.errors import InputError
from sensor_gateway.tables import ByteSource, Chunk, printable

_BATCH_BYTES: Final = 1 << 20  # about 15,000 rows: parsing dwarfs the cost of a batch
_LONGEST_LINE_BYTES: Final = 1 << 16  # a row of seven numbers has about 100
_BOM: Final = b"\xef\xbb\xbf"
_DELIMITERS: Final = (",", ";", "\t")
_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_NOT_FINITE: Final = re.compile(r"\s*[+-]?(nan|inf|infinity|na|null|none)\s*", re.IGNORECASE)
_TEXT: Final = "is not a number"
_MEND_CELL: Final = "mend the cell or delete its line (missing samples are then taken as a gap)"


@dataclass(frozen=True, slots=True)
class _Batch:
    """Whole lines of the file; `first` is the number of the first, counted from 1."""

    first: int
    lines: list[str]

    def filled(self) -> list[tuple[int, str]]:
        """Return the lines that are not blank, with their numbers."""
        return [(n, line) for n, line in enumerate(self.lines, self.first) if line.strip()]


class CsvTable:
    """A CSV file with one header line; also with semicolons or tabs, and decimal commas then.

    Blank lines are skipped, and comment lines (`#`) before the header; a commented header line
    right above the numbers counts as the header (numpy.savetxt writes it so).
    """

    def __init__(self, source: ByteSource, *, batch_bytes: int = _BATCH_BYTES) -> None:
        self._source = source
        self._where = source.where
        self._batches = self._read_batches(batch_bytes)
        first = next(self._batches, _Batch(1, []))
        number, line = self._header_line(first)
        self._delimiter = max(_DELIMITERS, key=lambda d: len(_cells(line, d)))
        self.names: Sequence[str] = _cells(line, self._delimiter)
        rest = _Batch(number + 1, first.lines[number + 1 - first.first :])
        self._refuse_second_header(rest)
        self._batches = chain([rest], self._batches)

    @property
    def fraction_read(self) -> float:
        """Return how much of the file was read, 0..1."""
        return self._source.fraction_read

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        """Yield all rows of some columns; InputError names the place of what is not a number."""
        for batch in self._batches:
            lines = [line for line in batch.lines if line and not line.isspace()]
            if lines:
                yield self._parse(batch, lines, positions)

    def _parse(self, batch: _Batch, lines: list[str], positions: Sequence[int]) -> Chunk:
        quoted = any('"' in line for line in lines)
        if quoted or any(line.count(self._delimiter) != len(self.names) - 1 for line in lines):
            lines = self._cut_to_header(batch)
        if self._delimiter != ",":
            lines = [line.replace(",", ".") for line in lines]
        try:
            # Plain rows only get here: no quotes, no comments, as many cells as names.
            cells = np.loadtxt(
                lines, delimiter=self._delimiter, usecols=positions, comments=None, ndmin=2
            )
        except ValueError:
            self._say_where(batch, positions)
        if not np.isfinite(cells).all():
            self._say_where(batch, positions)
        return Chunk(cells=cells, row=lambda i: f"line {batch.filled()[i][0]}")

    def _cut_to_header(self, batch: _Batch) -> list[str]:
        """Return the rows without quotes and without the empty cells that some write at the end."""
        rows = []
        width = len(self.names)
        for number, line in batch.filled():
            cells = _cells(line, self._delimiter)
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                what = f"{len(cells)} cells where the header names {width} columns"
                mend = "complete or delete the line"
                raise InputError(what, where=f"{self._where}, line {number}", mend=mend)
            clean = (cell.replace(self._delimiter, " ") for cell in cells[:width])
            rows.append(self._delimiter.join(clean))
        return rows

    def _say_where(self, batch: _Batch, positions: Sequence[int]) -> NoReturn:
        for number, line in batch.filled():
            row = _cells(line, self._delimiter)
            bad = [p for p in positions if _wrong(self._point(row[p]))]
            if not bad:
                continue
            where = f"{self._where}, line {number}, column {printable(self.names[bad[0]])}"
            raise InputError(_wrong(self._point(row[bad[0]])), where=where, mend=_MEND_CELL)
        where = f"{self._where}, line {batch.first} or after"
        raise InputError("something that is not a number", where=where, mend=_MEND_CELL)

    def _point(self, cell: str) -> str:
        return cell if self._delimiter == "," else cell.replace(",", ".")

    def _header_line(self, batch: _Batch) -> tuple[int, str]:
        """Return the header line and its number."""
        comment: tuple[int, str] | None = None
        for number, line in batch.filled():
            if line.lstrip().startswith("#"):
                comment = (number, line.lstrip().lstrip("#"))
                continue
            self._refuse_binary(line)
            if not all(_NUMBER.fullmatch(cell) for cell in re.split("[,;\t]", line)):
                return number, line
            if comment is not None:
                return comment
            mend = "put the line t_s,ax,ay,az[,gx,gy,gz] above the numbers"
            raise InputError("no header line", where=f"{self._where}, line {number}", mend=mend)
        mend = "record or export it again"
        raise InputError("no header and no samples", where=self._where, mend=mend)

    def _refuse_second_header(self, batch: _Batch) -> None:
        for number, line in batch.filled()[:1]:
            cells = (self._point(cell) for cell in _cells(line, self._delimiter))
            if all(_wrong(cell).endswith(_TEXT) for cell in cells):
                mend = "keep one header line: t_s, ax, ay, az[, gx, gy, gz]"
                where = f"{self._where}, line {number}"
                raise InputError("text where the numbers should begin", where=where, mend=mend)

    def _refuse_binary(self, line: str) -> None:
        if any(ord(sign) < ord(" ") and sign != "\t" for sign in line):
            mend = "give a CSV, CSV.gz or Parquet file"
            raise InputError("this is not a text file", where=self._where, mend=mend)

    def _read_batches(self, batch_bytes: int) -> Iterator[_Batch]:
        rest, number = self._source.read(batch_bytes).removeprefix(_BOM), 1
        newline = b"\n" if b"\n" in rest or b"\r" not in rest else b"\r"
        while True:
            head, found, rest = rest.rpartition(newline)
            if found:
                batch = _Batch(number, _lines(head, newline))
                number += len(batch.lines)
                yield batch
            elif len(rest) > _LONGEST_LINE_BYTES:
                where = f"{self._where}, line {number}"
                mend = "give a CSV, CSV.gz or Parquet file"
                raise InputError("an endless line, so this is no CSV", where=where, mend=mend)
            more = self._source.read(batch_bytes)
            if not more:
                break
            rest += more
        if rest:
            yield _Batch(number, _lines(rest, newline))


def _lines(data: bytes, newline: bytes) -> list[str]:
    # Latin-1 maps every byte to one sign, so that no comment or extra column can stop the reading.
    text = data.decode("latin-1")
    if newline == b"\n" and "\r" in text:
        text = text.replace("\r\n", "\n").removesuffix("\r")
    return text.split(newline.decode())


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return line.split(delimiter)


def _wrong(cell: str) -> str:
    """Return what is wrong with a cell, or nothing."""
    if not cell.strip():
        return "the cell is empty"
    if _NOT_FINITE.fullmatch(cell):
        return f"'{printable(cell)}' is not a measured number"
    if not _NUMBER.fullmatch(cell):
        return f"'{printable(cell)}' {_TEXT}"
    return "" if np.isfinite(float(cell)) else f"'{printable(cell)}' is too large"
