"""Writes a stored session to a file that other programs read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from analytics.errors import InputError
from dashboards.export_fit import Activity, fit_bytes
from dashboards.export_seconds import seconds
from dashboards.export_tables import TableFormat, table_files
from dashboards.plots.session import session_rows
from dashboards.store import Store
from stridecue.files import writing
from stridecue.stored import configuration, entry_of, session_row, started_text

_EVERY = 10**7


class Format(StrEnum):
    """What `export` writes."""

    FIT = "fit"
    CSV = "csv"
    PARQUET = "parquet"


def export(
    store: Store, session: str, *, runner: str | None, form: Format, out: Path, zone: str
) -> list[Path]:
    """Write a session; return the files written.

    A FIT activity is one file. Tables go into a folder, or into one file where `out` ends in
    `.zip`.

    Raises
    ------
    InputError
        There is no such session, or there is nothing in it.
    ServiceError
        The files cannot be written.

    """
    row = session_row(store, session, runner=runner)
    if form is Format.FIT:
        return [_write(out, _fit(store, row, zone=zone))]
    files = table_files(
        store,
        row,
        TableFormat(form),
        started=started_text(row["started_utc_ns"], zone=zone),
        configuration=configuration(store, row),
    )
    if out.suffix == ".zip":
        return [_write(out, _zipped(files))]
    return [_write(out / name, data) for name, data in files.items()]


def _fit(store: Store, row: dict[str, Any], *, zone: str) -> bytes:
    whose = {"runner": row["runner"], "session": row["session"]}
    rows, entry = session_rows(store, **whose), entry_of(store, row)
    if not rows.strides:
        what, mend = "no stride is kept of it", "an imported run has no more than its own file"
        raise InputError(what, where=f"session {row['session']}", mend=mend)
    return fit_bytes(
        Activity(
            session=row["session"],
            started_utc_ns=row["started_utc_ns"],
            zone=zone,
            simulated=row["simulated"],
            entry=entry,
            seconds=seconds(
                rows,
                distance=store.rows("distance", **whose, limit=_EVERY),
                total_m=None if entry is None else entry.distance_m,
            ),
        )
    )


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _write(path: Path, data: bytes) -> Path:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return path
