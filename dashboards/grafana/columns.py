"""Panels that show a query's columns as they are: tables, bars, points of one against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.models import barchart, common
from grafana_foundation_sdk.models import dashboard as d
from grafana_foundation_sdk.models import table as tables
from grafana_foundation_sdk.models import xychart as scatters

from dashboards.grafana.influxql import InfluxQuery
from dashboards.grafana.panels import LEGEND, TOOLTIP, Size, panel


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
    sorting = [] if sort is None else [common.TableSortByFieldState(display_name=sort, desc=True)]
    return panel(
        "table",
        title,
        queries,
        about=about,
        size=size,
        options=_unadorned(tables.Options(show_header=True, sort_by=sorting)),
        custom={"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False},
        looks=looks,
        time_from=time_from,
        steps=_steps(columns, join=join, merge=merge, before=before),
    )


def _steps(
    columns: Mapping[str, str],
    *,
    join: str | None,
    merge: bool,
    before: Sequence[d.DataTransformerConfig],
) -> list[d.DataTransformerConfig]:
    """Return how the queries' rows become the table's; what is done before needs all columns."""
    keep, organize = _only(columns)
    steps = [] if before else [keep]
    if join is not None:
        by = {"byField": join, "mode": "outer"}
        steps.append(d.DataTransformerConfig(id_val="joinByField", options=by))
    if merge:
        steps.append(d.DataTransformerConfig(id_val="merge", options={}))
    return [*steps, *before, *([keep] if before else []), organize]


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
    return panel(
        "barchart",
        title,
        queries,
        about=about,
        size=size,
        options=barchart.Options(
            legend=LEGEND,
            tooltip=TOOLTIP,
            orientation=common.VizOrientation.HORIZONTAL,
            x_field=next(iter(columns.values())),
            show_value=common.VisibilityMode.AUTO,
            group_width=0.7,
            bar_width=0.9,
            stacking=common.StackingMode.NONE,
        ),
        custom=barchart.FieldConfig(line_width=1, fill_opacity=70),
        unit=unit,
        looks=looks,
        time_from=time_from,
        steps=_only(columns),
    )


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
    return panel(
        "xychart",
        title,
        queries,
        about=about,
        size=size,
        options=scatters.Options(
            mapping=scatters.SeriesMapping.AUTO,
            series=[
                scatters.XYSeriesConfig(
                    x=scatters.XychartXYSeriesConfigX(
                        matcher=scatters.MatcherConfig(id_val="byName", options=columns[x])
                    )
                )
            ],
            legend=LEGEND,
            tooltip=TOOLTIP,
        ),
        custom=scatters.FieldConfig(show=scatters.XYShowMode.POINTS, fill_opacity=50),
        looks=looks,
        steps=_only(columns),
    )


def _only(
    columns: Mapping[str, str],
) -> tuple[d.DataTransformerConfig, d.DataTransformerConfig]:
    """Return what leaves these columns, and what orders and names them."""
    keep = {"include": {"names": list(columns)}}
    shown = {
        "indexByName": {name: at for at, name in enumerate(columns)},
        "renameByName": dict(columns),
        "excludeByName": {},
    }
    return (
        d.DataTransformerConfig(id_val="filterFieldsByName", options=keep),
        d.DataTransformerConfig(id_val="organize", options=shown),
    )
