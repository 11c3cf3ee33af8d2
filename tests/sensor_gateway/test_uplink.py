"""Between gateway and worker anything may be lost, repeated or killed: every event counts once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.records import Placement, Side
from firmware_sim.virtual_time import run_virtual
from sensor_gateway.chunks import RecordingHeader, events_in, sealed_events, sealed_header
from sensor_gateway.events import Notification, RadioEvent
from sensor_gateway.reception import Reception
from sensor_gateway.recording import read_recording
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.uplink import Sender, Uplink
from sensor_gateway.uplink_message import DONE, UplinkAck, UplinkMessage, UplinkStop, from_worker
from sensor_gateway.wire import PacketError
from transport.backoff import Backoff
from transport.buffers import DiskBuffer
from transport.mqtt_link import Message
from transport.outbox import Outbox, SinkUnavailable
from transport.spool import Spool

HEADER = RecordingHeader(
    session="s1",
    started_utc_ns=0,
    sensors=(SensorConfig(runner="ann", side=Side.LEFT, placement=Placement.SHIN, name="pod"),),
    context={"runner": "ann"},
)
MESSAGES = st.builds(
    UplinkMessage,
    session=st.text(max_size=20),
    runner=st.text(max_size=20),
    number=st.integers(0, DONE),
    chunk=st.binary(max_size=300),
    last=st.booleans(),
    oldest=st.booleans(),
)


def note(number: int) -> RadioEvent:
    payload = number.to_bytes(4, "little")
    return Notification(sensor="ann-left", arrival_s=number / 20, channel="motion", payload=payload)


def message(number: int, *, last: bool = False, oldest: bool = False) -> UplinkMessage:
    chunk = sealed_events([note(number)]) if number else sealed_header(HEADER)
    return UplinkMessage(
        session="s1", runner="ann", number=number, chunk=chunk, last=last, oldest=oldest
    )


def received_by(folder: Path) -> list[RadioEvent]:
    return list(read_recording(folder / "s1-ann.scue")[1])


@given(MESSAGES)
def test_a_message_comes_back_as_it_was(sent: UplinkMessage) -> None:
    assert UplinkMessage.from_bytes(sent.to_bytes()) == sent


@given(st.text(max_size=30), st.integers(0, DONE))
def test_an_answer_comes_back_as_it_was(session: str, wanted: int) -> None:
    ack = UplinkAck(session=session, wanted=wanted)
    assert from_worker(ack.to_bytes()) == ack
    stop = UplinkStop(session=session)
    assert from_worker(stop.to_bytes()) == stop


@given(MESSAGES, st.data())
def test_a_flipped_bit_is_noticed(sent: UplinkMessage, data: st.DataObject) -> None:
    bad = bytearray(sent.to_bytes())
    bad[data.draw(st.integers(0, len(bad) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(PacketError):
        UplinkMessage.from_bytes(bytes(bad))


@given(st.binary(max_size=100))
def test_garbage_is_refused(data: bytes) -> None:
    for read in (UplinkMessage.from_bytes, UplinkAck.from_bytes, UplinkStop.from_bytes):
        with pytest.raises(PacketError):
            read(data)


def open_session(folder: Path) -> Reception:
    reception = Reception(folder)
    opens = reception.take(message(0)).opens
    assert opens is not None
    reception.open("ann", opens)
    return reception


def test_a_repeated_or_early_message_changes_nothing(tmp_path: Path) -> None:
    reception = open_session(tmp_path)
    assert reception.take(message(1)).events == (note(1),)
    for again in (message(0), message(1), message(3)):
        received = reception.take(again)
        assert (received.wanted, received.events, received.opens) == (2, (), None)
    assert reception.take(message(2)).events == (note(2),)
    assert reception.take(message(3, last=True)).closes
    reception.close(session="s1", runner="ann")
    assert received_by(tmp_path) == [note(1), note(2), note(3)]
    assert reception.take(message(3, last=True)).wanted == DONE


def test_a_killed_worker_goes_on_with_what_it_wants_next(tmp_path: Path) -> None:
    reception = open_session(tmp_path)
    for number in (1, 2):
        reception.take(message(number))
    reception.release()
    (path,) = tmp_path.glob("*.part")
    torn = sealed_events([note(3)])[:-5]
    path.write_bytes(path.read_bytes() + torn)  # killed while it wrote

    again = Reception(tmp_path)
    (left,) = again.left()
    assert (left.header, left.runner, left.over) == (HEADER, "ann", False)
    assert left.events == (note(1), note(2))
    assert again.take(message(2)).wanted == 3
    assert again.take(message(3, last=True)).events == (note(3),)
    again.close(session="s1", runner="ann")
    assert received_by(tmp_path) == [note(1), note(2), note(3)]


def test_what_the_sender_has_no_more_is_passed_over_and_still_counted(tmp_path: Path) -> None:
    reception = open_session(tmp_path)
    assert reception.take(message(5)).wanted == 1
    assert reception.take(message(5, oldest=True)).events == (note(5),)
    reception.release()
    again = Reception(tmp_path)
    (left,) = again.left()
    assert left.events == (note(5),)
    assert again.take(message(6)).wanted == 7
    again.release()


def test_a_session_whose_opening_is_gone_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    reception = Reception(tmp_path)
    assert reception.take(message(4)).wanted == 0
    assert reception.take(message(4, oldest=True)).wanted == DONE


@pytest.mark.parametrize("name", ["../ann", "", ".ann", "a/b"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    sent = UplinkMessage(session="s1", runner=name, number=0, chunk=sealed_header(HEADER))
    with pytest.raises(PacketError):
        Reception(tmp_path).take(sent)


@dataclass(kw_only=True)
class BadWorld:
    """A broker that loses and repeats, and a worker that is killed now and then."""

    folder: Path
    rng: random.Random
    answer: Callable[[bytes], None] = lambda _: None
    reception: Reception = field(init=False)
    analysed: list[RadioEvent] = field(default_factory=list)
    accidents: int = 0

    def __post_init__(self) -> None:
        self.reception = Reception(self.folder)

    async def publish(self, sent: Message) -> None:
        await asyncio.sleep(0.001)
        fate = self.rng.random()
        if fate < 0.05:
            self.accidents += 1
            raise SinkUnavailable("the connection broke")
        if fate < 0.1:
            self.accidents += 1  # lost without a word
            return
        if fate < 0.13:
            self.kill_worker()
        for _ in range(2 if fate > 0.9 else 1):
            self._worker_hears(sent.payload)

    def kill_worker(self) -> None:
        self.accidents += 1
        self.reception.release()
        self.reception = Reception(self.folder)
        self.analysed = [event for left in self.reception.left() for event in left.events]

    def _worker_hears(self, payload: bytes) -> None:
        sent = UplinkMessage.from_bytes(payload)
        received = self.reception.take(sent)
        if received.opens is not None:
            self.reception.open("ann", received.opens)
        self.analysed += received.events
        if received.closes:
            self.reception.close(session=sent.session, runner=sent.runner)
        if self.rng.random() < 0.9:
            self.answer(UplinkAck(session=sent.session, wanted=received.wanted).to_bytes())

    def outbox(self, folder: Path) -> Outbox[UplinkMessage]:
        """Return a gateway's outbox on disk that sends into this world."""
        sender = Sender(publish=self.publish, topic_of=lambda runner: runner, on_stop=print)
        self.answer = sender.hear
        return Outbox(
            name="uplink",
            deliver=sender.deliver,
            buffer=DiskBuffer(
                spool=Spool(folder), encode=UplinkMessage.to_bytes, decode=UplinkMessage.from_bytes
            ),
            backoff=Backoff(rng=self.rng),
            batch=20,
        )


async def deliver_for(outbox: Outbox[UplinkMessage], seconds: float | None) -> None:
    """Let an outbox deliver for a while, or until it is empty."""
    running = asyncio.ensure_future(outbox.run())
    if seconds is None:
        assert await outbox.drain(within_s=3600.0)
    else:
        await asyncio.sleep(seconds)
    running.cancel()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("unwritten", [(), (30, 31, 75)], ids=["all_spooled", "disk_full_twice"])
def test_every_event_in_the_spool_arrives_once_and_in_order_whatever_happens(
    tmp_path: Path, seed: int, unwritten: tuple[int, ...]
) -> None:
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    world = BadWorld(folder=tmp_path / "worker", rng=rng)
    events = [note(k) for k in range(400)]
    lost: list[RadioEvent] = []

    async def play() -> None:
        outbox = world.outbox(tmp_path / "spool")

        def offer(message: UplinkMessage) -> None:
            if message.number in unwritten:
                lost.extend(events_in(message.chunk))
            else:
                outbox.offer(message)

        uplink = Uplink(runner="ann", header=HEADER, offer=offer)
        for number, event in enumerate(events):
            uplink.take(event)
            if number % 3 == 0:
                uplink.cut()
        uplink.close()
        await deliver_for(outbox, 0.2)  # then the gateway is killed, and started again
        await deliver_for(world.outbox(tmp_path / "spool"), None)

    run_virtual(play())
    assert world.accidents > 5
    events = [event for event in events if event not in lost]
    assert received_by(tmp_path / "worker") == events
    assert world.analysed == events or not world.analysed  # killed after the end: nothing is left


def test_a_runners_next_session_is_sent_once_the_worker_has_all_of_the_one_before() -> None:
    sent: list[tuple[str, int]] = []

    async def publish(message: Message) -> None:
        one = UplinkMessage.from_bytes(message.payload)
        sent.append((one.session, one.number))

    async def play() -> None:
        sender = Sender(publish=publish, topic_of=lambda runner: runner, on_stop=print)
        following = replace(message(0), session="s2")
        delivering = asyncio.ensure_future(sender.deliver([message(1), message(2), following]))
        await asyncio.sleep(1.0)
        assert sent == [("s1", 1), ("s1", 2)]
        sender.hear(UplinkAck(session="s1", wanted=3).to_bytes())
        await asyncio.sleep(1.0)
        assert sent[2:] == [("s2", 0)]
        sender.hear(UplinkAck(session="s2", wanted=1).to_bytes())
        await delivering

    run_virtual(play())


def test_a_workers_wish_to_stop_reaches_the_session_and_is_no_answer() -> None:
    async def nobody(message: Message) -> None:
        del message

    stopped: list[str] = []
    sender = Sender(publish=nobody, topic_of=str, on_stop=stopped.append)
    stop = UplinkStop(session="s1").to_bytes()
    for payload in (stop, stop, b"SX", UplinkAck(session="s2", wanted=1).to_bytes()):
        sender.hear(payload)
    assert stopped == ["s1", "s1"]
