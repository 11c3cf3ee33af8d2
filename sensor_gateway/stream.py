"""One sensor from radio events to blocks: sequence, clock, assembly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, TypeAlias

from analytics.codec import dump_state, load_state
from analytics.records import (
    Gap,
    LinkHealth,
    LinkState,
    SampleBlock,
    SessionEvent,
    SpeedReading,
    SpeedSource,
    Worn,
)
from sensor_gateway.assembly import BlockAssembler
from sensor_gateway.clock import ClockFit
from sensor_gateway.control import Backfilled, BackfillEnd, DeviceClock, Status
from sensor_gateway.events import LinkChange, Notification, RadioEvent, Told
from sensor_gateway.link import LinkLedger
from sensor_gateway.profiles.known import profile_named
from sensor_gateway.profiles.packets import Battery, FootPodReading, Packet, Samples, Setup
from sensor_gateway.profiles.profile import Timing
from sensor_gateway.runs import Run, run_of
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.sequence import Sequencer
from sensor_gateway.timeline import CountingSequencer, StampedSequencer
from sensor_gateway.wire import MotionPacket, PacketError

StreamItem: TypeAlias = SampleBlock | Gap | LinkHealth | SessionEvent | SpeedReading

_STAGE, _VERSION = "sensor_stream", 3
_US = 1e-6


class SensorStream:
    """Everything one sensor sends, in order and in session time.

    The first half second after a (re)start of the sensor is held back until its clock is known
    well enough to say times that need no hasty correction; from then on a notification's samples
    come out at once. Damaged packets are counted and passed over.
    """

    def __init__(self, *, worn: Worn, config: SensorConfig) -> None:
        self._profile = profile_named(config.profile, where=f"sensor {config.key}")
        self._order = _order(self._profile.TIMING)
        self._setup = Setup()
        counts_only = self._profile.TIMING is Timing.NONE
        self._clock = ClockFit.of_counts() if counts_only else ClockFit()
        backfills = self._profile.backfill is not None
        self._assembler = BlockAssembler(worn=worn, backfills=backfills)
        self._worn = worn
        self._link = LinkLedger(worn=worn, sees_losses=not counts_only)
        self._held: list[Run] = []
        self._why = ""  # of the next gap, where the link knows
        self._damaged = 0

    @property
    def damaged_packets(self) -> int:
        """Notifications so far that were no whole packet, or samples of an unknown scale."""
        return self._damaged

    def push(self, event: RadioEvent) -> Iterable[StreamItem]:
        """Return what the event completed."""
        match event:
            case LinkChange():
                if event.state is LinkState.LOST:
                    self._why = event.detail
                    self._order.link_lost()
                told = self._link.change(event)
                return told if self._profile.TIMING is not Timing.READINGS else []
            case Told():
                return []  # no sensor said it
            case Notification():
                try:
                    packet = self._profile.decode(event.channel, event.payload)
                except PacketError:
                    self._damaged += 1
                    return []
                return self._packet(packet, event)

    def finish(self) -> Iterable[StreamItem]:
        """Return what was still held back; nothing more will come late."""
        held = self._release()
        self._order.give_up()
        return [*held, *self._release()]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {
            "order": self._order.state(),
            "setup": asdict(self._setup),
            "clock": self._clock.state(),
            "assembler": self._assembler.state(),
            "link": self._link.state(),
            "held": [_plain(run) for run in self._held],
            "why": self._why,
            "damaged": self._damaged,
        }
        return dump_state(_STAGE, _VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        kept = load_state(_STAGE, _VERSION, state)
        self._order.restore(kept["order"])
        self._setup = Setup(**kept["setup"])
        self._clock.restore(kept["clock"])
        self._assembler.restore(kept["assembler"])
        self._link.restore(kept["link"])
        self._held = [Run(**run) for run in kept["held"]]
        self._why = kept["why"]
        self._damaged = kept["damaged"]

    def _packet(self, packet: Packet | None, event: Notification) -> list[StreamItem]:
        match packet:
            case MotionPacket() | Samples():
                run = self._ordered(packet)
                return [] if run is None else self._motion(run, event.arrival_s)
            case Setup():
                self._setup = self._setup.updated(packet)
            case Backfilled() | BackfillEnd():
                return self._late(packet)
            case DeviceClock():
                self._clock_read(packet, event)
            case Status():
                self._link.battery(packet.battery_pct)
                return [self._health(event.arrival_s)]
            case Battery():
                self._link.battery(packet.pct)
            case FootPodReading():
                return [self._speed(packet, event.arrival_s)]
        return []

    def _ordered(self, packet: MotionPacket | Samples) -> Run | None:
        """Return what is new in a packet, None if nothing is."""
        order, setup = self._order, self._setup
        if isinstance(packet, MotionPacket):
            place = order.push(packet) if isinstance(order, Sequencer) else None
            return None if place is None else run_of(packet, place)
        if isinstance(order, Sequencer):
            return None
        if setup.rate_hz is None or (packet.step_g is None and setup.step_g is None):
            self._damaged += 1  # of another stream's start: what it means was never told
            return None
        return order.push(packet, setup)

    def _motion(self, run: Run, arrival_s: float) -> list[StreamItem]:
        out: list[StreamItem] = []
        if run.restarted:
            out += self._release()
            self._clock.restart()
        self._clock.observe(
            arrival_s=arrival_s,
            device_s=run.device_us * _US,
            first_index=run.first_index,
            n=len(run),
            rate_hz=run.rate_hz,
        )
        self._held.append(run)
        if not self._clock.settled:
            return out
        missing = sum([run.missing or 0 for run in self._held])
        announced = self._link.samples(arrival_s, missing=missing)
        # How sure times are is told before them.
        if self._link.health_is_due(arrival_s, clock_uncertainty_s=self._clock.uncertainty_s):
            out.append(self._health(arrival_s))
        return [*out, *announced, *self._release()]

    def _late(self, packet: Backfilled | BackfillEnd) -> list[StreamItem]:
        order = self._order
        if not isinstance(order, Sequencer):
            return []
        if isinstance(packet, Backfilled):
            places = order.late(packet.packet)
            runs = [run_of(packet.packet, place, late=True) for place in places]
            self._link.late(sum(len(run) for run in runs))
            self._held += runs
        else:
            order.late_end(packet)
        return self._release() if self._clock.settled else []

    def _speed(self, reading: FootPodReading, at_s: float) -> SpeedReading:
        return SpeedReading(
            runner=self._worn.runner,
            session=self._worn.session,
            time_s=at_s,
            speed_mps=reading.speed_mps,
            source=SpeedSource.FOOT_POD,
        )

    def _clock_read(self, clock: DeviceClock, event: Notification) -> None:
        order = self._order
        device_us = order.device_us(clock) if isinstance(order, Sequencer) else None
        if device_us is not None and event.asked_s is not None:
            self._clock.observe_read(
                asked_s=event.asked_s, arrival_s=event.arrival_s, device_s=device_us * _US
            )

    def _health(self, at_s: float) -> LinkHealth:
        known = self._clock.settled
        return self._link.health(
            at_s, clock_uncertainty_s=self._clock.uncertainty_s if known else None
        )

    def _release(self) -> list[StreamItem]:
        held, self._held = self._held, []
        out: list[StreamItem] = []
        for run in held:
            if run.late:
                out += self._assembler.late(run)
                continue
            time_s = self._clock.times(device_s=run.device_us * _US, n=len(run))
            out += self._assembler.push(run, time_s=time_s, why=self._why)
            self._why = ""
        for hole in self._order.closed():
            out += self._assembler.close(hole)
        return out


def _order(timing: Timing) -> Sequencer | StampedSequencer | CountingSequencer:
    match timing:
        case Timing.STAMPED:
            return StampedSequencer()
        case Timing.NONE:
            return CountingSequencer()
        case _:
            return Sequencer()


def _plain(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in Run.__slots__}
