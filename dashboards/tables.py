"""Which table and columns each record is stored in (the columns' types: schema/*.sql)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, TypeAlias

from analytics.codec import Record
from analytics.load.records import LoadEntry, LoadFacts
from analytics.records import (
    Alert,
    Cue,
    Distance,
    Drift,
    FormMetrics,
    Gap,
    Guidance,
    LinkHealth,
    SessionEvent,
    Stride,
)
from dashboards.bound import json_text
from dashboards.ledger import LedgerEntry
from dashboards.table import KEY, Table, table_of

Kept: TypeAlias = Record | LedgerEntry

_WHY = ("why.metric", "why.from_value", "why.to_value", "why.change_pct", "why.confidence")


def _worn(time_field: str) -> tuple[str, ...]:
    return ("id", "worn.runner", "worn.session", time_field)


_CUE = ("kind", "shown", "suppressed_reason", "text", "haptic", "target", "revision")
_OUTCOME = (
    "outcome",
    "outcome_before",
    "outcome_after",
    "outcome_change_pct",
    "metronome_spm",
    "metronome_s",
)


def _outcome(cue: Cue) -> tuple[Any, ...]:
    """Return what came of a cue and the beats that went with it, nothing where there is none."""
    came, beats = cue.outcome, cue.metronome
    return (
        *(getattr(came, name, None) for name in ("verdict", "before", "after", "change_pct")),
        *(getattr(beats, name, None) for name in ("spm", "length_s")),
    )


_EVERY = (
    table_of(
        Stride,
        "strides",
        key=_worn("contact_s"),
        paths=(
            "worn.side",
            "worn.placement",
            "contact_index",
            "toe_off_s",
            "stride_time_s",
            "contact_time_s",
            "flight_time_s",
            "cadence_spm",
            "peak_accel_axial_g",
            "peak_accel_resultant_g",
            "loading_rate_gps",
            "time_to_peak_s",
            "stride_length_m",
            "speed_mps",
            "strike_angle_deg",
            "pronation_velocity_dps",
            "clipped",
            "quality",
            "duty_factor",
            "average_loading_rate_gps",
            "impulse_gs",
            "impact_band_ratio",
            "strike_class",
            "pronation_excursion_deg",
            "tibia_angle_deg",
            "braking_g",
            "speed_source",
            "reasons",
            "revision",
        ),
    ),
    table_of(
        FormMetrics,
        "windows",
        key=("id", "runner", "session", "end_s"),
        paths=(
            "length_s",
            "activity",
            "cadence_spm",
            "asymmetry_pct",
            "stride_time_cv_pct",
            "speed_mps",
            "n_strides",
            "coverage",
            "quality",
            "contact_asymmetry_pct",
            "pace_variability_pct",
            "speed_source",
            "surface",
            "surface_probability",
            "revision",
        ),
        peak_accel_left_g="peak_accel_g.left",
        peak_accel_right_g="peak_accel_g.right",
        contact_time_left_s="contact_time_s.left",
        contact_time_right_s="contact_time_s.right",
        flight_time_left_s="flight_time_s.left",
        flight_time_right_s="flight_time_s.right",
        strike_angle_left_deg="strike_angle_deg.left",
        strike_angle_right_deg="strike_angle_deg.right",
        tibia_angle_left_deg="tibia_angle_deg.left",
        tibia_angle_right_deg="tibia_angle_deg.right",
        pronation_velocity_left_dps="pronation_velocity_dps.left",
        pronation_velocity_right_dps="pronation_velocity_dps.right",
    ),
    table_of(Drift, "drift", paths=("side", "contact_index", "level", *_WHY)),
    Table(
        record=Cue,
        name="cues",
        columns=(*_CUE, *(path.rsplit(".", 1)[-1] for path in _WHY), *_OUTCOME),
        values=lambda cue: (*attrgetter(*KEY, *_CUE, *_WHY)(cue), *_outcome(cue)),
        in_need=tuple(range(len(KEY), len((*KEY, *_CUE, *_WHY, *_OUTCOME)))),
    ),
    table_of(Alert, "alerts", paths=("kind", "text", "about", *_WHY)),
    table_of(
        Gap,
        "gaps",
        key=_worn("start_s"),
        paths=(
            "worn.side",
            "worn.placement",
            "first_index",
            "end_s",
            "n_samples",
            "reason",
            "awaited",
            "revision",
        ),
    ),
    table_of(
        LinkHealth,
        "links",
        key=_worn("time_s"),
        paths=(
            "worn.side",
            "state",
            "battery_pct",
            "rssi_dbm",
            "samples_lost",
            "reconnects",
            "clock_uncertainty_s",
            "data_age_s",
        ),
    ),
    table_of(SessionEvent, "events", paths=("kind", "text", "side")),
    table_of(
        Guidance,
        "guidance",
        paths=(
            "mode",
            "programme_session",
            "guidance_pct",
            "silent",
            "cadence_spm",
            "impact_sound",
        ),
        impact_limit_left_g="impact_limit_g.left",
        impact_limit_right_g="impact_limit_g.right",
    ),
    table_of(
        Distance, "distance", paths=("distance_m", "source", "running_s", "covered_s", "longest_m")
    ),
    table_of(
        LoadFacts,
        "facts",
        paths=(
            "moment",
            "n_runs",
            "distance_m",
            "longest_m",
            "spike",
            "week_m",
            "last_week_m",
            "week_change_pct",
            "rest_days",
            "rest_of_days",
            "shoe",
            "shoe_distance_m",
            "shoe_state",
        ),
    ),
    Table(
        record=LoadEntry,
        name="load",
        columns=("entry",),
        values=lambda e: (e.id, e.runner, e.session, e.duration_s, json_text(e)),
        in_need=(),
    ),
    table_of(
        LedgerEntry,
        "latency",
        paths=(
            "kind",
            "sample_s",
            "gateway_s",
            "analytics_s",
            "published_s",
            "shown_s",
            "shown_error_s",
        ),
    ),
)
TABLES: Mapping[type, Table] = {table.record: table for table in _EVERY}
NAMES = tuple(table.name for table in TABLES.values())
