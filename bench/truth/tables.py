"""Small tools of every score: tables of numbers, overlaps, one-to-one pairs, spreads."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray

Row: TypeAlias = Mapping[str, Any]


def text_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file (also gzipped) as text by column."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def numbers(path: Path) -> dict[str, FloatArray]:
    """Return the columns of a CSV file of numbers; an empty or missing cell becomes nan."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        names = lines.readline().strip().lstrip("# ").split(",")
        table = np.genfromtxt(lines, delimiter=",", ndmin=2)
    return dict(zip(names, table.reshape(-1, len(names)).T, strict=True))


def column(rows: Sequence[Row], name: str) -> FloatArray:
    """Return one field of all rows; nan where a row has none."""
    values = (row.get(name) for row in rows)
    return np.array([math.nan if v is None or v == "" else float(v) for v in values])


def overlap(a0: FloatArray, a1: FloatArray, b0: FloatArray, b1: FloatArray) -> FloatArray:
    """Return the seconds shared by every interval a (rows) and every interval b (columns)."""
    shared = np.minimum(a1[:, np.newaxis], b1) - np.maximum(a0[:, np.newaxis], b0)
    return np.asarray(np.maximum(shared, 0.0))


def pairs(cost: FloatArray, most: float) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return one-to-one pairs of rows and columns that cost less than `most`, cheapest first."""
    rows, columns = np.nonzero(cost < most)
    free_row, free_column = (np.ones(n, bool) for n in cost.shape)
    found = []
    for k in np.argsort(cost[rows, columns], kind="stable"):
        i, j = int(rows[k]), int(columns[k])
        if free_row[i] and free_column[j]:
            free_row[i] = free_column[j] = False
            found.append((i, j))
    ordered = np.array(sorted(found), int).reshape(-1, 2)
    return ordered[:, 0], ordered[:, 1]


def share(part: float, whole: float) -> float | None:
    """Return part / whole; None of nothing."""
    return float(part / whole) if whole else None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How far values are from the truth; None where there is nothing to say it of.

    Attributes
    ----------
    n, bias, sd, mae, worst
        Of all values together: count, mean, standard deviation, mean and largest absolute value.
    within, between
        Root of the mean variance inside a group (a leg in one trial), and standard deviation of
        the groups' means.

    """

    n: int
    bias: float | None = None
    sd: float | None = None
    mae: float | None = None
    worst: float | None = None
    within: float | None = None
    between: float | None = None


def spread(groups: Sequence[FloatArray]) -> Spread:
    """Return the spread of errors that come in groups; nan is left out.

    Examples
    --------
    >>> s = spread([np.array([1.0, 3.0]), np.array([5.0, 7.0, np.nan])])
    >>> s.n, s.bias, s.within, s.worst
    (4, 4.0, 1.0, 7.0)
    """
    finite = [g[np.isfinite(g)] for g in (np.asarray(g, float) for g in groups)]
    finite = [g for g in finite if len(g)]
    if not finite:
        return Spread(n=0)
    every = np.concatenate(finite)
    means = np.array([g.mean() for g in finite])
    return Spread(
        n=len(every),
        bias=float(every.mean()),
        sd=float(every.std(ddof=min(1, len(every) - 1))),
        mae=float(np.abs(every).mean()),
        worst=float(np.abs(every).max()),
        within=float(np.sqrt(np.mean([g.var() for g in finite]))),
        between=float(means.std(ddof=min(1, len(means) - 1))),
    )
