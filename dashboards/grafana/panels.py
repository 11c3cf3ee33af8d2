"""Panels: each kind once, with what every panel has (a sentence, "no data", what it rests on)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.models import barchart, common, statetimeline, statushistory, timeseries
from grafana_foundation_sdk.models import dashboard as d
from grafana_foundation_sdk.models import stat as stats
from grafana_foundation_sdk.models import table as tables
from grafana_foundation_sdk.models import xychart as scatters

from dashboards.grafana import look
from dashboards.grafana.influxql import SOURCE, InfluxQuery

WIDTH = 24  # columns of Grafana's grid
NEWEST, COUNT = "newest", "n"  # what every athlete's panel has in its legend
_LEGEND = common.VizLegendOptions(
    display_mode=common.LegendDisplayMode.TABLE,
    placement=common.LegendPlacement.BOTTOM,
    show_legend=True,
    calcs=["lastNotNull"],
)
_TOOLTIP = common.VizTooltipOptions(
    mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.NONE
)


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
    size: Size,
    options: object,
    custom: object = None,
    **defaults: Any,  # noqa: ANN401 - of the package's FieldConfig
) -> d.Panel:
    """Return a panel; its place is given when the dashboard is laid out."""
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
        field_config=d.FieldConfigSource(defaults=field, overrides=[]),
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
    made = panel(
        "timeseries",
        title,
        queries,
        about=about,
        size=size or Size(),
        options=timeseries.Options(legend=_LEGEND, tooltip=_TOOLTIP),
        custom=timeseries.FieldConfig(
            draw_style=common.GraphDrawStyle.LINE,
            line_width=2,
            show_points=common.VisibilityMode.AUTO,
            span_nulls=False,  # a gap is shown, never filled
        ),
        unit=unit,
    )
    return _finished(made, looks, time_from)


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


def rows(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    columns: Mapping[str, str],
    join: str | None = None,
    sort: str | None = None,
    looks: Sequence[d.DashboardFieldConfigSourceOverrides] = (),
    size: Size | None = None,
    time_from: str | None = None,
    before: Sequence[d.DataTransformerConfig] = (),
    merge: bool = False,
) -> d.Panel:
    """Return a table.

    Parameters
    ----------
    columns : mapping of str to str
        What the queries give, in the order it is shown, and what it is called there.
    join : str or None
        The column that says which rows of the queries are one row.
    sort : str or None
        The column (as shown) whose largest value stands on top.
    before : sequence of transformations
        Done once the rows are joined.
    merge : bool
        The queries' rows stand below each other.

    """
    keep = d.DataTransformerConfig(
        id_val="filterFieldsByName", options={"include": {"names": list(columns)}}
    )
    steps = [] if before else [keep]
    if join is not None:
        by = {"byField": join, "mode": "outer"}
        steps.append(d.DataTransformerConfig(id_val="joinByField", options=by))
    if merge:
        steps.append(d.DataTransformerConfig(id_val="merge", options={}))
    steps += before
    if before:
        steps.append(keep)
    order = {name: at for at, name in enumerate(columns)}
    shown = {"indexByName": order, "renameByName": dict(columns), "excludeByName": {}}
    steps.append(d.DataTransformerConfig(id_val="organize", options=shown))
    sorting = [] if sort is None else [common.TableSortByFieldState(display_name=sort, desc=True)]
    made = panel(
        "table",
        title,
        queries,
        about=about,
        size=size or Size(),
        options=_unadorned(tables.Options(show_header=True, sort_by=sorting)),
        custom={"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False},
    )
    made.transformations = steps
    return _finished(made, looks, time_from)


def _unadorned(options: tables.Options) -> tables.Options:
    """Return a table's options without the footer of older servers."""
    options.footer = None
    return options


def bars(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    unit: str = "",
    looks: Sequence[d.DashboardFieldConfigSourceOverrides] = (),
    size: Size | None = None,
    time_from: str | None = None,
    columns: Mapping[str, str],
) -> d.Panel:
    """Return bars, a group a row of the query; the first of `columns` names the rows."""
    made = panel(
        "barchart",
        title,
        queries,
        about=about,
        size=size or Size(),
        options=barchart.Options(
            legend=_LEGEND,
            tooltip=_TOOLTIP,
            orientation=common.VizOrientation.HORIZONTAL,
            x_field=next(iter(columns.values())),
            show_value=common.VisibilityMode.AUTO,
            group_width=0.7,
            bar_width=0.9,
            stacking=common.StackingMode.NONE,
        ),
        custom=barchart.FieldConfig(line_width=1, fill_opacity=70),
        unit=unit,
    )
    names = {"include": {"names": list(columns)}}
    renamed = {
        "indexByName": {name: at for at, name in enumerate(columns)},
        "renameByName": dict(columns),
        "excludeByName": {},
    }
    made.transformations = [
        d.DataTransformerConfig(id_val="filterFieldsByName", options=names),
        d.DataTransformerConfig(id_val="organize", options=renamed),
    ]
    return _finished(made, looks, time_from)


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
    made = panel(
        "status-history",
        title,
        queries,
        about=about,
        size=size or Size(),
        options=statushistory.Options(
            legend=_LEGEND,
            tooltip=_TOOLTIP,
            show_value=common.VisibilityMode.AUTO,
            row_height=0.9,
            col_width=0.9,
        ),
        custom=statushistory.FieldConfig(line_width=1, fill_opacity=80),
        mappings=look.words(values),
        color=d.FieldColor(mode=d.FieldColorModeId.THRESHOLDS),
    )
    return _finished(made, (), time_from)


def timeline(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    values: look.Words,
    size: Size | None = None,
) -> d.Panel:
    """Return a bar a series, cut where its state changes."""
    made = panel(
        "state-timeline",
        title,
        queries,
        about=about,
        size=size or Size(),
        options=statetimeline.Options(
            legend=_LEGEND,
            tooltip=_TOOLTIP,
            show_value=common.VisibilityMode.AUTO,
            merge_values=True,
            row_height=0.9,
        ),
        custom=statetimeline.FieldConfig(line_width=0, fill_opacity=80),
        mappings=look.words(values),
    )
    return _finished(made, (), None)


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
    made = panel(
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
    )
    return _finished(made, (), time_from)


def scatter(
    title: str,
    queries: Sequence[InfluxQuery],
    *,
    about: str,
    x: str,
    columns: Mapping[str, str],
    looks: Sequence[d.DashboardFieldConfigSourceOverrides] = (),
    size: Size | None = None,
) -> d.Panel:
    """Return points of one column against the others, `x` across."""
    made = panel(
        "xychart",
        title,
        queries,
        about=about,
        size=size or Size(),
        options=scatters.Options(
            mapping=scatters.SeriesMapping.AUTO,
            series=[
                scatters.XYSeriesConfig(
                    x=scatters.XychartXYSeriesConfigX(
                        matcher=scatters.MatcherConfig(id_val="byName", options=columns[x])
                    )
                )
            ],
            legend=_LEGEND,
            tooltip=_TOOLTIP,
        ),
        custom=scatters.FieldConfig(show=scatters.XYShowMode.POINTS, fill_opacity=50),
    )
    made.transformations = [
        d.DataTransformerConfig(
            id_val="filterFieldsByName", options={"include": {"names": list(columns)}}
        ),
        d.DataTransformerConfig(
            id_val="organize",
            options={
                "indexByName": {name: at for at, name in enumerate(columns)},
                "renameByName": dict(columns),
                "excludeByName": {},
            },
        ),
    ]
    return _finished(made, looks, None)


def _finished(
    made: d.Panel,
    looks: Sequence[d.DashboardFieldConfigSourceOverrides],
    time_from: str | None,
) -> d.Panel:
    assert made.field_config is not None  # noqa: S101 - `panel` gives one
    made.field_config.overrides = list(looks)
    if time_from is not None:
        made.time_from = time_from
    return made
