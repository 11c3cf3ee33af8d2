"""What Grafana would ask: every query of every dashboard and rule, its variables filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.grafana.alerts import RULES
from dashboards.grafana.written import as_json, every_dashboard

ALL = dict.fromkeys(("team", "runner", "session", "compare", "side", "shoe"), ".*")
_MS = 10**6
_BACK = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_FUNCTIONS = {
    "last", "first", "min", "max", "mean", "sum", "count", "percentile", "time", "fill", "now",
}  # fmt: skip
_WORDS = {
    "select", "as", "from", "where", "and", "or", "group", "by", "order", "desc", "asc", "limit",
    "none", "null", "previous",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query: where it stands, what it asks, and which columns are shown of the answer."""

    where: str
    query: str
    since: str
    columns: tuple[str, ...] = ()

    def filled(self, *, now_utc_ns: int, variables: Mapping[str, str]) -> str:
        """Return the query as it reaches the database."""
        text = self.query
        for name, value in variables.items():
            text = re.sub(rf"\${name}\b", lambda _, value=value: value, text)  # type: ignore[misc]
        back = _BACK[self.since[-1]] * int(self.since[:-1])
        until_ms = now_utc_ns // _MS + 1
        span = f"time >= {until_ms - 1000 * back}ms and time <= {until_ms}ms"
        text = text.replace("$timeFilter", span)
        assert not re.search(r"\$\w", text), text
        return text


def panels() -> Iterator[Asked]:
    """Give the queries of all panels."""
    for dashboard in boards():
        for panel in dashboard["panels"]:
            since = panel.get("timeFrom") or dashboard["time"]["from"].removeprefix("now-")
            shown = _shown(panel)
            for target in panel["targets"]:
                asked = set(re.findall(r"AS (\w+)", target["query"]))
                plain = {*re.findall(r"\w+", target["query"]), "Time"}
                yield Asked(
                    where=f"{dashboard['title']} / {panel['title']} / {target['refId']}",
                    query=target["query"],
                    since=since,
                    columns=tuple(name for name in shown if name in (asked or plain)),
                )


def marks() -> Iterator[Asked]:
    """Give the queries of all marks."""
    for dashboard in boards():
        for one in dashboard["annotations"].get("list", ()):
            target = one["target"]
            columns = (target["textColumn"], *target["tagsColumn"].split(","))
            since = dashboard["time"]["from"].removeprefix("now-")
            where = f"{dashboard['title']} / {one['name']}"
            yield Asked(where=where, query=target["query"], since=since, columns=columns)


def variables() -> Iterator[tuple[str, str]]:
    """Give the queries of all variables, by the name of their tag."""
    for dashboard in boards():
        for one in dashboard["templating"]["list"]:
            yield one["name"], one["query"]


def rules() -> Iterator[Asked]:
    """Give the queries of all alert rules."""
    for rule in RULES:
        for ref, query in rule.queries.items():
            yield Asked(where=f"{rule.title} / {ref}", query=query, since="1d")


def boards() -> list[dict[str, Any]]:
    """Return the dashboards as Grafana reads them."""
    return [json.loads(as_json(one)) for one in every_dashboard()]


def names_in(query: str) -> set[str]:
    """Return the fields and tags that a query reads (not what it calls them, nor measurements)."""
    text = re.sub(r"'[^']*'|=~ /[^/]*/|\$timeFilter|now\(\)|\d+(ms|[smhdw])\b", " ", query)
    made = set(re.findall(r"AS (\w+)", text))
    read = set(re.findall(r"[a-z_][a-z_0-9]*", re.sub(r"FROM \w+", " ", text)))
    return {name for name in read - made if name.lower() not in _FUNCTIONS | _WORDS}


def measurements_in(query: str) -> set[str]:
    """Return the measurements that a query reads."""
    return set(re.findall(r"FROM (\w+)", query))


def known_names(lines: list[str]) -> dict[str, set[str]]:
    """Return by measurement the tags and fields that its points have."""
    found: dict[str, set[str]] = {}
    for line in lines:
        plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line).replace("\\ ", "_").replace("\\,", "_")
        head, fields, _ = plain.split(" ")
        measurement, *tags = head.split(",")
        names = found.setdefault(measurement, set())
        names |= {tag.split("=")[0] for tag in tags}
        names |= {field.split("=")[0] for field in fields.split(",")}
    return found


def _shown(panel: Mapping[str, Any]) -> list[str]:
    for step in panel.get("transformations", ()):
        if step["id"] == "filterFieldsByName":
            return list(step["options"]["include"]["names"])
    return []
