"""Round numbers and first days of weeks and months: what is written beside an axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_MOST = 7
_STEPS = (1.0, 2.0, 5.0, 10.0)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12)
_DAYS_A_MONTH = 30.4
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPSILON = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A number on an axis, and what is written there; `<br>` begins a second line."""

    at: float
    text: str
    is_zero: bool = False


def number_ticks(low: float, high: float, *, step: float | None = None) -> list[Tick]:
    """Return round numbers between two, seven at most unless `step` says how far apart.

    Examples
    --------
    >>> [tick.text for tick in number_ticks(-0.4, 5.1)]
    ['0', '1', '2', '3', '4', '5']
    >>> [tick.text for tick in number_ticks(0.9, 1.0)]
    ['0.90', '0.92', '0.94', '0.96', '0.98', '1.00']

    """
    if step is None or (high - low) / step > 2 * _MOST:
        ten = 10.0 ** math.floor(math.log10((high - low) / _MOST))
        step = next(ten * s for s in _STEPS if (high - low) / (ten * s) <= _MOST)
    digits = max(0, -math.floor(math.log10(step) + _EPSILON))
    first, last = math.ceil(low / step - _EPSILON), math.floor(high / step + _EPSILON)
    return [
        Tick(
            at=n * step,
            text=f"{n * step:.{digits}f}".replace("-", "\N{MINUS SIGN}"),
            is_zero=n == 0,
        )
        for n in range(first, last + 1)
    ]


def day_ticks(
    low: float, high: float, *, first: float | None = None, step: float = 0.0
) -> list[Tick]:
    """Return days between two ordinals; a year is told with its first of them.

    Parameters
    ----------
    first, step : float
        The first one and how many days lie between them; else they are round.

    Examples
    --------
    >>> low, high = date(2025, 11, 20).toordinal(), date(2026, 5, 3).toordinal()
    >>> [tick.text for tick in day_ticks(low, high)]
    ['1 Dec<br>2025', '1 Jan<br>2026', '1 Feb', '1 Mar', '1 Apr', '1 May']

    """
    if first is not None and step:
        n_days = int((high - first) // step) + 1
        ordinals = [round(first + n * step) for n in range(n_days)]
    else:
        ordinals = [day for day in _round_days(low, high) if low <= day <= high]
    return [
        Tick(at=float(ordinal), text=_day_text(ordinals, n)) for n, ordinal in enumerate(ordinals)
    ]


def _round_days(low: float, high: float) -> Iterator[int]:
    length = high - low
    step = next((days for days in _DAYS if length / days <= _MOST), None)
    if step is not None:
        yield from range(math.ceil(low / step) * step + 1, math.floor(high) + 1, step)  # Mondays
        return
    months = next((m for m in _MONTHS if length / _DAYS_A_MONTH / m <= _MOST), _MONTHS[-1])
    year, last = date.fromordinal(math.floor(low)).year, date.fromordinal(math.ceil(high)).year
    for y in range(year, last + 1):
        yield from (date(y, month, 1).toordinal() for month in range(1, 13, months))


def _day_text(ordinals: Sequence[int], n: int) -> str:
    day = date.fromordinal(ordinals[n])
    text = f"{day.day} {_NAMES[day.month - 1]}"
    told = n > 0 and date.fromordinal(ordinals[n - 1]).year == day.year
    return text if told else f"{text}<br>{day.year}"
