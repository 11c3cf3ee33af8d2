"""Both legs' strides: live, with the runner's own correction of speed, and again in hindsight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from analytics.again import LegAgain, StrideSource
from analytics.codec import dump_state, load_state
from analytics.fit import FitStage
from analytics.records import (
    Gap,
    Progress,
    SampleBlock,
    SessionEvent,
    Side,
    SpeedModel,
    SpeedReading,
    Stride,
    Worn,
)
from analytics.redone import Redone
from analytics.speed import SpeedStage

MakeStrideSource: TypeAlias = Callable[[Worn], StrideSource]
LegItem: TypeAlias = SampleBlock | Gap | SpeedReading
FromLeg: TypeAlias = Stride | Progress | SessionEvent | Redone

_VERSION = 2


class Legs:
    """From the samples of one runner's sensors to strides, each leg on its own.

    Parameters
    ----------
    runner : str
        Whose legs they are.
    worn : mapping of Side to Worn
        The sensors, one or two.
    make : callable
        Makes the stride stage of a sensor.
    speed_model : SpeedModel or None
        What earlier runs have taught of the runner's speed.

    """

    def __init__(
        self,
        *,
        runner: str,
        worn: Mapping[Side, Worn],
        make: MakeStrideSource,
        speed_model: SpeedModel | None = None,
    ) -> None:
        self._live = {side: make(worn[side]) for side in Side if side in worn}
        self._fit = {side: FitStage(worn=worn[side]) for side in self._live}
        self._speed = SpeedStage(runner=runner, model=speed_model)
        self._again = {
            side: LegAgain(
                worn=worn[side],
                make=partial(make, worn[side]),
                corrected=self._speed.corrected,
            )
            for side in self._live
        }

    @property
    def sides(self) -> list[Side]:
        """The legs that wear a sensor."""
        return list(self._live)

    @property
    def speed_model(self) -> SpeedModel:
        """The runner's own correction of speed, with what this session has taught."""
        return self._speed.model

    def push(self, item: LegItem) -> Iterable[FromLeg]:
        """Take samples, a gap or a speed; return what that completed, live or in hindsight."""
        if isinstance(item, SpeedReading):
            self._speed.push(item)
            return []
        return list(self._of_leg(item, self._again[item.worn.side]))

    def finish(self) -> Iterable[FromLeg]:
        """Return what the end of the samples completes."""
        out: list[FromLeg] = []
        for side, stage in self._live.items():
            again = self._again[side]
            out += self._told(stage.finish(), again)
            out += again.rest()
        return out

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        parts = {
            "live": {side.value: stage.dump() for side, stage in self._live.items()},
            "fit": {side.value: fit.dump() for side, fit in self._fit.items()},
            "again": {side.value: again.dump() for side, again in self._again.items()},
            "speed": self._speed.dump(),
        }
        return dump_state("legs", _VERSION, parts)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        parts = load_state("legs", _VERSION, state)
        for side, stage in self._live.items():
            stage.load(parts["live"][side.value])
            self._fit[side].load(parts["fit"][side.value])
            self._again[side].load(parts["again"][side.value])
        self._speed.load(parts["speed"])

    def _of_leg(self, item: SampleBlock | Gap, again: LegAgain) -> Iterator[FromLeg]:
        late = item.late if isinstance(item, SampleBlock) else item.revision > 1
        if late:
            yield from again.late(item)
            return
        stage = self._live[item.worn.side]
        if isinstance(item, Gap):
            yield from again.gap(item, before=stage.dump)
        else:
            again.block(item)
            self._fit[item.worn.side].push(item)
        yield from self._told(stage.push(item), again)

    def _told(
        self, found: Iterable[Stride | Progress | SessionEvent], again: LegAgain
    ) -> Iterator[FromLeg]:
        for each in found:
            if isinstance(each, SessionEvent):
                yield each
                continue
            for record in self._speed.push(each) if isinstance(each, Stride) else [each]:
                yield record
                yield from self._fit[each.worn.side].push(record)
                yield from again.given(record)


def stride_stage(worn: Worn) -> StrideSource:
    """Return the stride stage of a sensor."""
    from analytics.strides import StrideStage  # noqa: PLC0415 - loads compiled kernels

    return StrideStage(worn=worn)
