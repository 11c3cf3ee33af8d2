"""Sliding windows over both legs: what the runner's form was in the last half minute.

A window that ends at T holds the strides that were complete by T and ended after T - length.
It is given with the second that ends at T, so never later than the slower present sensor. A
stride the detector was sure of only later counts in the windows after that: a window once
given never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import msgspec

from analytics import form
from analytics.codec import dump_state, load_state
from analytics.merge import Second
from analytics.records import Activity, FormMetrics, Gap, PerSide, Side, Stride
from analytics.surface import SurfaceSense

_VERSION = 2
_SEEN_ENOUGH = 0.5  # with less of the window seen, what the runner did is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSettings:
    """Length of a window and the distance of their ends, whole seconds."""

    length_s: int = 30
    hop_s: int = 5


@dataclass(slots=True, kw_only=True)
class _State:
    strides: list[Stride] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    activity: dict[Side, dict[int, Activity]]
    ground: SurfaceSense = field(default_factory=SurfaceSense)


class WindowStage:
    """One `FormMetrics` at every multiple of the hop.

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

    def push(self, item: Second) -> Iterable[FormMetrics]:
        """Take one second of both legs and return the window that ends with it, if any."""
        start_s = item.until_s - self._settings.length_s
        state = self._state
        for told in item.conditions:
            state.ground.hear(told)
        state.strides = [s for s in [*state.strides, *item.strides] if s.end_s > start_s]
        state.gaps = [g for g in [*state.gaps, *item.gaps] if g.end_s > start_s]
        for side, seconds in state.activity.items():
            if side in item.activity:
                seconds[int(item.until_s)] = item.activity[side]
            seconds.pop(int(start_s), None)
        return [self._window(item.until_s)] if item.until_s % self._settings.hop_s == 0 else []

    def finish(self) -> Iterable[FormMetrics]:
        """Return nothing: a window that was not over is not a window."""
        return []

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("window", _VERSION, {"state": self._state})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        self._state = msgspec.convert(load_state("window", _VERSION, state)["state"], _State)

    def _window(self, end_s: float) -> FormMetrics:
        state = self._state
        strides = state.strides
        legs = form.by_leg(strides)
        left, right = legs[Side.LEFT], legs[Side.RIGHT]
        peak = PerSide(left=form.peak_g(left), right=form.peak_g(right))
        contact = PerSide(left=form.contact_s(left), right=form.contact_s(right))
        coverage = _coverage(state.activity, state.gaps, self._settings.length_s)
        surface, surely = state.ground.judge(legs, start_s=end_s - self._settings.length_s)
        return FormMetrics(
            runner=self._runner,
            session=self._session,
            end_s=end_s,
            length_s=self._settings.length_s,
            activity=_main_activity(state.activity, min(end_s, self._settings.length_s)),
            cadence_spm=form.cadence_spm(strides),
            peak_accel_g=peak,
            contact_time_s=contact,
            asymmetry_pct=form.asymmetry_pct(peak),
            stride_time_cv_pct=form.stride_time_cv_pct(legs.values()),
            speed_mps=form.speed_mps(strides),
            n_strides=len(strides),
            coverage=coverage,
            quality=fmean(s.quality for s in strides) if strides else 0.0,
            flight_time_s=form.medians(left, right, "flight_time_s"),
            contact_asymmetry_pct=form.asymmetry_pct(contact),
            strike_angle_deg=form.medians(left, right, "strike_angle_deg"),
            tibia_angle_deg=form.medians(left, right, "tibia_angle_deg"),
            pronation_velocity_dps=form.medians(left, right, "pronation_velocity_dps"),
            pace_variability_pct=form.pace_variability_pct(legs.values()),
            speed_source=form.speed_source(strides),
            surface=surface,
            surface_probability=surely,
        )


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
        for second, what in seconds.items():
            if what is not Activity.GAP:
                lost_s = sum(
                    max(0.0, min(end_s, second) - max(start_s, second - 1))
                    for start_s, end_s in holes
                )
                seen_s += max(0.0, 1.0 - lost_s)
    return seen_s / (length_s * len(activity))


def _main_activity(activity: Mapping[Side, Mapping[int, Activity]], elapsed_s: float) -> Activity:
    """Return what most of the seen seconds were; of equals, the first in `Activity`'s order.

    A second is seen when one leg gave samples: a silent leg does not turn a run into a gap.
    """
    told = [
        (second, what)
        for seconds in activity.values()
        for second, what in seconds.items()
        if what is not Activity.GAP
    ]
    if len({second for second, _ in told}) < _SEEN_ENOUGH * elapsed_s:
        return Activity.GAP
    counts = {what: sum(1 for _, seen in told if seen is what) for what in Activity}
    return max(counts, key=lambda what: counts[what])
