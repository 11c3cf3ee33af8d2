"""Block values: 25 running strides a leg become one value a metric.

Both legs fill one block together. It closes when every leg that is running has its strides;
a leg that gives few does not hold up the other for long, and a leg with less than half of its
strides gives no value. Blocks never span a pause, a gap of a leg worth speaking of, a moved
strap or a change of ground, and they leave out the first seconds after a start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from analytics import form
from analytics.merge import Second
from analytics.records import Activity, PerSide, Side, Stride, Surface

_LONG_GAP_S = 2.0  # about three strides: after that the leg's block starts anew
_PATIENCE = 1.5  # a leg this many times full no longer waits for the other
_GOOD_QUALITY = 0.5

STRAP_MOVED = "strap-moved"  # SessionEvent: the side's peaks no longer compare with before


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSettings:
    """How strides become blocks.

    Attributes
    ----------
    strides : int
        Valid strides a leg and block.
    settle_s : float
        Left out after every start: a runner gathers pace.
    clipped_share : float
        With more clipped strides than this, a leg's peak acceleration is left out.

    """

    strides: int = 25
    settle_s: float = 10.0
    clipped_share: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Values by metric name; `last` is the stride that completed it.

    `surface` and `grade_pct` are what is known of the ground; `moved` are the sides whose strap
    has moved since the block before.
    """

    values: dict[str, float]
    last: Stride
    surface: Surface | None = None
    grade_pct: float | None = None
    moved: Sequence[Side] = ()


@dataclass(slots=True, kw_only=True)
class _State:
    strides: dict[Side, list[Stride]] = field(default_factory=lambda: {side: [] for side in Side})
    settled_s: float = 0.0
    moved: list[Side] = field(default_factory=list)
    surface: Surface | None = None
    grade_pct: float | None = None


class Blocks:
    """Gather running strides of both legs into blocks."""

    def __init__(self, *, settings: BlockSettings) -> None:
        self._settings = settings
        self.state = _State()

    def push(self, second: Second) -> Block | None:
        """Take one second of both legs and return the block it completed."""
        state = self.state
        self._note(second)
        running = [s for s, what in second.activity.items() if what is Activity.RUNNING]
        if not running:
            if any(what is not Activity.GAP for what in second.activity.values()):
                state.settled_s = second.until_s + self._settings.settle_s
                for leg in state.strides.values():
                    leg.clear()
            return None
        for stride in second.strides:
            if stride.contact_s >= state.settled_s and stride.quality >= _GOOD_QUALITY:
                state.strides[stride.worn.side].append(stride)
        return self._close() if self._is_full(running) else None

    def restore(self, state: object) -> None:
        """Go on from the plain form of `state`."""
        self.state = msgspec.convert(state, _State)

    def _note(self, second: Second) -> None:
        """Take what cuts a block short or says where it was run."""
        state = self.state
        for event in second.events:
            if event.kind == STRAP_MOVED and event.side is not None:
                state.strides[event.side].clear()
                state.moved.append(event.side)
        for gap in second.gaps:
            if gap.end_s - gap.start_s > _LONG_GAP_S:
                state.strides[gap.worn.side].clear()
        for now in second.conditions:
            if (now.surface, now.grade_pct) != (state.surface, state.grade_pct):
                state.surface, state.grade_pct = now.surface, now.grade_pct
                for leg in state.strides.values():
                    leg.clear()

    def _is_full(self, running: Sequence[Side]) -> bool:
        wanted = self._settings.strides
        lengths = {side: len(leg) for side, leg in self.state.strides.items()}
        return (
            min([lengths[side] for side in running]) >= wanted
            or max(lengths.values()) >= _PATIENCE * wanted
        )

    def _close(self) -> Block:
        legs = {
            side: leg if len(leg) >= 0.5 * self._settings.strides else []
            for side, leg in self.state.strides.items()
        }
        state = self.state
        state.strides = {side: [] for side in Side}
        strides = [stride for leg in legs.values() for stride in leg]
        peak = PerSide(left=self._peak_g(legs, Side.LEFT), right=self._peak_g(legs, Side.RIGHT))
        values = form.named_values(
            peak_accel=peak,
            contact_time=PerSide(
                left=_contact_s(legs[Side.LEFT]), right=_contact_s(legs[Side.RIGHT])
            ),
            others={
                "cadence": form.cadence_spm(strides),
                "asymmetry": form.asymmetry_pct(peak),
                "stride_time_cv": form.stride_time_cv_pct(legs.values()),
                form.SPEED: form.speed_mps(strides),
                **{
                    name: _time_to_peak_s(legs[side])
                    for name, side in zip(form.SHOCK, Side, strict=True)
                },
            },
        )
        moved, state.moved = state.moved, []
        return Block(
            values=values,
            last=max([leg[-1] for leg in legs.values() if leg], key=_closed),
            surface=state.surface,
            grade_pct=state.grade_pct,
            moved=moved,
        )

    def _peak_g(self, legs: dict[Side, list[Stride]], side: Side) -> float | None:
        leg = legs[side]
        whole_g = [s.peak_accel_resultant_g for s in leg if not s.peak_clipped]
        if len(leg) - len(whole_g) > self._settings.clipped_share * len(leg):
            return None
        return form.middle(whole_g)


def _closed(stride: Stride) -> tuple[float, Side]:
    """Return when a stride was over; of both legs at once, the right one counts as later."""
    return (stride.end_s, stride.worn.side)


def _contact_s(leg: Sequence[Stride]) -> float | None:
    return form.middle([s.contact_time_s for s in leg if s.contact_time_s is not None])


def _time_to_peak_s(leg: Sequence[Stride]) -> float | None:
    return form.middle([s.time_to_peak_s for s in leg if s.time_to_peak_s])
