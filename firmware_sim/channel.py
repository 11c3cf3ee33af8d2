"""One sensor's way through the air: connection events, repeats, and what faulty stacks do to it.

Theory of operation. A link sends at connection events only, a few packets at each. A damaged
packet is sent again at the next event, and everything behind it waits: nothing is lost and
nothing overtakes, until a packet has waited for the supervision timeout and the link is lost with
all that was queued. Duplicates, other orders and flipped bits are made at the far end.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from firmware_sim.faults import (
    BitFlips,
    Duplicates,
    LinkFault,
    Overflow,
    PacketErrors,
    Reordering,
)
from firmware_sim.radio import SUPERVISION_TIMEOUT_S

Deliver = Callable[[str, bytes], None]
F = TypeVar("F", bound=LinkFault)

_A_CONNECTION_EVENT = 4  # packets; central stacks of phones take 4 to 6
_EVERY_S = 0.030  # interval of a disturbed link on which packets else take no time
_QUEUE = 32  # packets that a sensor's stack has memory for
_THINKS_S = 0.5e-3  # time a sensor needs for an answer, too much for the event that asked
_IDLE_S = 0.2  # a packet that is to come late waits this long for one to overtake it


class Channel:
    """The link from one sensor to whoever listens.

    Parameters
    ----------
    interval_s : float
        Connection interval; 0: packets take no time.
    deliver : callable
        Hands a packet over at the far end.
    lost : callable
        Told when the link has been lost for want of acknowledged packets.
    faults : sequence of LinkFault
        What befalls it; times from `starts_s` on.
    """

    def __init__(
        self,
        *,
        interval_s: float,
        faults: Sequence[LinkFault],
        deliver: Deliver,
        lost: Callable[[], None],
        rng: random.Random,
    ) -> None:
        self.harmed: Counter[str] = Counter()  # packets, by what was done to them
        self.starts_s = 0.0
        self._interval_s = interval_s
        self._faults = faults
        self._deliver = deliver
        self._lost = lost
        self._rng = rng
        self._phase_s = rng.uniform(0.0, interval_s)
        self._at_event = (-1, 0)  # the last event used and how many packets it carries
        self._epoch = 0
        self._queue: deque[tuple[str, bytes]] = deque()  # timers of one time come in any order
        self._late: tuple[str, bytes] | None = None

    def close(self) -> None:
        """Lose what is under way: there is no link."""
        self._epoch += 1
        self._queue.clear()
        self._late = None
        self._at_event = (-1, 0)

    def send(self, uuid: str, data: bytes) -> None:
        """Take a packet of the sensor's."""
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        if not self._queue and self._takes_no_time(now_s):
            self._arrive(uuid, data)
            return
        event, repeats = self._event_for(now_s)
        interval_s = self._interval_s or _EVERY_S
        at_s = self._phase_s + event * interval_s
        if repeats * interval_s > SUPERVISION_TIMEOUT_S:
            loop.call_at(at_s, self._give_up, self._epoch)
        else:
            self._queue.append((uuid, data))
            loop.call_at(at_s, self._next, self._epoch)

    def heard_s(self) -> float:
        """Return when a request that the central makes now reaches the sensor."""
        now_s = asyncio.get_running_loop().time()
        if self._takes_no_time(now_s):
            return now_s
        interval_s = self._interval_s or _EVERY_S
        event = math.ceil((now_s - self._phase_s) / interval_s) + self._repeats(now_s)
        return self._phase_s + event * interval_s

    def answered_s(self) -> float:
        """Return when what the sensor answers now reaches the central, behind what is queued."""
        now_s = asyncio.get_running_loop().time()
        if not self._queue and self._takes_no_time(now_s):
            return now_s
        event, _ = self._event_for(now_s + _THINKS_S)
        return self._phase_s + event * (self._interval_s or _EVERY_S)

    def _takes_no_time(self, now_s: float) -> bool:
        return not self._interval_s and self._active(PacketErrors, now_s) is None

    @property
    def waiting(self) -> int:
        """Packets of the sensor's that are still to be sent."""
        return len(self._queue)

    def _event_for(self, now_s: float) -> tuple[int, int]:
        """Return at which event a packet comes through, and after how many that failed.

        Later ones queue behind it.
        """
        event = math.ceil((now_s - self._phase_s) / (self._interval_s or _EVERY_S))
        last, carried = self._at_event
        if event <= last:
            event, carried = (last, carried) if carried < _A_CONNECTION_EVENT else (last + 1, 0)
        else:
            carried = 0
        repeats = self._repeats(now_s)
        self._at_event = (event + repeats, 1 if repeats else carried + 1)
        return event + repeats, repeats

    def _repeats(self, now_s: float) -> int:
        """Return how many events fail a packet."""
        errors = self._active(PacketErrors, now_s)
        if errors is None:
            return 0
        most, repeats = math.ceil(SUPERVISION_TIMEOUT_S / (self._interval_s or _EVERY_S)) + 1, 0
        while repeats < most and self._rng.random() < errors.share:
            repeats += 1
        self.harmed["repeated"] += repeats
        return repeats

    def _give_up(self, epoch: int) -> None:
        if epoch == self._epoch:
            self.harmed["link lost"] += 1
            self.close()
            self._lost()

    def has_room(self) -> bool:
        """Tell whether the sensor's radio takes another packet now."""
        if len(self._queue) >= _QUEUE:
            self.harmed["skipped"] += 1
            return False
        return not self._strikes(Overflow, asyncio.get_running_loop().time(), "skipped")

    def _next(self, epoch: int) -> None:
        if epoch == self._epoch:
            self._arrive(*self._queue.popleft())

    def _arrive(self, uuid: str, data: bytes) -> None:
        """Hand a packet over, or what the stack at the far end makes of it."""
        now_s = asyncio.get_running_loop().time()
        if self._strikes(BitFlips, now_s, "flipped"):
            data = _flipped(data, self._rng.randrange(8 * len(data)))
        waited, self._late = self._late, None
        if waited is None and self._strikes(Reordering, now_s, "reordered"):
            self._late = uuid, data
            asyncio.get_running_loop().call_later(_IDLE_S, self._release, self._late, self._epoch)
            return
        self._deliver(uuid, data)
        if self._strikes(Duplicates, now_s, "duplicated"):
            self._deliver(uuid, data)
        if waited is not None:
            self._deliver(*waited)

    def _release(self, packet: tuple[str, bytes], epoch: int) -> None:
        """Hand over a packet that nothing has overtaken."""
        if epoch == self._epoch and self._late is packet:
            self._late = None
            self._deliver(*packet)

    def _strikes(self, kind: type[LinkFault], now_s: float, name: str) -> bool:
        fault = self._active(kind, now_s)
        if fault is None or self._rng.random() >= fault.share:
            return False
        self.harmed[name] += 1
        return True

    def _active(self, kind: type[F], now_s: float) -> F | None:
        """Return the fault of a kind that holds now."""
        at_s = now_s - self.starts_s
        for fault in self._faults:
            if isinstance(fault, kind) and fault.at_s <= at_s < fault.until_s:
                return fault
        return None


def _flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
