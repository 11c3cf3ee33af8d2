"""Bugs on purpose: each changes one thing in the production code, and one checker must find it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import pytest

from analytics.cues import CueStage
from analytics.gate import Gate
from analytics.merge import Merge
from analytics.pace import Pace
from analytics.pipeline import FormPipeline
from analytics.records import FormMetrics, Gap, Side, Stride, Worn
from analytics.strides import StrideStage
from dashboards.mqtt import MqttSink
from dashboards.store import Store, StoreHeldError
from dashboards.store_sink import StoreSink
from firmware_sim.checkers import delivery, form, samples
from firmware_sim.checkers.evidence import Evidence
from firmware_sim.scenario import Scenario
from sensor_gateway import wire
from sensor_gateway.assembly import BlockAssembler
from sensor_gateway.backfill import Backfill
from sensor_gateway.clock import ClockFit
from sensor_gateway.events import Notification, RadioEvent
from sensor_gateway.holes import Holes
from sensor_gateway.mailbox import Mailbox
from sensor_gateway.reception import Received, Reception
from sensor_gateway.sequence import Sequencer
from sensor_gateway.stream import SensorStream
from sensor_gateway.uplink import Sender
from sensor_gateway.uplink_message import UplinkMessage
from tests.simulation.runs import CUED, TROUBLED
from transport.buffers import MemoryBuffer
from transport.spool import Spool

Patch = pytest.MonkeyPatch
Check = Callable[[Evidence], str | None]


@dataclass(frozen=True)
class Bug:
    """What is broken, how, in which run, and who must notice."""

    plant: Callable[[Patch], None]
    found_by: Check
    run: Scenario = TROUBLED
    sends: bool = False  # a worker takes part

    @property
    def name(self) -> str:
        return self.plant.__name__


def every(n: int) -> Callable[[], bool]:
    """Return what says yes each n-th time it is asked."""
    turns = cycle([False] * (n - 1) + [True])
    return lambda: next(turns)


def around(patch: Patch, owner: Any, name: str, new: Callable[..., Any]) -> None:  # noqa: ANN401
    """Replace a method by one that gets the old one first."""
    old = getattr(owner, name)

    def planted(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - anything's
        return new(old, *args, **named)

    patch.setattr(owner, name, planted)


def a_packet_is_dropped_behind_the_radio(patch: Patch) -> None:
    turn = every(200)

    def put(old: Callable[..., None], self: Mailbox, event: RadioEvent) -> None:
        if not (isinstance(event, Notification) and turn()):
            old(self, event)

    around(patch, Mailbox, "put", put)


def a_block_is_repeated(patch: Patch) -> None:
    turn = every(100)

    def push(old: Callable[..., Iterable[Any]], self: SensorStream, event: RadioEvent) -> list[Any]:
        out = list(old(self, event))
        return [*out, *out] if turn() else out

    around(patch, SensorStream, "push", push)


def the_clock_steps(patch: Patch) -> None:
    def times(old: Callable[..., Any], self: ClockFit, *, device_s: float, n: int) -> Any:  # noqa: ANN401
        return old(self, device_s=device_s, n=n) + (0.05 if device_s > 20.0 else 0.0)

    around(patch, ClockFit, "times", times)


def legs_are_swapped(patch: Patch) -> None:
    def init(
        old: Callable[..., None], self: BlockAssembler, *, worn: Worn, backfills: bool
    ) -> None:
        other = Side.RIGHT if worn.side is Side.LEFT else Side.LEFT
        old(self, worn=replace(worn, side=other), backfills=backfills)

    around(patch, BlockAssembler, "__init__", init)


def nobody_looks_at_the_check_sum(patch: Patch) -> None:
    def check(kind: wire.Kind, data: bytes) -> None:
        if data[1] != kind:
            raise wire.PacketError

    patch.setattr(wire, "check", check)


def what_came_late_counts_again(patch: Patch) -> None:
    patch.setattr(Holes, "fill", lambda _, first, stop: [(first, stop)])


def a_gap_is_not_told(patch: Patch) -> None:
    def push(old: Callable[..., Any], self: BlockAssembler, *args: Any, **named: Any) -> Any:  # noqa: ANN401
        return [item for item in old(self, *args, **named) if not isinstance(item, Gap)]

    around(patch, BlockAssembler, "push", push)


def memory_is_never_asked(patch: Patch) -> None:
    patch.setattr(Backfill, "question", lambda *_, **__: None)


def samples_are_shifted_by_one(patch: Patch) -> None:
    def push(old: Callable[..., Any], self: Sequencer, packet: Any) -> Any:  # noqa: ANN401
        place = old(self, packet)
        return place and place._replace(first_index=place.first_index + 1)

    around(patch, Sequencer, "push", push)


def strides_get_lost(patch: Patch) -> None:
    turn = every(12)

    def push(old: Callable[..., Iterable[Any]], self: StrideStage, item: Any) -> list[Any]:  # noqa: ANN401
        return [r for r in old(self, item) if not (isinstance(r, Stride) and turn())]

    around(patch, StrideStage, "push", push)


def strides_wait_for_company(patch: Patch) -> None:
    held: list[Any] = []

    def push(old: Callable[..., Iterable[Any]], self: FormPipeline, item: Any) -> Iterator[Any]:  # noqa: ANN401
        held.extend(old(self, item))
        if len(held) > 6:
            yield from held
            held.clear()

    around(patch, FormPipeline, "push", push)


def a_window_is_left_out(patch: Patch) -> None:
    turn = every(3)

    def push(old: Callable[..., Iterable[Any]], self: FormPipeline, item: Any) -> list[Any]:  # noqa: ANN401
        return [r for r in old(self, item) if not (isinstance(r, FormMetrics) and turn())]

    around(patch, FormPipeline, "push", push)


def cues_know_no_distance(patch: Patch) -> None:
    patch.setattr(Pace, "reason", lambda *_, **__: None)


def the_warm_up_is_over_at_once(patch: Patch) -> None:
    patch.setattr(Gate, "reason", lambda *_: None)


def nobody_is_told_anything(patch: Patch) -> None:
    patch.setattr(CueStage, "push", lambda *_: [])


def cues_are_late(patch: Patch) -> None:
    def is_waiting(old: Callable[..., bool], self: Merge, lead_s: float) -> bool:
        return old(self, lead_s) or lead_s <= self._state.released_s + 5.0

    around(patch, Merge, "_is_waiting", is_waiting)


def the_store_forgets_the_last_of_a_group(patch: Patch) -> None:
    def write(old: Callable[..., None], self: Store, records: Sequence[Any]) -> None:
        old(self, records[:-1])

    around(patch, Store, "write", write)


def a_held_store_is_taken_for_a_written_one(patch: Patch) -> None:
    async def deliver(self: StoreSink, items: Sequence[Any]) -> None:
        try:
            self._store.write([getattr(item, "record", item) for item in items])
        except StoreHeldError:
            return

    patch.setattr(StoreSink, "deliver", deliver)


def an_entry_of_the_spool_is_lost(patch: Patch) -> None:
    turn = every(3)

    def append(old: Callable[..., None], self: Spool, payload: bytes) -> None:
        if not turn():
            old(self, payload)

    around(patch, Spool, "append", append)


def an_entry_of_the_uplinks_spool_is_lost(patch: Patch) -> None:
    turn = every(100)

    def append(old: Callable[..., None], self: Spool, payload: bytes) -> None:
        if not turn():
            old(self, payload)

    around(patch, Spool, "append", append)


def nobody_waits_for_the_workers_answer(patch: Patch) -> None:
    async def deliver(self: Sender, messages: Sequence[UplinkMessage]) -> None:
        for message in messages:
            await self._publish(message)

    patch.setattr(Sender, "deliver", deliver)


def what_the_broker_repeats_is_taken_again(patch: Patch) -> None:
    turn = every(50)

    async def publish(old: Callable[..., Any], self: Sender, message: UplinkMessage) -> None:
        await old(self, message)
        if turn():
            await old(self, message)

    def take(old: Callable[..., Received], self: Reception, message: UplinkMessage) -> Received:
        found = self._find(message.session, message.runner)
        if found is not None and message.number < found[1].wanted:
            found[1].wanted = message.number
        return old(self, message)

    around(patch, Sender, "_publish", publish)
    around(patch, Reception, "take", take)


def strides_are_published_twice(patch: Patch) -> None:
    async def again(old: Callable[..., Any], self: MqttSink, message: Any) -> Any:  # noqa: ANN401
        await old(self, message)
        return await old(self, message)

    around(patch, MqttSink, "_try", again)


def a_queue_is_too_short(patch: Patch) -> None:
    def init(old: Callable[..., None], self: MemoryBuffer[Any], *, capacity: int) -> None:
        old(self, capacity=min(capacity, 10))

    around(patch, MemoryBuffer, "__init__", init)


BUGS = (
    Bug(a_packet_is_dropped_behind_the_radio, samples.gaps_lie_where_they_were_made),
    Bug(a_block_is_repeated, samples.samples_once_in_order),
    Bug(the_clock_steps, samples.clock_is_right),
    Bug(legs_are_swapped, form.legs_are_not_swapped),
    Bug(nobody_looks_at_the_check_sum, samples.samples_are_the_sensors),
    Bug(what_came_late_counts_again, samples.samples_once_in_order),
    Bug(a_gap_is_not_told, samples.gaps_say_what_is_missing),
    Bug(memory_is_never_asked, samples.memory_is_fetched),
    Bug(samples_are_shifted_by_one, samples.samples_are_the_sensors),
    Bug(strides_get_lost, form.strides_are_found),
    Bug(strides_wait_for_company, form.strides_come_at_once),
    Bug(a_window_is_left_out, form.windows_come_in_order),
    Bug(the_store_forgets_the_last_of_a_group, delivery.store_holds_everything),
    Bug(a_held_store_is_taken_for_a_written_one, delivery.store_holds_everything),
    Bug(strides_are_published_twice, delivery.broker_hears_live_strides),
    Bug(a_queue_is_too_short, delivery.queues_stay_within_bounds),
    Bug(an_entry_of_the_spool_is_lost, delivery.broker_hears_what_must_arrive, CUED),
    Bug(an_entry_of_the_uplinks_spool_is_lost, delivery.worker_has_every_event_once, sends=True),
    Bug(nobody_waits_for_the_workers_answer, delivery.worker_has_every_event_once, sends=True),
    Bug(what_the_broker_repeats_is_taken_again, delivery.worker_has_every_event_once, sends=True),
    Bug(cues_know_no_distance, form.cues_keep_their_distance, CUED),
    Bug(the_warm_up_is_over_at_once, form.cues_wait_for_plain_running, CUED),
    Bug(nobody_is_told_anything, form.tired_runners_are_told, CUED),
    Bug(cues_are_late, form.cues_come_at_once, CUED),
)
