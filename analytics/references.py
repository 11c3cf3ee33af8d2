"""What this run's blocks are compared with: fresh minutes, and a moved strap's minutes since.

A strap that moves changes what its sensor feels at every landing, by an amount nobody knows. What
that leg told of impact before is then worth nothing: in the fresh minutes it is learnt anew, and
later the first minutes since become the new reference. Until then the other leg speaks alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analytics import baseline, form, noise, slopes
from analytics.baseline import BaselineSettings, Learner
from analytics.blocks import Block
from analytics.changes import Fresh
from analytics.records import Baseline, Side, Slope, Usual

_RENEW_BLOCKS = 10  # about three minutes


@dataclass(slots=True, kw_only=True)
class _Renewal:
    """Blocks since a strap moved last, and what was fresh in the metrics that wait for them."""

    learner: Learner = field(default_factory=Learner)
    before: dict[str, Fresh] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class ReferenceState:
    """Everything `References` remembers."""

    learner: Learner = field(default_factory=Learner)
    fresh: dict[str, Fresh] | None = None
    own: dict[str, Usual] = field(default_factory=dict)
    slopes: dict[str, Slope] = field(default_factory=dict)
    renewal: _Renewal = field(default_factory=_Renewal)


class References:
    """Fresh form of one run.

    Parameters
    ----------
    settings : BaselineSettings
        When it is learnt.
    block_strides : int
        Strides a leg and block.
    stored : Baseline or None
        What earlier runs have left.

    """

    def __init__(
        self, *, settings: BaselineSettings, block_strides: int, stored: Baseline | None
    ) -> None:
        self._settings = settings
        self._block_strides = block_strides
        self._stored = stored
        self.state = ReferenceState()

    @property
    def fresh(self) -> Mapping[str, Fresh] | None:
        """What to compare with now; None while it is learnt."""
        return self.state.fresh

    @property
    def is_learning(self) -> bool:
        """Tell whether fresh form is not settled yet."""
        return self.state.fresh is None

    def push(self, block: Block) -> Sequence[Side]:
        """Take one block; return the legs whose impact has a new reference."""
        if self.state.fresh is None:
            for side in block.moved:
                self.state.learner.forget(_of_leg(side))
            self._learn(block)
            return []
        for side in block.moved:
            self._forget(side, self.state.fresh)
        return self._renewed(block, self.state.fresh)

    def updated(self, *, runner: str, session: str) -> Baseline | None:
        """Return the stored baseline after this run; None if the run gave too little."""
        slopes_known = self.state.slopes or self._slopes()
        own = self.state.own or self._learnt(slopes_known)
        if not own:
            return None
        return baseline.updated(
            runner=runner,
            session=session,
            own=own,
            stored=self._stored,
            slopes_known=slopes_known,
        )

    def _learn(self, block: Block) -> None:
        """Take a fresh block; once the fresh minutes are over, settle what fresh is."""
        s, state = self._settings, self.state
        start_s, end_s = block.last.contact_s, block.last.end_s
        learns = s.learn_until_s > s.learn_from_s
        enough = self._stored is not None or len(state.learner.blocks) >= s.min_blocks
        if learns and start_s >= s.learn_from_s and (end_s <= s.learn_until_s or not enough):
            state.learner.add(block.values)
            return
        if not enough or (learns and end_s <= s.learn_until_s):
            return
        state.slopes = self._slopes()
        state.own = self._learnt(state.slopes)
        state.fresh = baseline.fresh_form(
            state.own,
            self._stored,
            block_strides=self._block_strides,
            between_days=s.between_days,
            slopes_known=state.slopes,
        )
        state.learner = Learner()

    def _learnt(self, slopes_known: Mapping[str, Slope]) -> dict[str, Usual]:
        return self.state.learner.usual(
            block_strides=self._block_strides,
            min_blocks=self._settings.min_blocks,
            slopes_known=slopes_known,
        )

    def _slopes(self) -> dict[str, Slope]:
        known = {} if self._stored is None else self._stored.slopes
        blocks = self.state.learner.blocks
        return slopes.learnt(blocks, known=known, block_strides=self._block_strides)

    def _forget(self, side: Side, fresh: dict[str, Fresh]) -> None:
        before = {metric: fresh.pop(metric) for metric in _of_leg(side) if metric in fresh}
        self.state.renewal = _Renewal(before={**self.state.renewal.before, **before})

    def _renewed(self, block: Block, fresh: dict[str, Fresh]) -> Sequence[Side]:
        """Learn what waits for new references; return the legs whose impact has one now."""
        renewal = self.state.renewal
        if not renewal.before:
            return []
        renewal.learner.add(block.values)
        found = renewal.learner.usual(
            block_strides=self._block_strides,
            min_blocks=_RENEW_BLOCKS,
            slopes_known=self.state.slopes,
            at_mps=fresh[form.SPEED].usual if form.SPEED in fresh else None,
        )
        known = [metric for metric in renewal.before if metric in found]
        for metric in known:
            fresh[metric] = _renewed(renewal.before.pop(metric), found[metric])
        return [side for side in Side if f"peak_accel_{side}" in known]


def _of_leg(side: Side) -> tuple[str, ...]:
    """Return the metrics that a leg's impact is part of."""
    return (f"peak_accel_{side}", "peak_accel", "asymmetry", f"time_to_peak_{side}")


def _renewed(before: Fresh, now: Usual) -> Fresh:
    error = before.sigma * math.sqrt(noise.mean_variance(now.n_blocks))
    return replace(before, usual=now.median, error=error)
