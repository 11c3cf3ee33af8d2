"""Operations: whether everything arrives, and what to look at when it does not."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.boards import Kind, board
from dashboards.grafana.columns import rows
from dashboards.grafana.influxql import RUNNERS, TEAM, series, table
from dashboards.grafana.panels import Size, lines

_HEALTH = f"FROM health WHERE {TEAM} AND $timeFilter"
_EVERY = "GROUP BY time(30s), gateway, part fill(none)"
_PARTS = "$tag_gateway $tag_part"


def operations() -> d.Dashboard:
    """Return the dashboard."""
    kind = Kind(
        uid="stridecue-operations",
        title="stridecue: operations",
        about="How the service itself is. Every gateway says so every 10 s.",
        since="now-3h",
        refresh="10s",
    )
    panels = [
        [_gateways(), _lag()],
        [_queues(), _errors()],
        [_lost(), _reconnects()],
        [_storage(), _sensors()],
    ]
    return board(kind, panels, variables=("team", "runner", "side"))


def _gateways() -> d.Panel:
    told = "last(running) AS running, last(utc_ms) AS said, count(running) AS n"
    return rows(
        "Gateways",
        [table(f"SELECT {told} {_HEALTH} GROUP BY gateway")],
        about="A gateway that ended in order says so; one that is silent after `running` is lost.",
        columns={"gateway": "Gateway", "running": "State", "said": "Last word", "n": "n"},
        looks=[
            look.as_words("State", {0: ("○ ended", look.GREY), 1: ("● running", look.BLUE)}),
            look.override("Last word", [("unit", "dateTimeFromNow")]),
        ],
        size=Size(w=8),
    )


def _lag() -> d.Panel:
    where = f"FROM latency WHERE {RUNNERS} GROUP BY time(30s), kind fill(none)"
    return lines(
        "Ingest lag, by kind of record",
        [
            series(f"SELECT percentile(gateway_ms, 95) {where}", "$tag_kind: radio p95"),
            series(f"SELECT percentile(analytics_ms, 95) {where}", "$tag_kind: analysis p95"),
            series(f"SELECT percentile(published_ms, 95) {where}", "$tag_kind: published p95"),
        ],
        about="From the completing sample to the gateway, through the analysis, to the pages. "
        "How far this database is behind stands under queues: rows that wait for influx.",
        unit="ms",
        looks=[look.matching(".*radio.*", look.line_of(look.ORANGE, dashed=True))],
        size=Size(w=16),
    )


def _queues() -> d.Panel:
    return lines(
        "Queues",
        [series(f"SELECT last(waiting) {_HEALTH} {_EVERY}", _PARTS)],
        about="What waits for each sink. `influx` is rows of the store that this database lacks: "
        "they wait on disk and are never lost.",
    )


def _errors() -> d.Panel:
    return lines(
        "Failed tries, and what was dropped",
        [
            series(f"SELECT last(failures) {_HEALTH} {_EVERY}", f"{_PARTS}: failed tries"),
            series(f"SELECT last(dropped) {_HEALTH} {_EVERY}", f"{_PARTS}: dropped"),
        ],
        about="Since the service started. A failed try is made again; what a sink dropped, or a "
        "database refuses for good, is lost for it (the store has it).",
        looks=[look.matching(".*dropped", look.line_of(look.ORANGE, dashed=True))],
    )


def _lost() -> d.Panel:
    each = "GROUP BY time(30s), runner, side fill(none)"
    return lines(
        "Samples lost on the radio",
        [
            series(
                f"SELECT max(samples_lost) FROM link WHERE {RUNNERS} {each}",
                "$tag_runner $tag_side",
            ),
            series(
                "SELECT count(length_s) FROM gap"
                f" WHERE {RUNNERS} GROUP BY time(1m), runner, side fill(none)",
                "$tag_runner $tag_side: gaps a minute",
            ),
        ],
        about="What never came, since the session's start. Packets that came twice or out of order "
        "are put right by their numbers before anything counts them, so there is no figure.",
        looks=[look.matching(".*right.*", look.DASHED)],
    )


def _reconnects() -> d.Panel:
    each = "GROUP BY time(30s), runner, side fill(none)"
    return lines(
        "Reconnects",
        [
            series(
                f"SELECT max(reconnects) FROM link WHERE {RUNNERS} {each}",
                "$tag_runner $tag_side",
            )
        ],
        about="Of each sensor, since the session's start. All sensors of a gateway at one moment: "
        "its adapter restarted (the system does not say so by itself).",
        looks=[look.matching(".*right.*", look.DASHED)],
    )


def _storage() -> d.Panel:
    disk = f"{_HEALTH} AND part = 'disk' GROUP BY time(30s), gateway fill(none)"
    return lines(
        "Storage",
        [
            series(f"SELECT last(used_bytes) {disk}", "$tag_gateway: store"),
            series(f"SELECT last(free_bytes) {disk}", "$tag_gateway: free"),
        ],
        about="What the store takes, and what is left on its disk.",
        unit="bytes",
        looks=[look.matching(".*free", look.line_of(look.ORANGE, dashed=True))],
    )


def _sensors() -> d.Panel:
    told = (
        "last(state) AS state, last(battery_pct) AS battery, last(rssi_dbm) AS signal,"
        " last(clock_uncertainty_s) * 1000 AS clock, last(utc_ms) AS seen"
    )
    return rows(
        "Sensors",
        [table(f"SELECT {told} FROM link WHERE {RUNNERS} GROUP BY runner, side")],
        about="The last word about each.",
        columns={
            "runner": "Runner",
            "side": "Side",
            "state": "State",
            "battery": "Battery",
            "signal": "Signal",
            "clock": "Clock to within",
            "seen": "Said",
        },
        looks=[
            look.override("Battery", [("unit", "percent"), ("decimals", 0)]),
            look.override("Signal", [("unit", "dBm"), ("decimals", 0)]),
            look.override("Clock to within", [("unit", "ms"), ("decimals", 1)]),
            look.override("Said", [("unit", "dateTimeFromNow")]),
        ],
    )
