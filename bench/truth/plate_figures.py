"""The figures against a force plate: strides found, their times and lengths, both legs."""

from __future__ import annotations

from typing import TypeAlias

from analytics.records import Placement
from bench.truth.plate import PlateScore
from bench.truth.rows import HALF, UNITS, Figure, percent
from bench.truth.tables import Spread

Targets: TypeAlias = dict[str, tuple[float, float, float]]

# Largest figures the project holds itself to, by error: (|bias|, within a leg, between legs).
TARGETS: dict[Placement, Targets] = {
    Placement.SHIN: {
        "contact_ms": (5.0, 3.2, 4.5),
        "toe_off_ms": (5.0, 6.0, 8.0),
        "contact_time_ms": (6.0, 8.0, 10.0),
    },
    Placement.SHOE: {
        "contact_ms": (5.0, 3.5, 6.0),
        "toe_off_ms": (5.0, 8.0, 12.0),
        "length_pct": (1.0, 1.5, 1.5),
        "speed_pct": (1.0, 1.5, 1.5),
    },
}


_ERRORS = (
    "contact_ms",
    "toe_off_ms",
    "contact_time_ms",
    "stride_time_ms",
    "length_pct",
    "speed_pct",
    "strike_angle_deg",
)


def figures(targets: Targets) -> list[Figure[PlateScore]]:
    """Return the figures against a force plate, or against a user's own contacts."""
    spreads = [
        figure
        for error in _ERRORS
        for figure in _spread_figures(error, targets.get(error, (None, None, None)))
    ]
    return [*_detection(targets), *spreads, *_cadence(targets), *_both_legs(targets)]


def _detection(targets: Targets) -> list[Figure[PlateScore]]:
    hit = 99.5 if targets else None
    return [
        Figure(
            name="recall_pct",
            unit="%",
            aim="most",
            read=lambda s: percent(s.recall),
            target=hit,
            why=lambda *_: "it has no running gate: it takes every stride, running or not",
        ),
        Figure(
            name="precision_pct",
            unit="%",
            aim="most",
            read=lambda s: percent(s.precision),
            target=hit,
            why=_recalls,
        ),
    ]


def _cadence(targets: Targets) -> list[Figure[PlateScore]]:
    known = "contact_time_ms" in targets
    return [
        Figure(
            name="cadence_mean_error_spm",
            unit="spm",
            aim="least",
            read=lambda s: s.errors["cadence_spm"].mae,
            why=_recalls,
            target=0.05 if known else None,
        ),
        Figure(
            name="cadence_worst_spm",
            unit="spm",
            aim="least",
            read=lambda s: s.errors["cadence_spm"].worst,
            why=_recalls,
            target=0.5 if known else None,
        ),
    ]


def _both_legs(targets: Targets) -> list[Figure[PlateScore]]:
    return [
        Figure(
            name="asymmetry_sign_right_pct",
            unit="%",
            aim="most",
            read=lambda s: percent(s.asymmetry.right),
            why=_trials,
            target=100.0 if "contact_time_ms" in targets else None,
        ),
        Figure(
            name="strike_class_right_pct",
            unit="%",
            aim="most",
            read=_classes,
            target=80.0 if "length_pct" in targets else None,
        ),
    ]


def _recalls(mine: PlateScore, his: PlateScore) -> str:
    return (
        "it sees the whole file before it answers, and leaves strides out where it is unsure: "
        f"recall {percent(his.recall):.1f} % against {percent(mine.recall):.1f} %"
    )


def _trials(mine: PlateScore, his: PlateScore) -> str:
    lead = ((his.asymmetry.right or 0.0) - (mine.asymmetry.right or 0.0)) * mine.asymmetry.n
    return (
        f"by {lead:.0f} of {mine.asymmetry.n} trials; its contact times spread "
        f"{his.errors['contact_time_ms'].between:.0f} ms between legs, "
        f"ours {mine.errors['contact_time_ms'].between:.0f}"
    )


def _classes(score: PlateScore) -> float | None:
    return percent(score.strike_class.right) if score.errors["strike_angle_deg"].n else None


def _spread_figures(
    error: str, targets: tuple[float | None, float | None, float | None]
) -> list[Figure[PlateScore]]:
    name, _, unit = error.rpartition("_")

    def of(score: PlateScore) -> Spread:
        known = (score.coverage[error] or 0.0) >= HALF
        return score.errors[error] if known else Spread(n=0)

    def why_bias(mine: PlateScore, his: PlateScore) -> str:
        return (
            f"a shift alone; its spread is {of(his).within:.1f} within and {of(his).between:.1f} "
            f"between legs, ours {of(mine).within:.1f} and {of(mine).between:.1f}"
        )

    def why_spread(mine: PlateScore, his: PlateScore) -> str:
        return (
            "it filters the whole file backward as well and is told the sensor's axes; "
            f"its bias is {of(his).bias:+.1f}, ours {of(mine).bias:+.1f}, "
            f"its recall {percent(his.recall):.1f} %, ours {percent(mine.recall):.1f} %"
        )

    aims = (("bias", "near", why_bias), ("within", "least", why_spread))
    return [
        Figure(
            name=f"{name}_{what}_{unit}",
            unit=UNITS[unit],
            aim=aim,
            read=lambda s, what=what: getattr(of(s), what),  # type: ignore[misc]
            target=target,
            why=why,
        )
        for (what, aim, why), target in zip(
            (*aims, ("between", "least", why_spread)), targets, strict=True
        )
    ]
