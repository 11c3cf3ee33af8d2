"""Every query of every dashboard, asked of a real InfluxDB that has weeks of runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.dashboards import databases, people, weeks
from tests.dashboards import grafana_queries as asked

pytestmark = pytest.mark.databases
_ONE = {
    "team": "the club",
    "runner": people.RUNNER,
    "session": f"run {len(weeks.DAYS_AGO) - 1}",
    "compare": "run 7",
    "side": "(left|right)",
    "shoe": "(blue|old red)",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A database that has the weeks up to a moment."""

    url: str
    now_utc_ns: int

    def ask(self, query: str) -> list[dict[str, Any]]:
        return databases.asked(self.url, query, database=databases.NAME)


@pytest.fixture(scope="module")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("influx")
    now_utc_ns = time.time_ns()
    lines = weeks.lines(folder, now_utc_ns=now_utc_ns)
    with databases.influxd(folder / "influxd") as server:
        asyncio.run(_write(server.url, lines))
        yield Filled(server.url, now_utc_ns)


async def _write(url: str, lines: list[str]) -> None:
    async with databases.version_1(url).open() as writer:
        await writer.write(lines)


def values(rows: list[dict[str, Any]], column: str) -> list[Any]:
    """Return a column's values; Grafana calls the time `Time`."""
    name = "time" if column == "Time" else column
    return [row[name] for row in rows if row.get(name) is not None]


@pytest.mark.parametrize("chosen", [asked.ALL, _ONE], ids=["all", "one"])
@pytest.mark.parametrize("one", [*asked.panels(), *asked.marks()], ids=lambda one: str(one.where))
def test_a_panels_query_returns_its_columns_with_data(
    influx: Filled, one: asked.Asked, chosen: dict[str, str]
) -> None:
    rows = influx.ask(one.filled(now_utc_ns=influx.now_utc_ns, variables=chosen))
    assert rows, one.query
    told = one.columns or tuple(set(rows[0]) - {"time", "runner", "side", "kind", "shoe"})
    for column in told:
        assert values(rows, column), f"{column} is empty: {one.query}"


@pytest.mark.parametrize("one", list(asked.rules()), ids=lambda one: one.where)
def test_an_alert_rules_query_returns_values_by_label(influx: Filled, one: asked.Asked) -> None:
    rows = influx.ask(one.filled(now_utc_ns=influx.now_utc_ns, variables={}))
    assert rows, one.query
    assert all(row["team"] == "the club" for row in rows)
    plain = set(rows[0]) - {"time", "team", "runner", "session", "side", "gateway"}
    assert all(values(rows, column) for column in plain)


@pytest.mark.parametrize(
    ("name", "query"), sorted(set(asked.variables())), ids=lambda value: str(value)[:24]
)
def test_a_variables_query_lists_what_there_is(influx: Filled, name: str, query: str) -> None:
    text = query
    for one, value in asked.ALL.items():
        text = text.replace(f"${one}", value)
    found = {row["value"] for row in influx.ask(text)}
    expected = {
        "team": {"the club"},
        "runner": {people.RUNNER},
        "side": {"left", "right"},
        "shoe": {"blue", "old red"},
    }
    runs = {f"run {n}" for n in range(len(weeks.DAYS_AGO))}
    assert found == expected.get(name, runs)
