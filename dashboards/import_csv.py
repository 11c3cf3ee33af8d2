"""Tables of runs: a bulk export's activities.csv, or a simple list of date, distance, duration."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from analytics.errors import InputError
from analytics.records import Surface
from dashboards.imported import ImportedRun

_NS: Final = 1_000_000_000
_METRES: Final = {"distance_m": 1.0, "distance_km": 1000.0, "distance_mi": 1609.344}
_SECONDS: Final = {"duration_s": 1.0, "duration_min": 60.0}
# Columns of Strava's bulk export, English: its second Distance is in metres, its dates are UTC.
_BULK: Final = ("Activity Date", "Activity Type", "Elapsed Time", "Distance")
_BULK_DATE: Final = "%b %d, %Y, %I:%M:%S %p"
_RUNS: Final = frozenset({"run", "trail run", "virtual run"})
_MEND: Final = "it needs date, distance_km (or _m, _mi) and duration_min (or _s); see docs/files.md"


def read_csv(path: Path, *, zone: str) -> list[ImportedRun]:
    """Return the runs of a table, and what else is in it.

    Parameters
    ----------
    path : Path
        `activities.csv` of a bulk export, or a table with `date` (a day, or a time as ISO 8601),
        `distance_km|distance_m|distance_mi`, `duration_min|duration_s` (a number, or h:mm:ss)
        and, if wanted, `shoe` and `surface`.
    zone : str
        IANA zone of times that do not say theirs.

    Raises
    ------
    InputError
        The table cannot be read, or a row says what cannot be; with the row.

    """
    header, rows = _table(path)
    if all(name in header for name in _BULK):
        return [_bulk(header, row, place) for place, row in rows]
    names = [name.strip().lower() for name in header]
    if "date" not in names:
        raise InputError("no column date", where=str(path), mend=_MEND)
    day_count: dict[str, int] = {}
    for place, row in rows:
        if len(row) > len(names):
            what, mend = "more cells than columns", "write numbers with a point, not a comma"
            raise InputError(what, where=place, mend=mend)
    named = ((place, dict(zip(names, row, strict=False))) for place, row in rows)
    return [_simple(row, place, zone, day_count) for place, row in named]


def _table(path: Path) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the header and the rows that are not empty, each with its place."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        what = f"no table of text ({error})"
        raise InputError(what, where=str(path), mend="save it as CSV in UTF-8") from error
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise InputError(what, where=str(path), mend="check the path") from error
    if not lines:
        raise InputError("the file is empty", where=str(path), mend=_MEND)
    rows = [(f"{path.name} row {n}", row) for n, row in enumerate(lines[1:], start=2) if any(row)]
    return lines[0], rows


def _simple(
    row: Mapping[str, str], place: str, zone: str, day_count: dict[str, int]
) -> ImportedRun:
    start, timed = start_of(row["date"].strip(), place, zone)
    if not timed:  # several runs of one day, none with its time: an hour apart
        nth = day_count.get(row["date"], 0)
        day_count[row["date"]] = nth + 1
        start += timedelta(hours=nth)
    duration_s = _measure(row, _SECONDS, place)
    distance_m = _measure(row, _METRES, place)
    if duration_s is None:
        raise InputError("no duration", where=place, mend=_MEND)
    return ImportedRun(
        place=place,
        what="run",
        start_utc_ns=round(start.timestamp()) * _NS,
        duration_s=duration_s,
        running_s=duration_s,
        distance_m=distance_m,
        timed=timed,
        shoe=row.get("shoe", "").strip() or None,
        surface=_surface(row.get("surface", ""), place),
    )


def _bulk(header: Sequence[str], row: Sequence[str], place: str) -> ImportedRun:
    """Return a row of a bulk export; of columns that stand twice the second is exact."""

    def cell(name: str) -> str:
        at = max(i for i, called in enumerate(header) if called == name)
        return row[at].strip() if at < len(row) else ""

    try:
        start = datetime.strptime(cell("Activity Date"), _BULK_DATE).replace(tzinfo=UTC)
    except ValueError as error:
        mend = "leave the table as it was exported, in English"
        raise InputError(f"no date {cell('Activity Date')!r}", where=place, mend=mend) from error
    elapsed_s = _number(cell("Elapsed Time"), place) or 0.0
    moving_s = _number(cell("Moving Time"), place) if "Moving Time" in header else None
    scale = 1.0 if header.count("Distance") > 1 else 1000.0
    distance = _number(cell("Distance"), place)
    kind = cell("Activity Type").lower()
    return ImportedRun(
        place=place,
        what="run" if kind in _RUNS else kind or "unknown",
        start_utc_ns=round(start.timestamp()) * _NS,
        duration_s=elapsed_s,
        running_s=min(moving_s or elapsed_s, elapsed_s),
        distance_m=distance * scale if distance else None,
        shoe=(cell("Activity Gear") if "Activity Gear" in header else "") or None,
        surface=Surface.TRAIL if kind == "trail run" else None,
    )


def start_of(text: str, place: str, zone: str) -> tuple[datetime, bool]:
    """Return when a run began as people write it, and whether its time of day is known."""
    try:
        if "T" not in text and ":" not in text:
            noon = datetime.combine(date.fromisoformat(text), time(12), tzinfo=ZoneInfo(zone))
            return noon, False
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        mend = "write it as 2026-11-22 or 2026-11-22T07:30"
        raise InputError(f"no date {text!r}", where=place, mend=mend) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))), True


def _measure(row: Mapping[str, str], units: Mapping[str, float], place: str) -> float | None:
    """Return the value of the first of these columns that has one, in our unit."""
    for name, factor in units.items():
        value = _number(row.get(name, "").strip(), place)
        if value is not None:
            clock = ":" in row[name]
            return value if clock else value * factor
    return None


def _number(text: str, place: str) -> float | None:
    """Return a number, or the seconds of h:mm:ss (mm:ss); None of nothing."""
    if not text:
        return None
    try:
        value = 0.0
        for part in text.split(":"):
            value = 60.0 * value + float(part)
    except ValueError as error:
        mend = "write numbers with a point, times as 1:02:30"
        raise InputError(f"no number {text!r}", where=place, mend=mend) from error
    if not 0.0 <= value < 1e7:  # noqa: PLR2004 - no run is 10,000 km or 100 days long
        raise InputError(f"{text!r} cannot be", where=place, mend="check its unit")
    return value


def _surface(text: str, place: str) -> Surface | None:
    known = text.strip().lower()
    if not known:
        return None
    if known not in set(Surface):
        mend = f"write one of {', '.join(Surface)}, or nothing"
        raise InputError(f"no surface {text!r}", where=place, mend=mend)
    return Surface(known)
