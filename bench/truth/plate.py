"""Strides against contacts that an instrument saw: a force plate, or a user's own truth.

A leg's contacts within 60 ms of true ones are right, one to one. Recall asks for the strides whose
both contacts are on the plate; a record inside the truth's time that is near no contact is false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.records import FloatArray
from bench.truth.tables import Row, Spread, column, pairs, share, spread

NEAR_S = 0.060
REARFOOT_DEG, FOREFOOT_DEG = 8.0, -1.6  # classes of foot strike, as the strides' own
ASYMMETRY = 0.03  # of the mean: a smaller difference of contact times has no certain sign
LOAD_DIFFERENCE = 0.10  # likewise of the legs' loading rates

# error: (field of the stride, column of the truth, scale, relative to the truth)
ERRORS = {
    "contact_ms": ("contact_s", "ic_s", 1e3, False),
    "toe_off_ms": ("toe_off_s", "to_s", 1e3, False),
    "contact_time_ms": ("contact_time_s", "gct_s", 1e3, False),
    "flight_ms": ("flight_time_s", "flight_s", 1e3, False),
    "stride_time_ms": ("stride_time_s", "stride_time_s", 1e3, False),
    "duty_pct": ("duty_factor", "duty_factor", 100.0, True),
    "length_pct": ("stride_length_m", "stride_length_m", 100.0, True),
    "speed_pct": ("speed_mps", "stride_speed_mps", 100.0, True),
    "peak_axial_pct": ("peak_accel_axial_g", "peak_accel_axial_g", 100.0, True),
    "peak_resultant_pct": ("peak_accel_resultant_g", "peak_accel_resultant_g", 100.0, True),
    "strike_angle_deg": ("strike_angle_deg", "foot_strike_angle_deg", 1.0, False),
}
RANKED = ("peak_accel_axial_g", "peak_accel_resultant_g", "loading_rate_gps")


@dataclass(frozen=True, kw_only=True, eq=False)
class LegScore:
    """One leg of one trial: counts, errors by name, and what is compared between legs.

    `means` holds the leg's mean of ranked fields and of contact time; `true` the truth's mean
    contact time and loading rate. `classes` is (ours, the authors'), None where not told.
    """

    n_true: int
    found: int
    right: int
    detected: int
    errors: Mapping[str, FloatArray]
    pairs: Mapping[str, tuple[FloatArray, FloatArray]]
    means: Mapping[str, float]
    true: Mapping[str, float]
    classes: tuple[str | None, str | None]


def score_leg(
    true: Sequence[Row],
    strides: Sequence[Row],
    author: str | None = None,
    *,
    edge_s: float = NEAR_S,
) -> LegScore:
    """Score one leg's strides; `true` are the leg's contacts in order (columns of ERRORS).

    A stride further than `edge_s` outside the truth's time is not judged.
    """
    ic_s, got_s = column(true, "ic_s"), column(strides, "contact_s")
    i, j = pairs(np.abs(ic_s[:, np.newaxis] - got_s), NEAR_S)
    errors, both = {}, {}
    for name, (field, truth, scale, relative) in ERRORS.items():
        mine, his = column(strides, field)[j], column(true, truth)[i]
        errors[name] = scale * (mine / his - 1.0) if relative else scale * (mine - his)
        both[name] = (mine, his)
    errors["cadence_spm"] = np.zeros(0)
    if len(strides) and len(ic_s) > 1:
        # Mean of times, not of rates: 120 over the mean stride time.
        mine_s = float(np.mean(120.0 / column(strides, "cadence_spm")))
        errors["cadence_spm"] = np.array([120.0 / mine_s - 120.0 / float(np.diff(ic_s).mean())])
    inside = (got_s > ic_s[0] - edge_s) & (got_s < ic_s[-1] + edge_s)
    fields = (*RANKED, "contact_time_s")
    return LegScore(
        n_true=len(ic_s) - 1,
        found=int((i < len(ic_s) - 1).sum()),
        right=len(i),
        detected=int(inside.sum()),
        errors=errors,
        pairs=both,
        means={name: _mean(column(strides, name)) for name in fields},
        true={name: _mean(column(true, name)) for name in ("gct_s", "valr_bw_per_s")},
        classes=(strike_class(column(strides, "strike_angle_deg")), author),
    )


def strike_class(angles_deg: FloatArray) -> str | None:
    """Return the class of a foot from the median of its strike angles, None without any."""
    known = angles_deg[np.isfinite(angles_deg)]
    if not len(known):
        return None
    middle = float(np.median(known))
    if middle > REARFOOT_DEG:
        return "rearfoot"
    return "forefoot" if middle < FOREFOOT_DEG else "midfoot"


def _mean(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How many cases could be judged, and which share of them was right."""

    n: int
    right: float | None


@dataclass(frozen=True, kw_only=True)
class PlateScore:
    """All legs together; `pairs_of_legs` come left, right, left, right."""

    n_true: int
    recall: float | None
    precision: float | None
    errors: Mapping[str, Spread]
    coverage: Mapping[str, float | None]
    asymmetry: Asked
    ranking: Mapping[str, Asked]
    strike_class: Asked


def pooled(legs: Sequence[LegScore]) -> PlateScore:
    """Pool legs; where both legs were worn they come left, right, left, right."""
    right = sum(leg.right for leg in legs)
    names = list(legs[0].errors) if legs else []
    groups = {name: [leg.errors[name] for leg in legs] for name in names}
    errors = {name: spread(some) for name, some in groups.items()}
    told = [leg.classes for leg in legs if leg.classes[1] is not None]
    agree = sum(mine == his for mine, his in told)
    return PlateScore(
        n_true=sum(leg.n_true for leg in legs),
        recall=share(sum(leg.found for leg in legs), sum(leg.n_true for leg in legs)),
        precision=share(right, sum(leg.detected for leg in legs)),
        errors=errors,
        coverage={
            name: share(errors[name].n, len(legs) if name == "cadence_spm" else right)
            for name in names
        },
        asymmetry=_sign(legs, "contact_time_s", "gct_s", ASYMMETRY),
        ranking={name: _sign(legs, name, "valr_bw_per_s", LOAD_DIFFERENCE) for name in RANKED},
        strike_class=Asked(n=len(told), right=share(agree, len(told))),
    )


def _sign(legs: Sequence[LegScore], mine: str, his: str, least: float) -> Asked:
    """Ask in how many trials the leg that truly has more has more in our figure, too."""
    asked = right = 0
    for a, b in zip(legs[::2], legs[1::2], strict=False):
        difference = a.true[his] - b.true[his]
        if abs(difference) <= least * abs(a.true[his] + b.true[his]) / 2.0:
            continue
        asked += 1
        right += (a.means[mine] - b.means[mine]) * difference > 0.0
    return Asked(n=asked, right=share(right, asked))
