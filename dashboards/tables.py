"""Which table and columns each record is stored in (the columns' types: schema/*.sql)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
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
from dashboards.bound import in_need, json_text, plain
from dashboards.ledger import LedgerEntry

Kept: TypeAlias = Record | LedgerEntry

KEY = ("id", "runner", "session", "time_s")
_OWN = ("id", "runner", "session", "time_s")
_WHY = ("why.metric", "why.from_value", "why.to_value", "why.change_pct", "why.confidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table and where in the record each of its columns stands.

    `record` is whose table it is. Every table starts with id, runner, session, time_s and
    time_utc_ns; `key` gives the first four of a record, `values` the columns after them, `in_need`
    says which of these SQLite does not take as they are.
    """

    record: type
    name: str
    columns: tuple[str, ...]
    key: Callable[[Any], tuple[Any, ...]]
    values: Callable[[Any], Sequence[Any]]
    in_need: tuple[int, ...]

    def row(self, record: Kept, started_utc_ns: Mapping[tuple[str, str], int]) -> tuple[Any, ...]:
        """Return the record's row, given when each runner's session started.

        Raises
        ------
        ValueError
            Its session was not begun.

        """
        key = self.key(record)
        _, runner, session, time_s = key
        if (runner, session) not in started_utc_ns:
            message = f"session {session} of {runner} was not begun"
            raise ValueError(message)
        when_utc_ns = utc_ns(started_utc_ns=started_utc_ns[runner, session], time_s=time_s)
        values = list(self.values(record))
        for n in self.in_need:
            values[n] = plain(values[n])
        return (*key, when_utc_ns, *values)

    def inserts(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
        """Give the statements that store rows, with their values; the same id again replaces.

        Many rows are one statement: between two of them SQLite's thread asks for Python's lock,
        which another thread may hold for 5 ms.
        """
        at = 0
        for n in _AT_ONCE:
            while len(rows) - at >= n:
                yield _insert(self.name, self.columns, n), list(chain(*rows[at : at + n]))
                at += n


@cache
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    names = (*KEY, "time_utc_ns", *columns)
    marks = f"({', '.join('?' * len(names))})"
    values = ", ".join([marks] * rows)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES {values}"  # noqa: S608 - names of ours


def utc_ns(*, started_utc_ns: int, time_s: float) -> int:
    """Return a session time as UTC nanoseconds."""
    return started_utc_ns + round(time_s * 1e9)


# The most that a statement may hold is 32,766 values; a handful of lengths stay prepared.
_AT_ONCE = (400, 20, 1)


def _table(
    record: type, name: str, *, key: tuple[str, ...] = _OWN, paths: tuple[str, ...], **renamed: str
) -> Table:
    """Describe a record's table: columns named like the last part of each path, then renamed."""
    every = (*paths, *renamed.values())
    return Table(
        record=record,
        name=name,
        columns=(*(path.rsplit(".", 1)[-1] for path in paths), *renamed),
        key=attrgetter(*key),
        values=attrgetter(*every),
        in_need=in_need(record, every),
    )


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
    _table(
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
    _table(
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
    _table(Drift, "drift", paths=("side", "contact_index", "level", *_WHY)),
    Table(
        record=Cue,
        name="cues",
        columns=(*_CUE, *(path.rsplit(".", 1)[-1] for path in _WHY), *_OUTCOME),
        key=attrgetter(*_OWN),
        values=lambda cue: (*attrgetter(*_CUE, *_WHY)(cue), *_outcome(cue)),
        in_need=tuple(range(len((*_CUE, *_WHY, *_OUTCOME)))),
    ),
    _table(Alert, "alerts", paths=("kind", "text", "about", *_WHY)),
    _table(
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
    _table(
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
    _table(SessionEvent, "events", paths=("kind", "text", "side")),
    _table(
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
    _table(
        Distance, "distance", paths=("distance_m", "source", "running_s", "covered_s", "longest_m")
    ),
    _table(
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
        key=attrgetter("id", "runner", "session", "duration_s"),
        values=lambda entry: (json_text(entry),),
        in_need=(),
    ),
    _table(
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
