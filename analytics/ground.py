"""What of a change is the ground's: other surfaces and slopes are not other form.

Theory of operation
-------------------
Form on another surface is compared with nothing until it is known how this runner runs there:
from a change of surface on, `LEARN_BLOCKS` blocks are taken as what the surface does to form as
it was just before, and later blocks on it are compared with the fresh form moved by that much.
(Grass can be harder on the shin than concrete: Waite 2021. So no surface has a fixed effect.)
On the way back the earlier comparison goes on at once. While the slope differs from that of the
fresh minutes, nothing is compared.

Surfaces are told apart by their tags. Without tags there is a hint: harder ground peaks sooner.
A sudden jump of the time to peak, far beyond its noise, is then taken for other ground, and what
landing hard depends on is learnt anew; contact time and cadence are watched on. Form changes
over minutes, so a drift of the time to peak is no jump.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from analytics import changes, form
from analytics.changes import Fresh

LEARN_BLOCKS = 10  # about three minutes
_LEAST_BLOCKS = 3  # to know form just before a change of ground
_SLOPE_PCT = 2.0  # judgement: a slope of 2 % changes impact by less than a notice needs
IMPACT = ("peak_accel", "peak_accel_left", "peak_accel_right", "asymmetry")
_FRESH, _FELT = "fresh", "felt-"  # grounds without a tag

# The jump of the time to peak: the mean of the last two blocks against that of the six before,
# 4.2 standard deviations of their difference under long-range noise, and no less than 6 %: half
# of what lies between two of grass, asphalt and concrete (shocks of 13, 15, 17 Hz).
JUMP_BLOCKS, _OLD = 2, 6
_JUMP_SD = 4.2 * 0.8
_LEAST_JUMP = 0.06
_EFFECT_SD = 0.8  # of a mean of ten blocks less one of ten before, in spreads of a block


@dataclass(slots=True, kw_only=True)
class _Place:
    """One ground of this run: its hint, and what it does to form (scale of `form.difference`)."""

    shock: float = 0.0
    effect: dict[str, float] = field(default_factory=dict)
    known: bool = False
    blocks: list[dict[str, float]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class GroundState:
    """The grounds of this run, which one the runner is on, and the last blocks there."""

    places: dict[str, _Place] = field(default_factory=lambda: {_FRESH: _Place(known=True)})
    here: str = _FRESH
    fresh_surface: str | None = None
    fresh_grade_pct: float | None = None
    before: dict[str, float] = field(default_factory=dict)
    recent: list[dict[str, float]] = field(default_factory=list)
    shocks: list[float] = field(default_factory=list)


class Ground:
    """Fresh form as it would be on the ground under the runner."""

    def __init__(self) -> None:
        self.state = GroundState()

    def learn(self, surface: str | None, grade_pct: float | None) -> None:
        """Take where the fresh minutes are run."""
        self.state.fresh_surface = surface
        self.state.fresh_grade_pct = grade_pct

    def is_level(self, grade_pct: float | None) -> bool:
        """Tell whether the slope is near that of the fresh minutes (not known: level)."""
        usual_pct = self.state.fresh_grade_pct or 0.0
        return abs((grade_pct or 0.0) - usual_pct) <= _SLOPE_PCT

    def push(
        self, values: Mapping[str, float], fresh: Mapping[str, Fresh], surface: str | None
    ) -> bool:
        """Take a block; True where an unannounced change of ground shows in the last blocks."""
        state = self.state
        sizes = _sizes(values, fresh)
        jumped = False
        if surface is not None:
            key = _FRESH if surface == state.fresh_surface else surface
            if key != state.here:
                self._enter(key)
        else:
            legs = [leg for leg in form.SHOCK if leg in values and leg in fresh]
            if legs:
                shock = fmean(math.log(values[leg] / fresh[leg].usual) for leg in legs)
                sigma = fmean(fresh[leg].sigma for leg in legs) / math.sqrt(len(legs))
                jumped = self._feel(shock, sigma)
        place = state.places[state.here]
        if not place.known:
            self._learn_effect(place, sizes)
        else:
            state.recent = [*state.recent, _less(sizes, place.effect)][-LEARN_BLOCKS:]
        return jumped

    def forget_impact(self) -> None:
        """Drop what is known of the grounds' impact: it is compared with something new."""
        for place in self.state.places.values():
            place.effect = {m: v for m, v in place.effect.items() if m not in IMPACT}
        self.state.recent = [
            {m: v for m, v in block.items() if m not in IMPACT} for block in self.state.recent
        ]

    def here(self, fresh: Mapping[str, Fresh]) -> dict[str, Fresh]:
        """Return fresh form as on this ground; without what is not known there yet."""
        place = self.state.places[self.state.here]
        if not place.known:
            hidden = self._affected(fresh)
            return {metric: usual for metric, usual in fresh.items() if metric not in hidden}
        return {
            metric: _moved(metric, usual, place.effect[metric], self.state.here)
            if metric in place.effect
            else usual
            for metric, usual in fresh.items()
        }

    def _affected(self, metrics: Mapping[str, object]) -> set[str]:
        """Return what the present ground may change: all by a tag, impact by a hint."""
        if self.state.here.startswith(_FELT):
            return set(IMPACT) & set(metrics)
        return set(metrics) - form.HINTS

    def _enter(self, key: str) -> None:
        state = self.state
        if state.places[state.here].known and len(state.recent) >= _LEAST_BLOCKS:
            state.before = _means(state.recent)
        state.places.setdefault(key, _Place())
        state.here = key
        state.recent, state.shocks = [], []

    def _learn_effect(self, place: _Place, sizes: Mapping[str, float]) -> None:
        place.blocks.append(dict(sizes))
        if len(place.blocks) < LEARN_BLOCKS:
            return
        means = _means(place.blocks)
        before = self.state.before
        place.effect = {m: means[m] - before.get(m, 0.0) for m in self._affected(means)}
        place.known, place.blocks = True, []

    def _feel(self, shock: float, sigma: float) -> bool:
        """Take a block's time to peak; change the ground and return True where it has jumped."""
        state = self.state
        state.shocks = [*state.shocks, shock][-(JUMP_BLOCKS + _OLD) :]
        old, new = state.shocks[:-JUMP_BLOCKS], state.shocks[-JUMP_BLOCKS:]
        limit = max(_LEAST_JUMP, _JUMP_SD * sigma)
        if len(old) < _OLD:
            return False
        risen = [value - fmean(old) for value in new]
        # Both blocks tell, so that none lies across the border of two grounds.
        if abs(fmean(risen)) < limit or min(risen) * max(risen) < (limit / 2.0) ** 2:
            return False
        level = fmean(new)
        felt = [k for k in state.places if k == _FRESH or k.startswith(_FELT)]
        nearest = min(felt, key=lambda k: abs(level - state.places[k].shock))
        if abs(level - state.places[nearest].shock) > limit / 2.0:
            nearest = f"{_FELT}{len(felt)}"
            state.places[nearest] = _Place(shock=level)
        if nearest == state.here:
            state.shocks = list(new)
            return False
        state.recent = state.recent[:-1]  # run on the new ground already
        self._enter(nearest)
        return True


def _sizes(values: Mapping[str, float], fresh: Mapping[str, Fresh]) -> dict[str, float]:
    """Return every value's difference from fresh at the fresh speed, legs apart and together."""
    faster_mps = changes.faster_mps(values, fresh)
    return {
        metric: changes.size(metric, value, fresh[metric], faster_mps)
        for metric, value in values.items()
        if metric in fresh and metric not in form.HINTS
    }


def _less(sizes: Mapping[str, float], effect: Mapping[str, float]) -> dict[str, float]:
    return {metric: size - effect.get(metric, 0.0) for metric, size in sizes.items()}


def _means(blocks: Sequence[Mapping[str, float]]) -> dict[str, float]:
    metrics = {metric for block in blocks for metric in block}
    return {m: fmean(b[m] for b in blocks if m in b) for m in sorted(metrics)}


def _moved(metric: str, usual: Fresh, effect: float, place: str) -> Fresh:
    """Return fresh form with what a ground does to it, and how unsure that is."""
    there = (
        usual.usual + 100.0 * effect if metric in form.ADDITIVE else usual.usual * math.exp(effect)
    )
    return replace(usual, usual=there, place=place, place_error=_EFFECT_SD * usual.sigma)
