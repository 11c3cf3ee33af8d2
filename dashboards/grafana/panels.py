"""Panels: each kind once, with what every panel has (a sentence, "no data", what it rests on)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.models import common, statetimeline, statushistory, timeseries
from grafana_foundation_sdk.models import dashboard as d
from grafana_foundation_sdk.models import stat as stats

from dashboards.grafana import look
from dashboards.grafana.influxql import SOURCE, InfluxQuery

WIDTH = 24  # columns of Grafana's grid
NEWEST, COUNT = "newest", "n"  # what every athlete's panel has in its legend
LEGEND = common.VizLegendOptions(
    display_mode=common.LegendDisplayMode.TABLE,
    placement=common.LegendPlacement.BOTTOM,
    show_legend=True,
    calcs=["lastNotNull"],
)
TOOLTIP = common.VizTooltipOptions(mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Columns of 24, and rows of 30 pixels."""

    w: int = 12
    h: int = 8


def panel(
    kind: str,
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    options: object,
    size: Size | None = None,
    looks: Sequence[d.DashboardFieldConfigSourceOverrides] = (),
    time_from: str | None = None,
    steps: Sequence[d.DataTransformerConfig] | None = None,
    custom: object = None,
    **defaults: Any,  # noqa: ANN401 - of the package's FieldConfig
) -> d.Panel:
    """Return a panel; its place is given when the dashboard is laid out.

    `looks` are those of single series, `steps` what is done to the queries' rows, and with
    `time_from` the panel has a time of its own.
    """
    size = size or Size()
    for at, query in enumerate(queries):
        query.ref = chr(ord("A") + at)
    field = d.FieldConfig(no_value=look.NO_DATA, custom=custom, **defaults)
    return d.Panel(
        type_val=kind,
        title=title,
        description=about,
        datasource=SOURCE,
        targets=list(queries),
        grid_pos=d.GridPos(w=size.w, h=size.h),
        options=options,
        field_config=d.FieldConfigSource(defaults=field, overrides=list(looks)),
        time_from=time_from,
        transformations=None if steps is None else list(steps),
    )


def lines(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    unit: str = "",
    looks: Sequence[d.DashboardFieldConfigSourceOverrides] = (),
    size: Size | None = None,
    time_from: str | None = None,
) -> d.Panel:
    """Return lines over time."""
    return panel(
        "timeseries",
        title,
        queries,
        about=about,
        size=size,
        options=timeseries.Options(legend=LEGEND, tooltip=TOOLTIP),
        custom=timeseries.FieldConfig(
            draw_style=common.GraphDrawStyle.LINE,
            line_width=2,
            show_points=common.VisibilityMode.AUTO,
            span_nulls=False,  # a gap is shown, never filled
        ),
        unit=unit,
        looks=looks,
        time_from=time_from,
    )


def athlete(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    newest: InfluxQuery,
    count: InfluxQuery,
    looks: Sequence[d.DashboardFieldConfigSourceOverrides] = (),
    **more: Any,  # noqa: ANN401 - as `lines`
) -> d.Panel:
    """Return lines of an athlete, with the data's age and how many points there are."""
    newest.alias, count.alias = NEWEST, COUNT
    beside = [look.quiet(NEWEST, "dateTimeFromNow"), look.quiet(COUNT, "none")]
    return lines(title, [*queries, newest, count], looks=[*looks, *beside], **more)


def strip(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    values: look.Words,
    size: Size | None = None,
    time_from: str | None = None,
) -> d.Panel:
    """Return a row a series and a cell a moment, each a word: what is not known is one too."""
    return panel(
        "status-history",
        title,
        queries,
        about=about,
        size=size,
        options=statushistory.Options(
            legend=LEGEND,
            tooltip=TOOLTIP,
            show_value=common.VisibilityMode.AUTO,
            row_height=0.9,
            col_width=0.9,
        ),
        custom=statushistory.FieldConfig(line_width=1, fill_opacity=80),
        mappings=look.words(values),
        color=d.FieldColor(mode=d.FieldColorModeId.THRESHOLDS),
        time_from=time_from,
    )


def timeline(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    values: look.Words,
    size: Size | None = None,
) -> d.Panel:
    """Return a bar a series, cut where its state changes."""
    return panel(
        "state-timeline",
        title,
        queries,
        about=about,
        size=size,
        options=statetimeline.Options(
            legend=LEGEND,
            tooltip=TOOLTIP,
            show_value=common.VisibilityMode.AUTO,
            merge_values=True,
            row_height=0.9,
        ),
        custom=statetimeline.FieldConfig(line_width=0, fill_opacity=80),
        mappings=look.words(values),
    )


def number(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    unit: str = "",
    values: look.Words | None = None,
    size: Size | None = None,
    time_from: str | None = None,
) -> d.Panel:
    """Return the last value of each series, large."""
    return panel(
        "stat",
        title,
        queries,
        about=about,
        size=size or Size(w=6, h=4),
        options=stats.Options(
            reduce_options=common.ReduceDataOptions(values=False, calcs=["lastNotNull"], fields=""),
            color_mode=common.BigValueColorMode.VALUE,
            graph_mode=common.BigValueGraphMode.NONE,
            justify_mode=common.BigValueJustifyMode.AUTO,
            text_mode=common.BigValueTextMode.VALUE_AND_NAME,
            orientation=common.VizOrientation.AUTO,
        ),
        unit=unit,
        color=d.FieldColor(mode=d.FieldColorModeId.FIXED, fixed_color=look.BLUE),
        mappings=None if values is None else look.words(values),
        time_from=time_from,
    )
