"""A runner's simulated week, with a `sum` of floats that is not this Python's.

`python -m tests.laws.other_sum plain|compensated` prints a digest of all that the store then has.
Up to Python 3.11 `sum` adds floats one after the other, from 3.12 on it makes up for what is
rounded away (Neumaier 1974, ZAMM).
"""

from __future__ import annotations

import builtins
import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def plain(values: Iterable[Any], /, start: Any = 0) -> Any:  # noqa: ANN401 - as the builtin
    """Return the sum as Python 3.11 does."""
    total = start
    for value in values:
        total = total + value
    return total


def compensated(values: Iterable[Any], /, start: Any = 0) -> Any:  # noqa: ANN401 - as the builtin
    """Return the sum as Python 3.12 does, where all are plain floats."""
    listed = list(values)
    if not listed or any(type(value) is not float for value in listed):
        return plain(listed, start)
    total, lost = float(start), 0.0
    for value in listed:
        after = total + value
        larger, smaller = (total, value) if abs(total) >= abs(value) else (value, total)
        lost += (larger - after) + smaller
        total = after
    return total + lost


SUMS: dict[str, Callable[..., Any]] = {"plain": plain, "compensated": compensated}


def week() -> str:
    """Return the digest of a week's runs, one of them from raw samples."""
    from analytics.records import Placement  # noqa: PLC0415 - after `sum` is another
    from dashboards.store import Store  # noqa: PLC0415
    from stridecue.season_plan import SeasonPlan  # noqa: PLC0415
    from stridecue.season_runner import build_one  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        plan = SeasonPlan(
            runners=("anna",),
            seed=1,
            weeks=1,
            today="2026-06-17",
            zone="Europe/Copenhagen",
            placement=Placement.SHOE,
            store=Path(folder) / "stridecue.db",
            raw_min=1.0,
        )
        built = build_one(plan, 0, done=lambda: None)
        assert built.strides > 10_000, built.strides
        with Store(plan.store) as store:
            names = store.read("SELECT name FROM sqlite_master WHERE type = 'table'", ())
            tables = sorted(row["name"] for row in names)
            rows = [store.read(f"SELECT * FROM {name}", ()) for name in tables]  # noqa: S608 - ours
    return hashlib.sha256(repr([list(map(dict, some)) for some in rows]).encode()).hexdigest()


if __name__ == "__main__":
    builtins.sum = SUMS[sys.argv[1]]
    sys.stdout.write(week())
