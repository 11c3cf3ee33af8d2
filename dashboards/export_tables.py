"""A stored session as tables with a card that says what is in them: CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from analytics.errors import InputError
from dashboards.plots.picture import Row
from dashboards.store import Store

_EVERY: Final = 10**7  # rows of one session
NAMES: Final = ("strides", "windows", "drift", "cues", "guidance", "alerts", "gaps", "links",
                "events", "distance", "load", "facts", "latency")  # fmt: skip
_UNITS: Final = {
    "utc_ns": "nanoseconds since 1970-01-01 UTC",
    "s": "s, session time starts at the first sample; lengths of time too",
    "g": "multiples of standard gravity (9.80665 m/s²)",
    "gps": "g/s",
    "gs": "g s",
    "g4": "g⁴",
    "m": "m",
    "mps": "m/s",
    "spm": "steps of both feet a minute",
    "pct": "% (of asymmetry: 2 (left − right) / (left + right))",  # noqa: RUF001 - a minus sign
    "deg": "degrees",
    "dps": "degrees a second",
    "dbm": "dBm",
}
_CARD: Final = """# Data card: session {session} of {runner}

* Started {started}; source: {source}{simulated}.
* Definitions and axes: docs/conventions.md; what was validated how well: docs/validation.md.
* Units stand last in the columns' names (below). An empty cell is unknown, and `reasons` of a
  stride says why, column by column. `clipped` strides reached the sensor's range: their peaks are
  lower bounds. `revision` 2 was made of samples that came late.
* Peak acceleration is not the force on bone (docs/load.md).
* Configuration: {configuration}
"""


class TableFormat(StrEnum):
    """How the tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


def table_files(
    store: Store, row: Row, form: TableFormat, *, started: str, configuration: str
) -> dict[str, bytes]:
    """Return the files of a session by name: one a table that has rows, and `README.md`.

    Parameters
    ----------
    row : mapping
        The session, as `Store.sessions` gives it.
    started, configuration : str
        When it began and what it was computed with, for people.

    Raises
    ------
    InputError
        Parquet without its optional package.

    """
    whose = {"runner": row["runner"], "session": row["session"]}
    tables = {name: store.rows(name, **whose, limit=_EVERY) for name in NAMES}
    tables = {name: rows for name, rows in tables.items() if rows}
    write = csv_bytes if form is TableFormat.CSV else parquet_bytes
    files = {f"{name}.{form}": write(rows) for name, rows in tables.items()}
    head = _CARD.format(
        **whose,
        started=started,
        source=row["source"],
        simulated=" (simulated)" if row["simulated"] else "",
        configuration=configuration,
    )
    files["README.md"] = "\n".join([head, *_described(tables)]).encode()
    return files


def csv_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV in UTF-8, the columns' names first; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def parquet_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as a Parquet file."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional package
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        what, mend = "needs the package pyarrow", "pip install 'stridecue[parquet]', or take csv"
        raise InputError(what, where="--format parquet", mend=mend) from error
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), out)
    return out.getvalue()


def unit_of(column: str) -> str:
    """Return the unit that a column's name ends with; empty for what has none.

    Examples
    --------
    >>> unit_of("peak_accel_axial_g")[:9], unit_of("side")
    ('multiples', '')

    """
    ends = [end for end in _UNITS if column.endswith(f"_{end}")]
    return _UNITS[max(ends, key=len)] if ends else ""


def _described(tables: Mapping[str, Sequence[Row]]) -> list[str]:
    out = []
    for name, rows in tables.items():
        out += [
            f"## {name}: {len(rows)} rows",
            "",
            "| column | unit | known in |",
            "| --- | --- | --- |",
        ]
        for column in rows[0]:
            known = sum(1 for row in rows if row[column] is not None)
            out.append(f"| {column} | {unit_of(column)} | {known} rows |")
        out.append("")
    return out
