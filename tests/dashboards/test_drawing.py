"""Drawings: each mark where its value lies, in the shape that its picture gives it."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.drawing.axis import axis_of
from dashboards.drawing.figure import drawing
from dashboards.drawing.ticks import day_ticks, number_ticks
from dashboards.plots.picture import STRIPES, bars, columns, dots, line
from tests.dashboards.drawing import elements, tooltips

FIELD_PX = 226.0  # of a picture of 300 px


def drawn(*traces: dict[str, Any], **layout: object) -> str:
    return drawing("runs", traces, layout)


def test_a_bar_stands_on_zero_and_is_as_high_as_its_value() -> None:
    out = drawn(
        columns("km", [0, 1], [5.0, 10.0], marker={"color": "#0000ff"}, hover="%{y:.0f} km")
    )
    low, high = [e for e in elements(out, "rect") if e.get("fill") == "#0000ff"]
    assert float(high.get("height", 0)) == pytest.approx(2 * float(low.get("height", 0)), abs=0.2)
    for bar in (low, high):
        foot_px = float(bar.get("y", 0)) + float(bar.get("height", 0))
        assert foot_px == pytest.approx(FIELD_PX, abs=0.1)
    assert tooltips(out) == ["5 km", "10 km"]


def test_grouped_bars_stand_beside_each_other_and_the_second_is_striped() -> None:
    traces = [
        columns(name, ["a", "b"], [1.0, 2.0], marker=look, hover="%{y}")
        for name, look in (
            ("left", {"color": "#0000ff"}),
            ("right", {"color": "#ff8800", "pattern": STRIPES}),
        )
    ]
    out = drawn(*traces, barmode="group")
    ends = [
        [_pct(e, "x"), _pct(e, "x") + _pct(e, "width")]
        for e in elements(out, "rect")
        if e.get("fill", "").startswith("#") and e.get("x", "").endswith("%")
    ]
    left_a, left_b, right_a, right_b = ends
    assert left_a[1] == pytest.approx(right_a[0], abs=0.02)
    assert left_b[1] == pytest.approx(right_b[0], abs=0.02)
    assert right_a[1] < left_b[0]
    assert sum(e.get("fill") == "url(#stripes-runs)" for e in elements(out, "rect")) == 2


def test_a_lying_bar_begins_at_its_base() -> None:
    out = drawn(
        bars("alarm", ["Impact"], [(600.0, 1200.0)], marker={"color": "#0000ff"}),
        xaxis={"range": [0, 40]},
    )
    (bar,) = [e for e in elements(out, "rect") if e.get("fill") == "#0000ff"]
    assert (_pct(bar, "x"), _pct(bar, "width")) == (25.0, 25.0)
    assert tooltips(out) == ["10:00-20:00 alarm"]


def test_points_without_a_value_are_left_out_and_lines_break_there() -> None:
    points = dots("run", [1, 2, 3], [1.0, None, 3.0], marker={"color": "#0000ff"}, hover="%{y:.1f}")
    way = line("mean", [1, 2, 3, 4], [1.0, None, 3.0, 4.0], color="#ff8800")
    out = drawn(points, way)
    assert tooltips(out) == ["1.0", "3.0"]
    (path,) = [
        e for e in elements(out, "path") if e.get("stroke") == "#ff8800" and e.get("vector-effect")
    ]
    assert (path.get("d", "").count("M"), path.get("d", "").count("L")) == (2, 1)


def test_each_point_has_its_own_shape_and_what_was_given_to_it_says_it() -> None:
    marker = {"color": ["#0000ff", "#ff8800"], "symbol": ["circle", "triangle-up"]}
    out = drawn(
        dots("run", [1, 2], [3, 4], marker=marker, hover="%{customdata}", customdata=["<a>", "b"])
    )
    assert tooltips(out) == ["<a>", "b"]
    assert [e.get("fill") for e in elements(out, "circle")] == ["#0000ff"]
    assert [e.get("fill") for e in elements(out, "polygon")] == ["#ff8800"]


def test_names_stand_in_the_order_that_is_asked_for() -> None:
    trace = {"type": "scatter", "x": [1, 1], "y": ["low", "high"]}
    usual = axis_of([trace], "y", {})
    assert (usual.at("low"), usual.at("high")) == (0.25, 0.75)
    turned = axis_of([trace], "y", {"autorange": "reversed"})
    assert (turned.at("low"), turned.at("high")) == (0.75, 0.25)
    named = axis_of([trace], "y", {"categoryarray": ["high", "low"]})
    assert (named.at("low"), named.at("high")) == (0.75, 0.25)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_round_and_within(low: float, length: float) -> None:
    ticks = number_ticks(low, low + length)
    assert 2 <= len(ticks) <= 9
    assert len({tick.text for tick in ticks}) == len(ticks)
    for tick in ticks:
        assert low - 1e-6 * length <= tick.at <= low + length + 1e-6 * length


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(2, 3000))
def test_days_are_few_and_within(first: date, length: int) -> None:
    low = first.toordinal()
    ticks = day_ticks(low, low + length)
    assert 1 <= len(ticks) <= 10
    assert all(low <= tick.at <= low + length for tick in ticks)


@pytest.mark.parametrize("lying", [True, False])
@given(values=st.lists(st.floats(0, 1e4), min_size=1, max_size=9))
def test_whatever_is_drawn_lies_within_the_field(values: list[float], *, lying: bool) -> None:
    days = [date(2025, 1, 1 + n).isoformat() for n in range(len(values))]
    if lying:
        spans = [(60.0 * v, 60.0 * v + 60.0) for v in values]
        out = drawn(bars("b", days, spans, marker={"color": "#0000ff"}))
    else:
        out = drawn(
            columns("b", days, values, marker={"color": "#0000ff"}, hover=""),
            xaxis={"type": "date"},
        )
    for bar in (e for e in elements(out, "rect") if e.get("fill") == "#0000ff"):
        assert -0.01 <= _pct(bar, "x") <= _pct(bar, "x") + _pct(bar, "width") <= 100.02
        top_px, height_px = float(bar.get("y", 0)), float(bar.get("height", 0))
        assert -0.1 <= top_px <= top_px + height_px <= FIELD_PX + 0.2


def _pct(element: ET.Element, name: str) -> float:
    return float(element.get(name, "").removesuffix("%"))
