"""Packets in, their places in the session out: unwraps counters, drops repeats, names the gaps.

Theory of operation. The sensor counts samples and microseconds in 32 bits each. A packet goes on
from what we have seen if both counters moved alike: by the same time, within what an oscillator
may be off. Then its distance in samples says all: nothing missing, some missing, or (a little
backwards) a repeat. If they did not move alike, or far backwards, or if the boot number changed,
the sensor has restarted and nobody can know how many samples it missed. Indices of a restarted
sensor go on from the next multiple of 2**32, so that no index, and no id made of one, ever comes
twice in a session.

Samples that are missing may still come late, out of the sensor's ring buffer. What comes late is
counted in only where it was missing, so it may be asked for and come any number of times; a
restart, or `OLDEST_S` of newer samples, ends the wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sensor_gateway.control import BackfillEnd, DeviceClock
from sensor_gateway.holes import Hole, Holes, Range
from sensor_gateway.wire import MotionPacket

_U16 = 1 << 16
_U32 = 1 << 32
_US = 1e6
WHOLE = slice(None)  # as a part: all of a packet
# Sample counter and clock share an oscillator or are a few per cent apart; stamps may jitter.
_RATE_TOLERANCE = 0.05
_STAMP_TOLERANCE_US = 100_000
OLDEST_S = 120.0  # a ring buffer of a minute, and as long again to be asked and to answer
_OLDEST_REPEAT_US = 2_000_000  # a link layer repeats what it just sent, not what is long past


class Place(NamedTuple):
    """Where those samples of a packet belong that are new.

    Attributes
    ----------
    first_index : int
        Unwrapped index of the first of them; strictly growing over the session.
    device_us : int
        Unwrapped device clock of it; starts anew where `restarted`.
    part : slice
        Which of the packet's samples they are.
    missing : int or None
        Samples lost just before; None where a restart makes that unknowable.
    reason : str
        Why samples are missing; empty if none are.
    restarted : bool
        The sensor has restarted just before.
    """

    first_index: int
    device_us: int
    part: slice = WHOLE
    missing: int | None = 0
    reason: str = ""
    restarted: bool = False


@dataclass(slots=True)
class _Seen:
    """The newest packet and what the next one must look like to go on from it."""

    sequence: int
    boot: int
    first_index: int  # unwrapped
    next_index: int  # unwrapped
    device_us: int  # unwrapped


class Sequencer:
    """Puts one sensor's packets in order; looks at their counters only, never at a sample."""

    def __init__(self) -> None:
        self._seen: _Seen | None = None
        self._holes = Holes()

    def push(self, packet: MotionPacket) -> Place | None:
        """Return where what is new in the packet belongs, or None if nothing is."""
        seen = self._seen
        if seen is None:
            return self._begin(packet, base=0, restarted=False)
        step = _nearest(packet.first_index - seen.first_index, 0, _U32)
        expected_us = step * _US / packet.rate_hz
        moved_us = _nearest(packet.device_time_us - seen.device_us, round(expected_us), _U32)
        tolerance_us = _RATE_TOLERANCE * abs(expected_us) + _STAMP_TOLERANCE_US
        unlike = abs(moved_us - expected_us) > tolerance_us or expected_us < -_OLDEST_REPEAT_US
        if unlike or packet.boot != seen.boot:
            self._holes.give_up(below=seen.next_index)
            return self._begin(packet, base=next_life(seen.next_index), restarted=True)
        return self._go_on(seen, packet, seen.first_index + step, seen.device_us + moved_us)

    def came_with_all_before(self, packet: MotionPacket) -> None:
        """Go on to a packet between which and the newest one every packet was seen to follow."""
        seen = self._seen
        if seen is not None:
            step = _nearest(packet.first_index - seen.first_index, 0, _U32)
            expected_us = round(step * _US / packet.rate_hz)
            moved_us = _nearest(packet.device_time_us - seen.device_us, expected_us, _U32)
            seen.next_index = seen.first_index + step
            self._go_on(seen, packet, seen.next_index, seen.device_us + moved_us)

    def late(self, packet: MotionPacket) -> list[Place]:
        """Return where what was missing belongs that a packet out of the ring buffer brings."""
        seen = self._seen
        if seen is None or packet.boot != seen.boot:
            return []
        back = _nearest(packet.first_index - seen.first_index, 0, _U32)
        expected_us = back * _US / packet.rate_hz
        moved_us = _nearest(packet.device_time_us - seen.device_us, round(expected_us), _U32)
        if abs(moved_us - expected_us) > _RATE_TOLERANCE * abs(expected_us) + _STAMP_TOLERANCE_US:
            return []  # of another run of the counters
        first, device_us = seen.first_index + back, seen.device_us + moved_us
        return [
            Place(
                first_index=a,
                device_us=device_us + round((a - first) * _US / packet.rate_hz),
                part=slice(a - first, b - first),
            )
            for a, b in self._holes.fill(first, first + len(packet))
        ]

    def lacks(self, n: int) -> None:
        """Note that of the samples before the newest packet the last n are missing."""
        if self._seen is not None:
            stop = self._seen.first_index
            first = max(stop - n, stop // _U32 * _U32)
            if first < stop:
                self._holes.open(first, stop)

    def late_end(self, end: BackfillEnd) -> None:
        """Note that the ring buffer has given all it had, from `end.first_index` on."""
        if self._seen is not None:
            first = _nearest(end.first_index, self._seen.first_index, _U32)
            self._holes.give_up(below=first)

    def give_up(self, *, below: int | None = None) -> None:
        """Wait no more for what is missing below an index; for anything, if that is None."""
        if self._seen is not None:
            self._holes.give_up(below=self._seen.next_index if below is None else below)

    @property
    def wanted(self) -> Range | None:
        """The oldest samples in a row that are missing and may still come late."""
        return self._holes.wanted

    def closed(self) -> list[Hole]:
        """Return, once, the holes of which nothing more will come."""
        return self._holes.closed()

    def link_lost(self) -> None:
        """Note nothing: the counters tell what was lost with the link."""

    def device_us(self, clock: DeviceClock) -> int | None:
        """Unwrap a clock reading; None where it is not from the boot we know."""
        seen = self._seen
        if seen is None or clock.boot != seen.boot:
            return None
        return _nearest(clock.device_time_us, seen.device_us, _U32)

    def _begin(self, packet: MotionPacket, *, base: int, restarted: bool) -> Place:
        first = base + packet.first_index
        self._remember(packet, first, packet.device_time_us)
        return Place(
            first_index=first,
            device_us=packet.device_time_us,
            missing=None if restarted else 0,
            reason="the sensor restarted" if restarted else "",
            restarted=restarted,
        )

    def _go_on(
        self, seen: _Seen, packet: MotionPacket, first_index: int, device_us: int
    ) -> Place | None:
        missing = first_index - seen.next_index
        if missing + len(packet) <= 0:
            return None
        self._remember(packet, first_index, device_us)
        if self._holes.any:
            self._holes.give_up(below=first_index - round(OLDEST_S * packet.rate_hz))
        if missing == 0:
            return Place(first_index, device_us)
        if missing < 0:  # what overlaps is a repeat of what we have
            known = -missing
            device_us += round(known * _US / packet.rate_hz)
            return Place(first_index + known, device_us, part=slice(known, None))
        self._holes.open(first_index - missing, first_index)
        follows = (packet.sequence - seen.sequence) % _U16 == 1
        reason = "the sensor had no room for them" if follows else "lost on the air"
        return Place(first_index, device_us, missing=missing, reason=reason)

    def _remember(self, packet: MotionPacket, first_index: int, device_us: int) -> None:
        self._seen = _Seen(
            packet.sequence, packet.boot, first_index, first_index + len(packet), device_us
        )

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        seen = None if self._seen is None else asdict(self._seen)
        return {"seen": seen, "holes": self._holes.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._seen = None if state["seen"] is None else _Seen(**state["seen"])
        self._holes.restore(state["holes"])


def next_life(index: int) -> int:
    """Return where indices go on after a restart that nobody can count across."""
    return (index // _U32 + 1) * _U32


def _nearest(value: int, near: int, modulus: int) -> int:
    """Return the number congruent to `value` that lies nearest to `near`."""
    half = modulus // 2
    return near + (value - near + half) % modulus - half
