"""Figures as they are drawn: what pictures set is read, and every point of theirs is there.

By us, that is, and by plotly, which refuses every property it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, cast
from xml.etree import ElementTree as ET

from plotly import graph_objects

from dashboards.drawing.figure import KNOWN
from dashboards.plots.picture import Picture


def elements(drawn: str, tag: str) -> list[ET.Element]:
    """Return the elements of a drawing, which has to be well-formed, under a tag."""
    return list(ET.fromstring(drawn).iter(tag))  # noqa: S314 - our own


def tooltips(drawn: str) -> list[str]:
    """Return what the marks say when they are pointed at."""
    return [element.text or "" for element in elements(drawn, "title")]


def figure_of(picture: Picture) -> dict[str, Any]:
    """Return a picture's figure: the drawing knows all of it, and has a mark for each point."""
    told_of = json.loads(json.dumps(picture.as_dict()))
    drawn, figure = told_of["drawing"], told_of["figure"]
    assert drawn is not None, picture.text
    graph_objects.Figure(data=figure["data"], layout=figure["layout"])
    _known("layout", figure["layout"])
    for axis in ("xaxis", "yaxis"):
        _known("axis", figure["layout"].get(axis, {}))
    told = 0
    for trace in figure["data"]:
        _known("trace", trace)
        _known("marker", trace.get("marker", {}))
        if "hovertemplate" in trace:
            told += sum(None not in both for both in zip(trace["x"], trace["y"], strict=True))
    assert len(tooltips(drawn)) == told, picture.name
    return cast("dict[str, Any]", figure)


def _known(part: str, properties: Iterable[str]) -> None:
    assert set(properties) <= KNOWN[part], part
