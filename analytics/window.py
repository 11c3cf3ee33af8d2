"""Sliding windows over both legs: what the runner's form was in the last half minute.

A window that ends at T holds the strides that were complete by T and ended after T - length.
It is given with the second that ends at T, so never later than the slower present sensor. A
stride the detector was sure of only later counts in the windows after that: a window once
given never changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from operator import attrgetter
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from analytics import form
from analytics.codec import dump_state, load_state
from analytics.merge import Second
from analytics.records import (
    Activity,
    FloatArray,
    FormMetrics,
    Gap,
    PerSide,
    Side,
    SpeedSource,
    Stride,
)
from analytics.surface import SurfaceSense, shock_ratio

BoolArray: TypeAlias = NDArray[np.bool_]

_VERSION = 5
_LEGS = list(Side)
_SOURCES = list(SpeedSource)
_GAP = Activity.GAP
_SEEN_ENOUGH = 0.5  # with less of the window seen, what the runner did is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSettings:
    """Length of a window and the distance of their ends, whole seconds."""

    length_s: int = 30
    hop_s: int = 5


@dataclass(slots=True, kw_only=True)
class _State:
    gaps: list[Gap] = field(default_factory=list)
    activity: dict[Side, dict[int, Activity]]  # of the seconds that were seen
    ground: SurfaceSense = field(default_factory=SurfaceSense)


class WindowStage:
    """One `FormMetrics` at every multiple of the hop; kernels/window.py reads the strides' figures.

    Parameters
    ----------
    runner, session : str
        Whose windows these are.
    sides : sequence of Side
        The legs that wear a sensor: coverage is the share of their window that was seen.
    settings : WindowSettings
        Length and hop.

    Examples
    --------
    >>> stage = WindowStage(runner="ada", session="1", sides=[Side.LEFT])
    >>> still = {Side.LEFT: Activity.STILL}
    >>> out = [w for t in range(1, 11) for w in stage.push(Second(until_s=t, activity=still))]
    >>> [(w.end_s, w.activity.value, round(w.coverage, 2)) for w in out]
    [(5, 'still', 0.17), (10, 'still', 0.33)]

    """

    def __init__(
        self,
        *,
        runner: str,
        session: str,
        sides: Sequence[Side],
        settings: WindowSettings | None = None,
    ) -> None:
        self._runner = runner
        self._session = session
        self._settings = settings or WindowSettings()
        self._state = _State(activity={side: {} for side in Side if side in sides})
        self._kernel = import_module("analytics.kernels.window")  # here: loading numba takes time
        self._legs = self._kernel.new_legs(n_legs=len(_LEGS), length_s=self._settings.length_s)
        self._figures = self._kernel.new_figures(self._legs)
        columns = list(self._kernel.COLUMNS)
        self._sound = columns.index(self._kernel.SOUND)
        self._peak = columns.index("peak_accel_resultant_g")
        self._fields = attrgetter(*(c for c in columns if c != self._kernel.SOUND))

    @property
    def length_s(self) -> int:
        """How long a window is."""
        return self._settings.length_s

    def push(self, item: Second) -> Iterable[FormMetrics]:
        """Take one second of both legs and return the window that ends with it, if any."""
        start_s = item.until_s - self._settings.length_s
        state = self._state
        for told in item.conditions:
            state.ground.hear(told)
        for stride in item.strides:
            leg = _LEGS.index(stride.worn.side)
            self._kernel.keep(self._legs, leg, stride.end_s, self._columns(stride), _source(stride))
        if state.gaps or item.gaps:
            state.gaps = [g for g in [*state.gaps, *item.gaps] if g.end_s > start_s]
        for side, seconds in state.activity.items():
            what = item.activity.get(side, _GAP)
            if what is not _GAP:
                seconds[int(item.until_s)] = what
            seconds.pop(int(start_s), None)
        return [self._window(item.until_s)] if item.until_s % self._settings.hop_s == 0 else []

    def finish(self) -> Iterable[FormMetrics]:
        """Return nothing: a window that was not over is not a window."""
        return []

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {"state": self._state, "legs": self._legs._asdict()}
        return dump_state("window", _VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        fields = load_state("window", _VERSION, state)
        self._state = msgspec.convert(fields["state"], _State)
        self._legs = self._kernel.Legs(**fields["legs"])

    def _window(self, end_s: float) -> FormMetrics:
        state, figures = self._state, self._figures
        start_s = end_s - self._settings.length_s
        self._kernel.read(self._legs, 0, start_s, figures)
        median = dict(zip(self._kernel.COLUMNS, figures.median.T.tolist(), strict=True))
        peak = _per_leg(median["peak_accel_resultant_g"])
        contact = _per_leg(median["contact_time_s"])
        stride_time_s, speed_mps = (_known(median[name][0]) for name in self._kernel.SHARED)
        stride_cv, speed_cv = (_known(100.0 * ratio) for ratio in figures.variation.tolist())
        later = self._legs.end_s > start_s
        surface, surely = state.ground.judge(
            {side: self._sounds(leg, later[leg]) for leg, side in enumerate(_LEGS)},
            start_s=start_s,
        )
        return FormMetrics(
            runner=self._runner,
            session=self._session,
            end_s=end_s,
            length_s=self._settings.length_s,
            activity=_main_activity(state.activity, min(end_s, self._settings.length_s)),
            cadence_spm=None if stride_time_s is None else 120.0 / stride_time_s,
            peak_accel_g=peak,
            contact_time_s=contact,
            asymmetry_pct=form.asymmetry_pct(peak),
            stride_time_cv_pct=stride_cv,
            speed_mps=speed_mps,
            n_strides=sum(figures.n.tolist()),
            coverage=_coverage(state.activity, state.gaps, self._settings.length_s),
            quality=_known(figures.quality[0]) or 0.0,
            flight_time_s=_per_leg(median["flight_time_s"]),
            contact_asymmetry_pct=form.asymmetry_pct(contact),
            strike_angle_deg=_per_leg(median["strike_angle_deg"]),
            tibia_angle_deg=_per_leg(median["tibia_angle_deg"]),
            pronation_velocity_dps=_per_leg(median["pronation_velocity_dps"]),
            pace_variability_pct=speed_cv,
            speed_source=self._speed_source(later),
            surface=surface,
            surface_probability=surely,
        )

    def _columns(self, stride: Stride) -> FloatArray:
        """Return a stride as the kernel keeps it, nan for None."""
        values = np.array([*self._fields(stride), shock_ratio(stride)], np.float64)
        if stride.peak_clipped:
            values[self._peak] = math.nan
        return values

    def _sounds(self, leg: int, later: BoolArray) -> list[float]:
        """Return the known shock ratios of a leg's strides in the slots that are meant."""
        values = self._legs.value[leg, :, self._sound][later]
        known: list[float] = values[~np.isnan(values)].tolist()
        return known

    def _speed_source(self, later: BoolArray) -> SpeedSource | None:
        """Return what most of the speeds come from; of equals, the most trusted."""
        codes = self._legs.source[later].tobytes()
        best = max(range(len(_SOURCES)), key=codes.count)
        return _SOURCES[best] if best in codes else None


def _per_leg(medians: Sequence[float]) -> PerSide:
    left, right = medians
    return PerSide(left=_known(left), right=_known(right))


def _source(stride: Stride) -> int:
    """Return the place of what the stride's speed comes from; -1 where it has none."""
    if stride.speed_mps is None or stride.speed_source is None:
        return -1
    return _SOURCES.index(stride.speed_source)


def _known(value: float) -> float | None:
    """Return the kernel's figure with the six digits that single precision has; None for nan."""
    return None if math.isnan(value) else float(f"{value:.6g}")


def values_of(window: FormMetrics) -> dict[str, float]:
    """Return a window's known values by metric name, as baseline and drift name them."""
    return form.named_values(
        peak_accel=window.peak_accel_g,
        contact_time=window.contact_time_s,
        others={
            "cadence": window.cadence_spm,
            "asymmetry": window.asymmetry_pct,
            "stride_time_cv": window.stride_time_cv_pct,
            form.SPEED: window.speed_mps,
        },
    )


def _coverage(
    activity: Mapping[Side, Mapping[int, Activity]], gaps: Sequence[Gap], length_s: int
) -> float:
    """Return the share of the legs' window that was seen.

    A second counts for a leg once its samples were analysed; what gaps cover of it does not.
    """
    seen_s = 0.0
    for side, seconds in activity.items():
        holes = [(gap.start_s, gap.end_s) for gap in gaps if gap.worn.side is side]
        if not holes:  # as a rule
            seen_s += len(seconds)
            continue
        for second in seconds:
            lost_s = math.fsum(
                max(0.0, min(end_s, second) - max(start_s, second - 1)) for start_s, end_s in holes
            )
            seen_s += max(0.0, 1.0 - lost_s)
    return seen_s / (length_s * len(activity))


def _main_activity(activity: Mapping[Side, Mapping[int, Activity]], elapsed_s: float) -> Activity:
    """Return what most of the seen seconds were; of equals, the first in `Activity`'s order.

    A second is seen when one leg gave samples: a silent leg does not turn a run into a gap.
    """
    seen = set[int]().union(*activity.values())
    if len(seen) < _SEEN_ENOUGH * elapsed_s:
        return _GAP
    told = [what for seconds in activity.values() for what in seconds.values()]
    return max(Activity, key=told.count)
