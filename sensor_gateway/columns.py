"""Which column of a foreign recording is time and which are the axes, and in what unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from analytics.errors import InputError
from analytics.records import STANDARD_GRAVITY_MPS2
from sensor_gateway.tables import printable


class AccelUnit(StrEnum):
    """Unit of the accelerometer columns, as `--units` takes it."""

    G = "g"
    MPS2 = "m/s2"


class GyroUnit(StrEnum):
    """Unit of the gyroscope columns, as `--gyro-units` takes it."""

    RADPS = "rad/s"
    DPS = "deg/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where time and axes stand in a table, and what to divide each by.

    Attributes
    ----------
    names : tuple of str
        The chosen column names as the file spells them: time, three of acceleration and, with a
        gyroscope, three of angular rate.
    positions : tuple of int
        Their places in the table's header, from 0.
    divisors : tuple of float
        Divide a cell by it to get seconds, g or rad/s.

    """

    names: tuple[str, ...]
    positions: tuple[int, ...]
    divisors: tuple[float, ...]

    @property
    def has_gyro(self) -> bool:
        """Return whether the table holds angular rates."""
        return len(self.names) > len("txyz")


# The clearest name first: a table may hold a wall-clock `timestamp` beside its `t_s`.
_TIME_DIVISORS: Final[Mapping[str, float]] = MappingProxyType(
    {
        f"{stem}{suffix}": divisor
        for stem in ("t", "time", "timestamp")
        for suffix, divisor in (("_s", 1.0), ("_ms", 1e3), ("_us", 1e6), ("_ns", 1e9), ("", 1.0))
    }
)
_ACCEL_AXES: Final = ("ax", "ay", "az")
_GYRO_AXES: Final = ("gx", "gy", "gz")
_ACCEL_SUFFIXES: Final = MappingProxyType({"_g": AccelUnit.G, "_mps2": AccelUnit.MPS2})
_GYRO_SUFFIXES: Final = MappingProxyType({"_radps": GyroUnit.RADPS, "_dps": GyroUnit.DPS})
_DIVISORS: Final[Mapping[str, float]] = MappingProxyType(
    {
        AccelUnit.G: 1.0,
        AccelUnit.MPS2: STANDARD_GRAVITY_MPS2,
        GyroUnit.RADPS: 1.0,
        GyroUnit.DPS: 180.0 / math.pi,
    }
)
_WANTED: Final = "t_s, ax, ay, az[, gx, gy, gz]"
_MOST_NAMES_SHOWN: Final = 8


def choose_columns(
    header: Sequence[str],
    *,
    where: str,
    units: AccelUnit | None = None,
    gyro_units: GyroUnit | None = None,
) -> Columns:
    """Find time and axes in a header by name, in any order and case; other columns are ignored.

    A unit comes from the column's own suffix (`ax_g`, `ax_mps2`, `gx_dps`, `gx_radps`) or from
    the option. Time is in seconds unless its name ends in `_ms`, `_us` or `_ns`.

    Raises
    ------
    InputError
        A column is missing or named twice, or a unit is unknown or contradicts the option.

    Examples
    --------
    >>> choose_columns(["t_ms", "temp", "az_g", "ay_g", "ax_g"], where="run.csv").positions
    (0, 4, 3, 2)
    """
    finder = _Finder(header, where)
    time_name = finder.time()
    accel = finder.axes(_ACCEL_AXES, _ACCEL_SUFFIXES, units, "--units g|m/s2")
    gyro: list[tuple[str, float]] = []
    if any(finder.spellings(axis, _GYRO_SUFFIXES) for axis in _GYRO_AXES):
        gyro = finder.axes(_GYRO_AXES, _GYRO_SUFFIXES, gyro_units, "--gyro-units rad/s|deg/s")
    chosen = [(time_name, _TIME_DIVISORS[time_name]), *accel, *gyro]
    positions = tuple(finder.names.index(name) for name, _ in chosen)
    return Columns(
        names=tuple(printable(header[position]) for position in positions),
        positions=positions,
        divisors=tuple(divisor for _, divisor in chosen),
    )


class _Finder:
    """The header of one file, and the errors that name it."""

    def __init__(self, header: Sequence[str], where: str) -> None:
        self.names = [name.strip().lower() for name in header]
        self._where = where
        shown = [printable(name) for name in header[:_MOST_NAMES_SHOWN]]
        more = ", ..." if len(header) > _MOST_NAMES_SHOWN else ""
        self._found = f"the header reads '{', '.join(shown)}{more}'"

    def time(self) -> str:
        """Return the name of the time column."""
        for name in _TIME_DIVISORS:
            if name in self.names:
                return self._once(name)
        what = f"no time column; {self._found}"
        raise self._error(what, f"name the columns {_WANTED} (t_ms, t_us, t_ns for other units)")

    def spellings(self, axis: str, suffixes: Mapping[str, str]) -> list[str]:
        """Return the header's names of one axis."""
        return [name for name in (axis, *(axis + s for s in suffixes)) if name in self.names]

    def axes(
        self, axes: Sequence[str], suffixes: Mapping[str, str], unit: str | None, option: str
    ) -> list[tuple[str, float]]:
        """Return the name of each axis and what to divide its cells by."""
        return [self._axis(axis, suffixes, unit, option) for axis in axes]

    def _axis(
        self, axis: str, suffixes: Mapping[str, str], unit: str | None, option: str
    ) -> tuple[str, float]:
        spellings = self.spellings(axis, suffixes)
        if not spellings:
            what = f"no column {axis}; {self._found}"
            raise self._error(what, f"name the columns {_WANTED}")
        if len(spellings) > 1:
            what = f"columns {' and '.join(spellings)} both claim to be {axis}"
            raise self._error(what, "leave one of them")
        name = self._once(spellings[0])
        stated = suffixes.get(name.removeprefix(axis))
        if stated is None and unit is None:
            mend = f"add {option}, or name it {' or '.join(axis + s for s in suffixes)}"
            raise self._error(f"column {name} does not say its unit", mend)
        if stated is not None and unit not in (None, stated):
            flag = option.partition(" ")[0]
            what = f"column {name} states {stated}, but {flag} says {unit}"
            raise self._error(what, f"leave out {flag} or rename the column")
        return name, _DIVISORS[stated or unit or ""]

    def _once(self, name: str) -> str:
        if self.names.count(name) > 1:
            raise self._error(f"column {name} stands twice in the header", "leave one of them")
        return name

    def _error(self, what: str, mend: str) -> InputError:
        return InputError(what, where=self._where, mend=mend)
