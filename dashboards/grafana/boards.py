"""What all dashboards share: variables, cue marks, the layout, and what is left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.influxql import SESSION, SOURCE, TEAM, AnnotationQuery
from dashboards.grafana.panels import WIDTH

_ALL = ".*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a dashboard is called, what it is for, over which time and how often anew."""

    uid: str
    title: str
    about: str
    since: str
    refresh: str


def tag_values(measurement: str, tag: str, *, where: str) -> str:
    """Return the query for a tag's values."""
    return f'SHOW TAG VALUES FROM "{measurement}" WITH KEY = "{tag}" WHERE {where}'


RUNNERS_OF = f"{TEAM} AND runner =~ /^$runner$/"
VARIABLES = {
    "team": ("Team", "session", "team", "team =~ /.*/"),
    "runner": ("Runner", "session", "runner", TEAM),
    "session": ("Session", "session", "session", RUNNERS_OF),
    "compare": ("Compare with", "session", "session", RUNNERS_OF),
    "side": ("Side", "link", "side", TEAM),
    "shoe": ("Shoe", "shoe", "shoe", RUNNERS_OF),
}
_ONE = ("session", "compare")  # of which one is chosen, the newest first


def variable(name: str, *, one: bool = False) -> d.VariableModel:
    """Return a choice on top of the dashboard, filled by the database."""
    label, measurement, tag, where = VARIABLES[name]
    one = one or name in _ONE
    return d.VariableModel(
        type_val=d.VariableType.QUERY,
        name=name,
        label=label,
        datasource=SOURCE,
        query=tag_values(measurement, tag, where=where),
        refresh=d.VariableRefresh.ON_TIME_RANGE_CHANGED,
        sort=d.VariableSort.ALPHABETICAL_DESC if one else d.VariableSort.ALPHABETICAL_ASC,
        multi=not one,
        include_all=not one,
        all_value=None if one else _ALL,
        current=None if one else d.VariableOption(text="All", value="$__all"),
        auto=None,  # of variables of another type
        auto_min=None,
        auto_count=None,
    )


def cue_marks() -> list[d.AnnotationQuery]:
    """Return marks for the cues a runner was told, each with what came of it."""
    fields = "text, kind, outcome, change_pct, outcome_change_pct"
    told = f"SELECT {fields} FROM cue WHERE {SESSION} AND shown = 1"
    return [
        d.AnnotationQuery(
            name="Cues and what came of them",
            datasource=SOURCE,
            icon_color=look.DARK,
            target=AnnotationQuery(told, text="text", tags="kind,outcome"),
        )
    ]


def board(
    kind: Kind,
    lines: Sequence[Sequence[d.Panel]],
    *,
    variables: Sequence[str],
    one_runner: bool = False,
    marks: Sequence[d.AnnotationQuery] = (),
) -> d.Dashboard:
    """Return a dashboard whose panels stand in lines, each line as high as its highest panel."""
    chosen = [variable(name, one=one_runner and name == "runner") for name in variables]
    return d.Dashboard(
        uid=kind.uid,
        title=kind.title,
        description=kind.about,
        tags=["stridecue"],
        editable=False,
        graph_tooltip=d.DashboardCursorSync.CROSSHAIR,
        time=d.DashboardDashboardTime(from_val=kind.since, to="now"),
        refresh=kind.refresh,
        links=[_others()],
        templating=d.DashboardDashboardTemplating(list_val=chosen),
        annotations=d.AnnotationContainer(list_val=list(marks)),
        panels=list(_laid_out(lines)),
    )


def _laid_out(lines: Sequence[Sequence[d.Panel]]) -> list[d.Panel]:
    """Give every panel its place and number; a line wider than the grid is a mistake."""
    placed: list[d.Panel] = []
    y = 0
    for line in lines:
        x = height = 0
        for one in line:
            grid = one.grid_pos
            assert grid is not None  # noqa: S101 - every panel has a size
            grid.x, grid.y = x, y
            x, height = x + grid.w, max(height, grid.h)
            one.id_val = len(placed) + 1
            placed.append(one)
        if x > WIDTH:
            message = f"a line of {x} columns from {line[0].title!r} on"
            raise ValueError(message)
        y += height
    return placed


def _others() -> d.DashboardLink:
    """Return the way to the other dashboards, with what was chosen."""
    return d.DashboardLink(
        title="stridecue",
        type_val=d.DashboardLinkType.DASHBOARDS,
        icon="external link",
        tags=["stridecue"],
        as_dropdown=True,
        include_vars=True,
        keep_time=False,
    )
