"""What a simulated run left behind, beside what really happened in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.codec import Record
from analytics.records import Cue, Gap, LinkHealth, SampleBlock, Side, is_live
from analytics.settings import AnalyticsSettings
from firmware_sim.faults import Fault, SensorFault
from firmware_sim.imu import Counts
from firmware_sim.scenario import Scenario
from firmware_sim.truth import TrueStride
from sensor_gateway.events import RadioEvent

LIFE = 1 << 32  # the gateway's indices go on at its next multiple when a sensor restarts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Life:
    """What a sensor sampled from one power-on to the next power loss.

    Attributes
    ----------
    taken_s : callable
        Returns the true session time of a sample.
    counts : array, shape (n, 6)
        Acceleration and angular rate as its packets carry them.
    """

    taken_s: Callable[[int], float]
    accel_range_g: float
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A record and the session time at which the analysis gave it."""

    at_s: float
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What went to a worker elsewhere, and what became of it there.

    Attributes
    ----------
    events : sequence of RadioEvent
        All that the session heard, in order.
    arrived : sequence of RadioEvent
        All that the worker has on its disk, in order.
    stored : mapping of str to sequence of (id, revision)
        By table, what the worker's store holds, in no order.
    """

    events: Sequence[RadioEvent]
    arrived: Sequence[RadioEvent]
    stored: Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the checkers look at; times in session seconds.

    Attributes
    ----------
    starts_s : float
        Session time of the start of the world, which faults count from.
    items : by side, in order
        Blocks, gaps and link reports as the gateway's chain gave them.
    stored : mapping of str to sequence of (id, revision)
        By table, what the store holds, in no order; revision 1 where records have none.
    published : mapping of str to sequence of str
        By the last part of the topic, the ids that reached the broker, in order.
    losses : mapping of str to int
        By queue, items it dropped or still held at the end.
    damaged, flipped : int
        Packets the gateway called damaged; packets the air did flip a bit in.
    sent : Sent or None
        None where no worker took part.
    """

    scenario: Scenario
    settings: AnalyticsSettings
    starts_s: float
    length_s: float
    lives: Mapping[Side, Sequence[Life]]
    items: Mapping[Side, Sequence[SampleBlock | Gap | LinkHealth]]
    told: Sequence[Told]
    true_strides: Sequence[TrueStride]
    stored: Mapping[str, Sequence[tuple[str, int]]]
    published: Mapping[str, Sequence[str]]
    losses: Mapping[str, int]
    damaged: int
    flipped: int
    sent: Sent | None = None

    def blocks(self, side: Side) -> list[SampleBlock]:
        """Return a leg's blocks in the order they came."""
        return [item for item in self.items[side] if isinstance(item, SampleBlock)]

    def gaps(self, side: Side) -> list[Gap]:
        """Return a leg's gaps in the order they were told."""
        return [item for item in self.items[side] if isinstance(item, Gap)]

    def shown(self) -> list[tuple[float, Cue]]:
        """Return the cues the runner got, with the time at which."""
        return [
            (told.at_s, told.record)
            for told in self.told
            if isinstance(told.record, Cue) and told.record.shown and is_live(told.record)
        ]

    def span_s(self, fault: Fault) -> tuple[float, float]:
        """Return from when to when a fault holds."""
        return self.starts_s + fault.at_s, self.starts_s + fault.until_s

    def faults(self, side: Side) -> Iterator[SensorFault]:
        """Return what befell a leg's sensor."""
        for fault in self.scenario.faults:
            if isinstance(fault, SensorFault) and fault.side is side:
                yield fault
