"""Live session: one athlete's run as it goes, against the athlete's own form."""

from __future__ import annotations

from typing import Any

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.boards import Kind, board, cue_marks
from dashboards.grafana.influxql import LEGS, RUNNERS, SESSION, InfluxQuery, series
from dashboards.grafana.panels import Size, athlete, lines, number

_EVERY = "GROUP BY time(5s) fill(none)"  # a window every 5 s
_LEFT, _RIGHT = look.line_of(look.BLUE), look.line_of(look.ORANGE, dashed=True)


def live() -> d.Dashboard:
    """Return the dashboard."""
    kind = Kind(
        uid="stridecue-live",
        title="stridecue: live session",
        about="One run, window by window; bands are the runner's own at the speed of the moment.",
        since="now-30m",
        refresh="5s",
    )
    panels = [
        [_state(), _age(), _distance_now(), _activity()],
        [_cadence(), _drift()],
        [_impact(), _contact()],
        [_asymmetry(), _speed()],
        [_distance(), _ages()],
        [_loss(), _latency()],
    ]
    return board(
        kind,
        panels,
        variables=("team", "runner", "session", "side"),
        one_runner=True,
        marks=cue_marks(),
    )


def form(title: str, queries: list[InfluxQuery], **more: Any) -> d.Panel:  # noqa: ANN401 - as `lines`
    """Return lines of form windows, with their age and number."""
    return athlete(
        title,
        queries,
        newest=series(f"SELECT last(utc_ms) FROM form WHERE {SESSION}", ""),
        count=series(f"SELECT count(at_s) FROM form WHERE {SESSION}", ""),
        **more,
    )


def windows(field: str, name: str) -> InfluxQuery:
    """Return one field of the form windows over time."""
    return series(f"SELECT mean({field}) FROM form WHERE {SESSION} {_EVERY}", name)


def _state() -> d.Panel:
    return number(
        "Form",
        [series(f"SELECT last(drift_level) FROM form WHERE {SESSION}", "form")],
        about="What drift has been noticed. Without a baseline of the runner's own there is none.",
        values=look.STATES,
    )


def _activity() -> d.Panel:
    return number(
        "Doing",
        [series(f"SELECT last(activity) FROM form WHERE {SESSION}", "doing")],
        about="What most of the last 30 s was.",
    )


def _age() -> d.Panel:
    return number(
        "Newest data",
        [series(f"SELECT last(utc_ms) FROM form WHERE {SESSION}", "newest window")],
        about="When the newest window ended.",
        unit="dateTimeFromNow",
    )


def _distance_now() -> d.Panel:
    percent = f"SELECT 100 * last(distance_m) / last(longest_m) FROM distance WHERE {SESSION}"
    return number(
        "Of the longest run of 30 days",
        [series(percent, "of the longest")],
        about="Above 110 % a run is called a spike (Frandsen 2025).",
        unit="percent",
    )


def _cadence() -> d.Panel:
    return form(
        "Cadence in the runner's own band",
        [
            windows("cadence_spm", "cadence"),
            windows("cadence_low_spm", "own from"),
            windows("cadence_high_spm", "own to"),
        ],
        about="Steps a minute of both feet. The band is the runner's own at this speed, two "
        "spreads wide; 170-180 is nobody's target here. Marks are cues, with what came of them.",
        unit="none",
        looks=[
            look.override("cadence", look.line_of(look.BLUE)),
            *look.band("own from", "own to", look.GREY),
        ],
    )


def _legs(title: str, field: str, *, about: str, unit: str) -> d.Panel:
    queries = []
    for side in ("left", "right"):
        for part, name in (("", side), ("_low", f"{side}, own from"), ("_high", f"{side}, own to")):
            queries.append(windows(field.format(f"{side}{part}"), name))
    return form(
        title,
        queries,
        about=about,
        unit=unit,
        looks=[
            look.override("left", _LEFT),
            look.override("right", _RIGHT),
            *look.band("left, own from", "left, own to", look.BLUE),
            *look.band("right, own from", "right, own to", look.ORANGE),
        ],
    )


def _impact() -> d.Panel:
    return _legs(
        "Impact by leg",
        "peak_accel_{}_g",
        about="Peak acceleration of shin or shoe at landing (resultant). Not the force on bone.",
        unit="accG",
    )


def _contact() -> d.Panel:
    return _legs(
        "Contact time by leg",
        "contact_time_{}_s",
        about="From initial contact to toe-off.",
        unit="s",
    )


def _drift() -> d.Panel:
    return form(
        "Drift of impact: as measured, and with speed taken out",
        [
            windows("peak_accel_change_raw_pct", "as measured"),
            windows("peak_accel_change_pct", "speed taken out"),
            windows("cadence_change_pct", "cadence, speed taken out"),
        ],
        about="Change against the runner's own fresh form: 0 is the own usual. A runner who slows "
        "down lands softer as measured while the change that counts grows.",
        unit="percent",
        looks=[
            look.override("as measured", look.line_of(look.GREY, dashed=True)),
            look.override("speed taken out", look.line_of(look.BLUE)),
            look.override("cadence, speed taken out", look.line_of(look.ORANGE, dashed=True)),
        ],
    )


def _asymmetry() -> d.Panel:
    return form(
        "Asymmetry of impact in the own band",
        [
            windows("asymmetry_pct", "asymmetry"),
            windows("asymmetry_low_pct", "own from"),
            windows("asymmetry_high_pct", "own to"),
        ],
        about="Positive: the left is larger.",
        unit="percent",
        looks=[
            look.override("asymmetry", look.line_of(look.BLUE)),
            *look.band("own from", "own to", look.GREY),
        ],
    )


def _speed() -> d.Panel:
    return form(
        "Speed",
        [windows("speed_mps", "speed")],
        about="No band: speed is the runner's choice, and what the other bands are matched to.",
        unit="velocityms",
        looks=[look.override("speed", look.line_of(look.BLUE))],
    )


def _distance() -> d.Panel:
    where = f"FROM distance WHERE {SESSION} GROUP BY time(10s) fill(none)"
    return athlete(
        "Distance against the longest run of 30 days",
        [
            series(f"SELECT last(distance_m) {where}", "distance"),
            series(f"SELECT last(longest_m) {where}", "longest of 30 days"),
            series(f"SELECT last(longest_m) * 1.1 {where}", "110 %"),
        ],
        newest=series(f"SELECT last(utc_ms) FROM distance WHERE {SESSION}", ""),
        count=series(f"SELECT count(running_s) FROM distance WHERE {SESSION}", ""),
        about="Told every 10 s and 10 s old. Without a run of known distance in 30 days there is "
        "no line.",
        unit="lengthm",
        looks=[
            look.override("distance", look.line_of(look.BLUE)),
            look.override("longest of 30 days", look.line_of(look.GREY)),
            look.override("110 %", look.line_of(look.DARK, dashed=True)),
        ],
    )


def _ages() -> d.Panel:
    ages = f"SELECT last(data_age_s) FROM link WHERE {LEGS} GROUP BY time(5s), side fill(none)"
    battery = f"SELECT last(battery_pct) FROM link WHERE {LEGS} GROUP BY side"
    return athlete(
        "Data age of each sensor",
        [series(ages, "$tag_side"), series(battery, "$tag_side battery %")],
        newest=series(f"SELECT last(utc_ms) FROM link WHERE {LEGS}", ""),
        count=series(f"SELECT count(reconnects) FROM link WHERE {LEGS}", ""),
        about="How long before the gateway's word the sensor's newest samples had come. No band: "
        "it is the radio's, not the runner's.",
        unit="s",
        looks=[
            look.override("left", _LEFT),
            look.override("right", _RIGHT),
            look.quiet("left battery %", "percent"),
            look.quiet("right battery %", "percent"),
        ],
    )


def _loss() -> d.Panel:
    every = "GROUP BY time(10s), side fill(none)"
    return lines(
        "Lost samples, reconnects, clipped landings",
        [
            series(f"SELECT max(samples_lost) FROM link WHERE {LEGS} {every}", "$tag_side lost"),
            series(f"SELECT max(reconnects) FROM link WHERE {LEGS} {every}", "$tag_side again"),
            series(
                f"SELECT sum(clipped) FROM stride WHERE {LEGS} GROUP BY time(1m), side fill(none)",
                "$tag_side clipped in a minute",
            ),
        ],
        about="Since the session's start; clipped landings by the minute: their peak is a lower "
        "bound and counts in no mean. n stands in the panel of each sensor's data age.",
        looks=[look.matching("left.*", _LEFT), look.matching("right.*", _RIGHT)],
    )


def _latency() -> d.Panel:
    asked = []
    for stage, name in (
        ("gateway_ms", "radio"),
        ("analytics_ms", "analysis"),
        ("published_ms", "to the pages"),
        ("shown_ms", "drawn"),
        ("whole_ms", "whole way"),
    ):
        for percent in (50, 95):
            every = (
                f"FROM latency WHERE {RUNNERS} AND kind = 'stride' GROUP BY time(30s) fill(none)"
            )
            asked.append(
                series(f"SELECT percentile({stage}, {percent}) {every}", f"{name} p{percent}")
            )
    return lines(
        "How long each stage takes",
        asked,
        about="Of strides that a page has shown: from the completing sample to the eye. "
        "The median, and what 19 of 20 keep to.",
        unit="ms",
        looks=[
            look.matching(".*p95", look.line_of(look.ORANGE, dashed=True)),
            look.matching("whole way p50", look.line_of(look.BLUE, width=3)),
        ],
        size=Size(),
    )
