"""How things look: blue and orange with a shape beside each colour, grey for what is not known.

Blue and orange are told apart by nearly everybody, whatever their colour vision (Okabe & Ito
2008); yet no colour says anything alone: a line is dashed or has points, a state is a word with a
sign of its own. That nothing is known is a state, not a colour of "good".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from grafana_foundation_sdk.models import dashboard as d

BLUE, ORANGE, DARK, GREY = "#0072B2", "#E69F00", "#D55E00", "#8E8E8E"
NO_DATA = "no data"

Words: TypeAlias = Mapping[int | str, tuple[str, str]]
# What a form point's `drift_level` says.
STATES: Words = {0: ("● own form", BLUE), 1: ("▲ changing", ORANGE), 2: ("◆ FADING: call in", DARK)}

Properties: TypeAlias = Sequence[tuple[str, object]]


DASHED: Properties = (("custom.lineStyle", {"fill": "dash", "dash": [8, 6]}),)


def override(name: str, properties: Properties) -> d.DashboardFieldConfigSourceOverrides:
    """Return how the series or column of that name looks."""
    return d.DashboardFieldConfigSourceOverrides(
        matcher=d.MatcherConfig(id_val="byName", options=name),
        properties=[d.DynamicConfigValue(id_val=key, value=value) for key, value in properties],
    )


def matching(pattern: str, properties: Properties) -> d.DashboardFieldConfigSourceOverrides:
    """Return how the series of these names look; `pattern` is a regular expression."""
    found = override(pattern, properties)
    found.matcher.id_val = "byRegexp"
    return found


def line_of(colour: str, *, dashed: bool = False, width: int = 2) -> Properties:
    """Return a line's look: its colour and, for the second of two, its dashes and points."""
    style = {"fill": "dash", "dash": [8, 6]} if dashed else {"fill": "solid"}
    return (
        ("color", {"mode": "fixed", "fixedColor": colour}),
        ("custom.lineWidth", width),
        ("custom.lineStyle", style),
        ("custom.showPoints", "always" if dashed else "never"),
    )


def band(low: str, high: str, colour: str) -> list[d.DashboardFieldConfigSourceOverrides]:
    """Return the shaded band between two series."""
    edge: Properties = (
        ("color", {"mode": "fixed", "fixedColor": colour}),
        ("custom.lineWidth", 0),
        ("custom.fillOpacity", 18),
        ("custom.showPoints", "never"),
    )
    return [override(high, [*edge, ("custom.fillBelowTo", low)]), override(low, edge[:2])]


def quiet(name: str, unit: str) -> d.DashboardFieldConfigSourceOverrides:
    """Return a series that stands in the legend with its last value and is not drawn."""
    hidden = {"viz": True, "legend": False, "tooltip": False}
    return override(
        name,
        [
            ("unit", unit),
            ("custom.hideFrom", hidden),
            ("custom.axisPlacement", "hidden"),
            ("color", {"mode": "fixed", "fixedColor": GREY}),
        ],
    )


def words(values: Words) -> list[Any]:
    """Return what values are called, and that none is a state of its own."""
    options = {
        str(value): d.ValueMappingResult(text=text, color=colour, index=at)
        for at, (value, (text, colour)) in enumerate(values.items())
    }
    missing = d.DashboardSpecialValueMapOptions(
        match=d.SpecialValueMatch.NULL_AND_NAN,
        result=d.ValueMappingResult(text=f"○ {NO_DATA}", color=GREY, index=len(options)),
    )
    return [d.ValueMap(options=options), d.SpecialValueMap(options=missing)]


def as_words(name: str, values: Words) -> Any:  # noqa: ANN401 - the package's override
    """Return a column whose values are words on their colour."""
    return override(
        name,
        [
            ("mappings", words(values)),
            ("custom.cellOptions", {"type": "color-text"}),
        ],
    )
