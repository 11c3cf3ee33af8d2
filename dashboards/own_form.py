"""What the store keeps of a runner beside the sessions: baseline, programme, own speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import msgspec

from analytics.records import Baseline, Programme, Slope, SpeedFit, SpeedModel, Usual

OwnForm: TypeAlias = Baseline | Programme | SpeedModel

_DAY_NS = 86_400 * 10**9

BASELINE: Final = (
    "SELECT baselines.*, started_utc_ns FROM baselines"
    " LEFT JOIN sessions USING (runner, session) WHERE runner = ?"
)
PROGRAMME: Final = (
    "SELECT programme, started_utc_ns FROM programmes LEFT JOIN sessions"
    " ON sessions.runner = programmes.runner AND session = last_session"
    " WHERE programmes.runner = ?"
)
SPEED_MODEL: Final = "SELECT legs FROM speed_models WHERE runner = ?"
INSERT: Final[Mapping[type, str]] = {
    Baseline: "INSERT OR REPLACE INTO baselines VALUES (?, ?, ?, ?, ?, ?)",
    Programme: "INSERT OR REPLACE INTO programmes VALUES (?, ?, ?)",
    SpeedModel: "INSERT OR REPLACE INTO speed_models VALUES (?, ?)",
}


def row(record: OwnForm) -> tuple[Any, ...]:
    """Return a record as its table's row."""
    if isinstance(record, Programme):
        last = record.sessions[-1].session if record.sessions else ""
        return (record.runner, _json(record), last)
    if isinstance(record, SpeedModel):
        return (record.runner, _json(record.legs))
    usual, slopes = _json(record.usual), _json(record.slopes)
    return (record.runner, record.source, usual, slopes, record.session, record.runs)


def baseline_of(row: Mapping[str, Any], at_utc_ns: int | None) -> Baseline:
    """Return a row of `BASELINE` as the record, with its age."""
    return Baseline(
        runner=row["runner"],
        source=row["source"],
        usual=msgspec.json.decode(row["usual"], type=dict[str, Usual]),
        slopes=msgspec.json.decode(row["slopes"], type=dict[str, Slope]),
        session=row["session"],
        runs=row["runs"],
        age_days=_days(row["started_utc_ns"], at_utc_ns),
    )


def programme_of(row: Mapping[str, Any], at_utc_ns: int | None) -> Programme:
    """Return a row of `PROGRAMME` as the record, with its age."""
    kept = msgspec.json.decode(row["programme"], type=Programme)
    return replace(kept, since_days=_days(row["started_utc_ns"], at_utc_ns))


def speed_model_of(row: Mapping[str, Any], runner: str) -> SpeedModel:
    """Return a row of `SPEED_MODEL` as the record."""
    return SpeedModel(
        runner=runner, legs=msgspec.json.decode(row["legs"], type=dict[str, SpeedFit])
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _days(since_utc_ns: int | None, at_utc_ns: int | None) -> float:
    """Return the days between two times, 0 where one is not known."""
    if since_utc_ns is None or at_utc_ns is None:
        return 0.0
    return max(0.0, (at_utc_ns - since_utc_ns) / _DAY_NS)
