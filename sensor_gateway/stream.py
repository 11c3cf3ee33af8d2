"""One sensor from radio events to blocks: sequence, clock, calibration, assembly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from analytics.codec import dump_state, load_state
from analytics.records import Gap, LinkHealth, LinkState, SampleBlock, SessionEvent, Worn
from sensor_gateway.assembly import BlockAssembler
from sensor_gateway.clock import ClockFit
from sensor_gateway.control import Backfilled, BackfillEnd, DeviceClock, Status
from sensor_gateway.events import LinkChange, Notification, RadioEvent
from sensor_gateway.link import LinkLedger
from sensor_gateway.profiles.known import profile_named
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.sequence import Run, Sequencer
from sensor_gateway.wire import MotionPacket, PacketError

StreamItem: TypeAlias = SampleBlock | Gap | LinkHealth | SessionEvent

_STAGE, _VERSION = "sensor_stream", 1
_US = 1e-6


class SensorStream:
    """Everything one sensor sends, in order and in session time.

    The first half second after a (re)start of the sensor is held back until its clock is known
    well enough to say times that need no hasty correction; from then on a notification's samples
    come out at once. Damaged packets are counted and passed over.
    """

    def __init__(self, *, worn: Worn, config: SensorConfig) -> None:
        self._profile = profile_named(config.profile, where=f"sensor {config.key}")
        self._sequencer = Sequencer()
        self._clock = ClockFit()
        backfills = getattr(self._profile, "backfill", None) is not None
        self._assembler = BlockAssembler(worn=worn, backfills=backfills)
        self._link = LinkLedger(worn=worn)
        self._held: list[Run] = []
        self._why = ""  # of the next gap, where the link knows
        self._damaged = 0

    @property
    def damaged_packets(self) -> int:
        """Notifications so far that were no whole packet."""
        return self._damaged

    def push(self, event: RadioEvent) -> Iterable[StreamItem]:
        """Return what the event completed."""
        match event:
            case LinkChange():
                if event.state is LinkState.LOST:
                    self._why = event.detail
                return list(self._link.change(event))
            case Notification():
                try:
                    packet = self._profile.decode(event.channel, event.payload)
                except PacketError:
                    self._damaged += 1
                    return []
                return list(self._packet(packet, event))

    def finish(self) -> Iterable[StreamItem]:
        """Return what was still held back; nothing more will come late."""
        held = list(self._release())
        self._sequencer.give_up()
        return [*held, *self._release()]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {
            "sequencer": self._sequencer.state(),
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
        self._sequencer.restore(kept["sequencer"])
        self._clock.restore(kept["clock"])
        self._assembler.restore(kept["assembler"])
        self._link.restore(kept["link"])
        self._held = [Run(**run) for run in kept["held"]]
        self._why = kept["why"]
        self._damaged = kept["damaged"]

    def _packet(
        self,
        packet: MotionPacket | Status | DeviceClock | Backfilled | BackfillEnd | None,
        event: Notification,
    ) -> Iterator[StreamItem]:
        match packet:
            case MotionPacket():
                yield from self._motion(packet, event.arrival_s)
            case Backfilled():
                yield from self._late(packet.packet)
            case BackfillEnd():
                self._sequencer.late_end(packet)
                yield from self._settled()
            case DeviceClock():
                self._clock_read(packet, event)
            case Status():
                self._link.battery(packet.battery_pct)
                yield self._health(event.arrival_s)

    def _motion(self, packet: MotionPacket, arrival_s: float) -> Iterator[StreamItem]:
        run = self._sequencer.push(packet)
        if run is None:
            return
        if run.restarted:
            yield from self._release()
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
            return
        missing = sum(run.missing or 0 for run in self._held)
        yield from self._link.samples(arrival_s, missing=missing)
        yield from self._release()
        if self._link.health_is_due(arrival_s):
            yield self._health(arrival_s)

    def _late(self, packet: MotionPacket) -> Iterator[StreamItem]:
        runs = self._sequencer.late(packet)
        self._link.late(sum(len(run) for run in runs))
        self._held += runs
        yield from self._settled()

    def _settled(self) -> Iterator[StreamItem]:
        """Release what is held, once times can be told."""
        if self._clock.settled:
            yield from self._release()

    def _clock_read(self, clock: DeviceClock, event: Notification) -> None:
        device_us = self._sequencer.device_us(clock)
        if device_us is not None and event.asked_s is not None:
            self._clock.observe_read(
                asked_s=event.asked_s, arrival_s=event.arrival_s, device_s=device_us * _US
            )

    def _health(self, at_s: float) -> LinkHealth:
        known = self._clock.settled
        return self._link.health(
            at_s, clock_uncertainty_s=self._clock.uncertainty_s if known else None
        )

    def _release(self) -> Iterator[StreamItem]:
        held, self._held = self._held, []
        for run in held:
            if run.late:
                yield from self._assembler.late(run)
                continue
            time_s = self._clock.times(device_s=run.device_us * _US, n=len(run))
            yield from self._assembler.push(run, time_s=time_s, why=self._why)
            self._why = ""
        for hole in self._sequencer.closed():
            yield from self._assembler.close(hole)


def _plain(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in Run.__slots__}
