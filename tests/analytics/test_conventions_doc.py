"""The page of conventions tells how each metric of a stride is read, and what trust costs."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from analytics import impact
from analytics.kernels import mount, shock
from analytics.kernels.tuning import IMPACT_S, SHOCK_HZ
from analytics.records import Stride
from analytics.surface import SUREST

PAGE = (Path(__file__).parents[2] / "docs" / "conventions.md").read_text()
NO_METRIC = {"worn", "contact_index", "reasons", "revision"}


def test_every_metric_of_a_stride_and_no_other_is_in_the_table() -> None:
    table = PAGE.split("## How each stride metric is read")[1].split("* **What peaks")[0]
    cells = re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)[1:]
    told = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(told) == sorted({f.name for f in fields(Stride)} - NO_METRIC)


def test_the_factors_of_trust_are_those_of_the_code() -> None:
    factors = dict(re.findall(r"^\| ([^|]+) \| (0\.\d+) \|$", PAGE, re.MULTILINE))
    assert {name: float(value) for name, value in factors.items()} == {
        "`clipped` by the accelerometer": impact.CLIPPED,
        "`clipped` by the gyroscope": impact.TURN_CLIPPED,
        "frozen": impact.FROZEN,
        f"sampled below {impact.SLOW_RATE_HZ:.0f} Hz": impact.SLOWEST,
        f"sampled from {impact.SLOW_RATE_HZ:.0f} to {impact.RATE_HZ:.0f} Hz": impact.SLOW,
        "no toe-off": impact.NO_TOE_OFF,
        "no axial peak": impact.NO_AXIS,
    }


def test_the_figures_on_the_page_are_those_of_the_code() -> None:
    for told in (
        f"{IMPACT_S * 1000:.0f} ms after initial contact",
        f"low-passed at {SHOCK_HZ:.0f} Hz",
        f"over {shock.BAND_S * 1000:.0f} ms",
        f"standing still for {mount.STILL_S:.0f} s",
        f"for {mount.MOVED_AFTER} strides in a row",
        f"never surer than {SUREST}",
    ):
        assert told in PAGE, told
