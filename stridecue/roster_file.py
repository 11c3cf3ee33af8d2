"""The roster beside the store: who wears which sensor, in a CSV file that people and pages write.

Its entries come before the settings' own `[[sensors]]`: an entry there for the same sensor, or for
the same leg of the same runner, no longer counts.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from analytics.errors import InputError
from stridecue.roster import SensorSettings, complaint

ROSTER = "roster.csv"  # beside the store
COLUMNS = tuple(SensorSettings.model_fields)
_MEND = "columns: " + ", ".join(COLUMNS)


def read_roster(path: Path) -> tuple[SensorSettings, ...]:
    """Return a roster's sensors.

    Raises
    ------
    InputError
        With the line, what is wrong in it and what is allowed.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        _refuse(path, None, f"cannot be read: {error}", "give a CSV file in UTF-8")
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    header: list[str] | None = None
    found: dict[int, SensorSettings] = {}
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if header is None:
            header = _header(path, rows.line_num, cells)
            continue
        found[rows.line_num] = _sensor(path, rows.line_num, header, cells)
        _check_new(path, rows.line_num, found)
    if header is None:
        _refuse(path, None, "has no header line", _MEND)
    return tuple(found.values())


def write_roster(path: Path, sensors: Iterable[SensorSettings]) -> None:
    """Write a roster whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(sensor.model_dump(mode="json", exclude_none=True) for sensor in sensors)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def with_first(
    first: Sequence[SensorSettings], others: Iterable[SensorSettings]
) -> tuple[SensorSettings, ...]:
    """Return the first entries and those others that speak of no sensor or leg of theirs."""
    taken = {key for sensor in first for key in _keys(sensor)}
    return (*first, *(s for s in others if not taken & set(_keys(s))))


def _header(path: Path, line: int, cells: list[str]) -> list[str]:
    names = [cell.lower() for cell in cells]
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            _refuse(path, line, f"{name!r} is no column, or stands there twice", _MEND)
    return names


def _sensor(path: Path, line: int, header: list[str], cells: list[str]) -> SensorSettings:
    if len(cells) > len(header):
        _refuse(path, line, f"has {len(cells)} cells under {len(header)} columns", _MEND)
    values = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
    values |= {name: values[name].lower() for name in ("side", "placement") if name in values}
    try:
        sensor = SensorSettings.model_validate(values)
    except ValidationError as error:
        column = str(error.errors()[0]["loc"][0])
        given = (
            f"{column} {values[column]!r} is not allowed" if column in values else f"no {column}"
        )
        _refuse(path, line, given, complaint(error))
    if sensor.address is None and sensor.name is None:
        _refuse(path, line, "neither an address nor a name", "give what 'stridecue scan' shows")
    return sensor


def _check_new(path: Path, line: int, found: dict[int, SensorSettings]) -> None:
    """Refuse a sensor that is there twice, and a leg that wears two."""
    new = set(_keys(found[line]))
    for other, sensor in found.items():
        both = new & set(_keys(sensor))
        if other != line and both:
            said = " ".join(min(both)).replace("address ", "").replace("name ", "")
            _refuse(path, line, f"{said} is also in line {other}", "leave one of the two")


def _keys(sensor: SensorSettings) -> list[tuple[str, ...]]:
    """Return what no two sensors may share."""
    kind = "a foot pod" if sensor.profile == "running_speed" else "sensor"
    keys: list[tuple[str, ...]] = [(f"{sensor.runner}'s", str(sensor.side), kind)]
    if sensor.address is not None:
        keys.append(("address", sensor.address.casefold()))
    elif sensor.name is not None:
        keys.append(("name", sensor.name))
    return keys


def _refuse(path: Path, line: int | None, what: str, mend: str) -> NoReturn:
    where = str(path) if line is None else f"{path}, line {line}"
    raise InputError(what, where=where, mend=mend)
