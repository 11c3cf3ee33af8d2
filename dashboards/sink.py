"""The port through which records leave for people and other systems."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from analytics.codec import Record
from analytics.records import Gap, LinkHealth, Stride
from transport.backoff import Backoff
from transport.buffers import MemoryBuffer
from transport.outbox import Outbox

CAPACITY = 10_000  # about an hour of one runner's strides


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A record and when it passed the stations before the sinks, in seconds of the loop's clock.

    Attributes
    ----------
    sample_s : float
        The sample that completed the record: a stride's closing contact, a window's end.
    gateway_s : float
        Arrival of the notification that carried that sample.
    analytics_s : float
        When the pipeline gave the record.

    """

    record: Record
    sample_s: float
    gateway_s: float
    analytics_s: float


Item: TypeAlias = Record | Timed  # records that were never live carry no times
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class SinkOf(Protocol[T_contra]):
    """One place records go to; always behind an `Outbox`, so that none delays another.

    `gather_s` is how long its outbox may collect before handing over a group.
    """

    name: str
    gather_s: float

    async def deliver(self, items: Sequence[T_contra]) -> None:
        """Hand over the records in order; `transport.outbox.SinkUnavailable` if it is down."""
        ...


Sink: TypeAlias = SinkOf[Item]


def record_of(item: Item) -> Record:
    """Return the record alone."""
    return item.record if isinstance(item, Timed) else item


def records_of(items: Sequence[Item]) -> Iterator[Record]:
    """Return the records alone, in order."""
    return map(record_of, items)


def runner_of(record: Record) -> str:
    """Return the id of the runner whose record it is."""
    match record:
        case Stride() | Gap() | LinkHealth():
            return record.worn.runner
        case _:
            return record.runner


def outbox_for(sink: SinkOf[T], *, rng: random.Random, capacity: int = CAPACITY) -> Outbox[T]:
    """Return the memory outbox a sink stands behind; its `run` belongs in the TaskGroup."""
    return Outbox(
        name=sink.name,
        deliver=sink.deliver,
        buffer=MemoryBuffer(capacity=capacity),
        backoff=Backoff(rng=rng),
        gather_s=sink.gather_s,
    )
