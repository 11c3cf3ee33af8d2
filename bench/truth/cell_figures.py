"""The figures of simulated runners, and their targets."""

from __future__ import annotations

from collections.abc import Callable

from analytics.records import Placement
from bench.simulating.faulty import Cell
from bench.truth.cells import CLIPPING, HELD_OUT, USUAL_HZ
from bench.truth.measure import CellScore
from bench.truth.plate import PlateScore, pooled
from bench.truth.rows import Figure
from bench.truth.tables import Spread

Scores = list[CellScore]
Chosen = Callable[[Cell], bool]

HALF = 0.5
OFFLINE = "it filters the whole file backward as well and is told the sensor's axes"


def _all(_: Cell) -> bool:
    return True


def _fast(cell: Cell) -> bool:
    return cell.rate_hz >= USUAL_HZ


def _slow(cell: Cell) -> bool:
    return cell.rate_hz < USUAL_HZ


def _held_out(cell: Cell) -> bool:
    return _fast(cell) and cell.family == HELD_OUT


def _shocks(cell: Cell) -> bool:
    """Tell cells whose shocks sound at 12-15 Hz and fit into the range."""
    return _fast(cell) and cell.family != HELD_OUT and cell.faults != CLIPPING


def _of(scores: Scores, chosen: Chosen) -> PlateScore | None:
    legs = [leg for cell, leg in scores if chosen(cell)]
    return pooled(legs) if legs else None


def _share(name: str, chosen: Chosen, field: str, target: float | None = None) -> Figure[Scores]:
    def read(scores: Scores) -> float | None:
        score = _of(scores, chosen)
        value = None if score is None else getattr(score, field)
        return None if value is None else 100.0 * value

    return Figure(
        name=name,
        unit="%",
        aim="most",
        read=read,
        target=target,
        why=lambda mine, his: (
            f"recall {read_recall(his):.1f} % against {read_recall(mine):.1f} %; it sees the "
            "whole file before it answers"
        ),
    )


def read_recall(scores: Scores) -> float:
    """Return the recall over all cells in per cent."""
    return 100.0 * (pooled([leg for _, leg in scores]).recall or 0.0)


def _error(
    name: str, unit: str, chosen: Chosen, error: str, what: str, target: float | None = None
) -> Figure[Scores]:
    def of(scores: Scores) -> Spread:
        score = _of(scores, chosen)
        if score is None or (score.coverage[error] or 0.0) < HALF:
            return Spread(n=0)
        return score.errors[error]

    def why(mine: Scores, his: Scores) -> str:
        if what == "bias":
            return f"a shift alone; its SD is {of(his).sd:.1f}, ours {of(mine).sd:.1f}"
        return f"{OFFLINE}; its bias is {of(his).bias:+.1f}, ours {of(mine).bias:+.1f}"

    return Figure(
        name=name,
        unit=unit,
        aim="near" if what == "bias" else "least",
        read=lambda scores: getattr(of(scores), what),
        target=target,
        why=why,
    )


def figures(placement: Placement) -> list[Figure[Scores]]:
    """Return the figures of one placement's cells."""
    out = [
        _share("recall_pct", _all, "recall", 99.5),
        _share("precision_pct", _all, "precision", 99.8),
        _error("contact_bias_ms", "ms", _fast, "contact_ms", "bias", 2.0),
        _error("contact_sd_ms", "ms", _fast, "contact_ms", "sd", 3.0),
        _error("contact_bias_100hz_ms", "ms", _slow, "contact_ms", "bias"),
        _error("contact_sd_100hz_ms", "ms", _slow, "contact_ms", "sd"),
        _error("contact_time_bias_ms", "ms", _fast, "contact_time_ms", "bias", 8.0),
        _error("contact_time_sd_ms", "ms", _fast, "contact_time_ms", "sd", 6.0),
        _share(f"{HELD_OUT}_recall_pct", _held_out, "recall", 99.5),
        _error(f"{HELD_OUT}_contact_bias_ms", "ms", _held_out, "contact_ms", "bias"),
        _error(f"{HELD_OUT}_contact_sd_ms", "ms", _held_out, "contact_ms", "sd"),
        _error(f"{HELD_OUT}_contact_time_bias_ms", "ms", _held_out, "contact_time_ms", "bias"),
        _error(f"{HELD_OUT}_contact_time_sd_ms", "ms", _held_out, "contact_time_ms", "sd"),
        _error("peak_resultant_bias_pct", "%", _shocks, "peak_resultant_pct", "bias"),
        _error("peak_resultant_sd_pct", "%", _shocks, "peak_resultant_pct", "sd"),
    ]
    if placement is Placement.SHIN:
        return [
            *out,
            _error("peak_axial_bias_pct", "%", _shocks, "peak_axial_pct", "bias", 3.0),
            _error("peak_axial_sd_pct", "%", _shocks, "peak_axial_pct", "sd"),
        ]
    return [
        *out,
        _error("length_bias_pct", "%", _fast, "length_pct", "bias"),
        _error("length_sd_pct", "%", _fast, "length_pct", "sd"),
        _error("strike_angle_bias_deg", "deg", _fast, "strike_angle_deg", "bias"),
        _error("strike_angle_sd_deg", "deg", _fast, "strike_angle_deg", "sd"),
    ]
