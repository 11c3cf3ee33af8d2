"""Parquet files, read where the optional package pyarrow is installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.errors import InputError
from analytics.records import FloatArray
from sensor_gateway.tables import Chunk, printable, reading

_BATCH_ROWS: Final = 1 << 14
_TICKS_PER_S: Final = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_DAMAGED: Final = "copy or export it again"


@dataclass(frozen=True, slots=True)
class _RowNames:
    first: int

    def __call__(self, position: int) -> str:
        return f"row {self.first + position}"


class ParquetTable:
    """A Parquet file; numbers of any kind, and timestamps, which become seconds since 1970."""

    def __init__(self, path: Path, *, batch_rows: int = _BATCH_ROWS) -> None:
        self._where = str(path)
        self._batch_rows = batch_rows
        try:
            import pyarrow as pa  # noqa: PLC0415 - an optional package
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError as error:
            what = "reading Parquet needs the package pyarrow"
            mend = "pip install 'stridecue[parquet]', or save the file as CSV"
            raise InputError(what, where=self._where, mend=mend) from error
        self._pa: Any = pa
        with reading(self._where), self._whole():
            self._file: Any = pq.ParquetFile(path)
        self._rows: int = self._file.metadata.num_rows
        self._rows_read = 0
        self.names: Sequence[str] = self._file.schema_arrow.names
        if not self._rows:
            mend = "record or export it again"
            raise InputError("no samples", where=self._where, mend=mend)

    @property
    def fraction_read(self) -> float:
        """Return how much of the file was read, 0..1."""
        return self._rows_read / self._rows

    def close(self) -> None:
        """Let go of the file."""
        self._file.close(force=True)

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        """Yield all rows of some columns; InputError names the place of what is not a number."""
        names = [self.names[position] for position in positions]
        with reading(self._where), self._whole():
            batches = self._file.iter_batches(batch_size=self._batch_rows, columns=names)
        while (batch := self._next(batches)) is not None:
            first = self._rows_read + 1
            columns = [self._numbers(batch.column(name), name, first) for name in names]
            self._rows_read += batch.num_rows
            yield Chunk(cells=np.column_stack(columns), row=_RowNames(first))

    def _next(self, batches: Iterator[Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
        with reading(self._where), self._whole():
            return next(batches, None)

    def _numbers(self, column: Any, name: str, first: int) -> FloatArray:  # noqa: ANN401
        types, kind = self._pa.types, column.type
        where = f"{self._where}, column {printable(name)}"
        numeric = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
        if not (numeric or types.is_timestamp(kind)):
            mend = "export the column as numbers"
            raise InputError(f"holds {printable(str(kind))}", where=where, mend=mend)
        ticks_per_s = _TICKS_PER_S[kind.unit] if types.is_timestamp(kind) else 1.0
        if types.is_timestamp(kind):
            column = column.cast(self._pa.int64())
        if not types.is_floating(kind):
            column = column.cast(self._pa.float64(), safe=False)
        values = np.asarray(column.to_numpy(zero_copy_only=False), np.float64) / ticks_per_s
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            where = f"{self._where}, row {first + int(bad[0])}, column {printable(name)}"
            mend = "mend the cell or drop the row (missing samples are then taken as a gap)"
            raise InputError("the cell is empty or not finite", where=where, mend=mend)
        return values

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Say that the file is damaged, whichever way pyarrow stumbles over it."""
        try:
            yield
        except (self._pa.ArrowException, ValueError, LookupError, OverflowError) as error:
            what = f"this is no whole Parquet file ({printable(str(error), most=80)})"
            raise InputError(what, where=self._where, mend=_DAMAGED) from error
