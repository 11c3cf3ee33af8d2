"""The dashboards as code: what they read is there, nothing overlaps, and Grafana can read them."""

from __future__ import annotations

import json
import re
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import table
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from dashboards.grafana import look
from dashboards.grafana.alerts import groups
from dashboards.grafana.panels import COUNT, NEWEST, WIDTH
from dashboards.grafana.written import contents, every_dashboard, write
from tests.dashboards import grafana_queries as asked
from tests.dashboards import weeks

EVERY = [*asked.panels(), *asked.marks(), *asked.rules()]
# What product.md's coach dashboards name, and the panel that shows it.
NAMED = {
    "stridecue-team": (
        "Athletes: call in from the top", "Drift, athlete by 5 minutes",
        "Distance against the 110 % line", "Last 7 days", "Impact dose of 7 days",
        "Asymmetry against the own baseline", "Pain and effort", "Shoes", "Days of rest",
        "Alerts with their age", "How complete the data is",
    ),
    "stridecue-live": (
        "Cadence in the runner's own band", "Impact by leg", "Contact time by leg",
        "Drift of impact", "Asymmetry of impact", "Speed", "Data age of each sensor",
        "Lost samples, reconnects, clipped", "How long each stage takes",
        "Distance against the longest run",
    ),
    "stridecue-review": (
        "First against last third", "Drift", "Impact by speed", "Landings by how hard",
        "Cues: why", "Guided against silent", "Gaps, and what came late", "Both runs", "Judged by",
    ),
    "stridecue-history": (
        "Every run against the longest", "Distance of 7 days", "Impact dose: 7 days", "Spikes",
        "What every pair has run", "Impact of a pair at the same speed",
        "Where the distance was run", "Impact on a ground", "The own cadence", "The programme",
        "Pain, runs, effort",
    ),
    "stridecue-operations": (
        "Ingest lag", "Failed tries", "Queues", "Samples lost", "Reconnects", "Storage",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return weeks.lines(tmp_path_factory.mktemp("weeks"), now_utc_ns=time.time_ns())


def unknown(lines: list[str]) -> list[str]:
    """Return what queries read and no point has."""
    known = asked.known_names(lines)
    return [
        f"{one.where}: {name}"
        for one in EVERY
        for name in sorted(
            asked.names_in(one.query)
            - set().union(*(known.get(m, set()) for m in asked.measurements_in(one.query)))
        )
    ]


def test_every_field_that_a_panel_or_a_rule_reads_is_written(lines: list[str]) -> None:
    assert unknown(lines) == []


@pytest.mark.parametrize(
    "field", ["cadence_spm", "drift_level", "data_age_s", "longest_m", "waiting"]
)
def test_a_field_of_another_name_is_missed(lines: list[str], field: str) -> None:
    renamed = [line.replace(f"{field}=", "renamed=") for line in lines]
    assert unknown(renamed)


def test_one_field_has_one_type(lines: list[str]) -> None:
    types: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        measurement = line.partition(",")[0]
        for name, value in _fields(line):
            kind = "text" if value[0] == '"' else "integer" if value[-1] == "i" else "float"
            types.setdefault((measurement, name), set()).add(kind)
    assert {key: found for key, found in types.items() if len(found) > 1} == {}


def _fields(line: str) -> list[tuple[str, str]]:
    body = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line).replace("\\ ", "_").split(" ")[1]
    return [(key, value) for key, _, value in (one.partition("=") for one in body.split(","))]


@pytest.mark.parametrize("board", asked.boards(), ids=lambda board: str(board["uid"]))
def test_panels_stand_on_the_grid_and_on_nobody_else(board: dict[str, Any]) -> None:
    places = {panel["title"]: panel["gridPos"] for panel in board["panels"]}
    assert len(places) == len(board["panels"])
    assert len({panel["id"] for panel in board["panels"]}) == len(places)
    assert all(at["x"] >= 0 and at["x"] + at["w"] <= WIDTH for at in places.values())
    for (one, a), (other, b) in combinations(places.items(), 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        below = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or below, f"{one} and {other}"


@pytest.mark.parametrize("board", asked.boards(), ids=lambda board: str(board["uid"]))
def test_everything_a_coach_was_promised_is_a_panel(board: dict[str, Any]) -> None:
    titles = [panel["title"] for panel in board["panels"]]
    for name in NAMED[board["uid"]]:
        assert any(title.startswith(name) for title in titles), name


@pytest.mark.parametrize("board", asked.boards(), ids=lambda board: str(board["uid"]))
def test_every_panel_says_what_it_shows_and_that_it_has_no_data(board: dict[str, Any]) -> None:
    for panel in board["panels"]:
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["noValue"] == look.NO_DATA


def test_an_athletes_lines_have_their_age_their_number_and_a_band_or_a_reason() -> None:
    for board in asked.boards():
        for panel in board["panels"]:
            names = [target["alias"] for target in panel["targets"]]
            if panel["type"] != "timeseries" or board["uid"] == "stridecue-operations":
                continue
            if NEWEST not in names:
                assert (
                    "n stands" in panel["description"] or "a page has shown" in panel["description"]
                )
                continue
            assert COUNT in names
            looks = json.dumps(panel["fieldConfig"]["overrides"])
            own = "fillBelowTo" in looks or "own usual" in panel["description"]
            own = own or any("longest" in name or "4 weeks" in name for name in names)
            assert own or "No band" in panel["description"], panel["title"]


def test_no_colour_is_red_or_green() -> None:
    text = "".join(text for name, text in contents() if name.startswith("dashboards/"))
    assert not any(
        word in text.lower() for word in ('"red"', '"green"', "dark-red", "semi-dark-green")
    )


@pytest.mark.parametrize("made", every_dashboard(), ids=lambda made: str(made.uid))
def test_what_is_written_survives_grafanas_own_reading(made: Dashboard) -> None:
    register_default_plugins()
    written = json.loads(json.dumps(made, cls=JSONEncoder))
    read = Dashboard.from_json(written)
    for one in read.templating.list_val or ():
        one.auto = one.auto_min = one.auto_count = None  # of variables of another type
    for panel in read.panels or ():
        if isinstance(panel, Panel) and isinstance(panel.options, table.Options):
            panel.options.footer = None  # of older servers
    assert json.loads(json.dumps(read, cls=JSONEncoder)) == written


def test_variables_of_a_database_carry_nothing_of_other_variables() -> None:
    for board in asked.boards():
        for one in board["templating"]["list"]:
            assert not [key for key in one if key.startswith("auto")]


def test_rules_wait_and_know_a_state_of_no_data() -> None:
    found = groups()
    assert found["apiVersion"] == 1
    rules = [rule for group in found["groups"] for rule in group["rules"]]
    assert len({rule["uid"] for rule in rules}) == len(rules) == 8
    for rule in rules:
        assert rule["for"] not in {"", "0s"}
        assert rule["noDataState"] in {"NoData", "Alerting"}
        refs = [step["refId"] for step in rule["data"]]
        assert rule["condition"] in refs
        assert all(step["model"]["refId"] == step["refId"] for step in rule["data"])
        for label in ("runner", "side", "gateway"):
            if f".Labels.{label}" in rule["annotations"]["summary"]:
                assert label in rule["data"][0]["model"]["query"].partition("GROUP BY")[2]


def test_the_files_around_fit_together(tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path).as_posix(): path for path in write(tmp_path)}
    provided = {
        name: yaml.safe_load(path.read_text())
        for name, path in written.items()
        if name.startswith("provisioning/")
    }
    assert all(content["apiVersion"] == 1 for content in provided.values())
    (source,) = provided["provisioning/datasources/stridecue.yaml"]["datasources"]
    (provider,) = provided["provisioning/dashboards/stridecue.yaml"]["providers"]
    contacts = provided["provisioning/alerting/contacts.yaml"]
    rules = provided["provisioning/alerting/rules.json"]
    uids = {
        target["datasource"]["uid"]
        for board in asked.boards()
        for panel in board["panels"]
        for target in panel["targets"]
    }
    assert uids == {source["uid"]}
    assert source["type"] == "influxdb"
    assert provider["options"]["path"].startswith("/etc/grafana/")
    receivers = {point["name"] for point in contacts["contactPoints"]}
    (policy,) = contacts["policies"]
    assert {policy["receiver"], *(route["receiver"] for route in policy["routes"])} <= receivers
    mutes = {one["name"] for one in contacts["muteTimes"]}
    assert {m for route in policy["routes"] for m in route.get("mute_time_intervals", ())} <= mutes
    areas = {rule["labels"]["area"] for group in rules["groups"] for rule in group["rules"]}
    matched = {
        m[2] for route in policy["routes"] for m in route["object_matchers"] if m[0] == "area"
    }
    assert areas == matched == {"athlete", "service"}
    assert len([name for name in written if name.startswith("dashboards/")]) == 5
