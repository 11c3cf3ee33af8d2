"""What one sensor still owes us, and when to ask its memory for it."""

from __future__ import annotations

from sensor_gateway.control import Backfilled, BackfillEnd
from sensor_gateway.holes import Range
from sensor_gateway.profiles.profile import Profile
from sensor_gateway.profiles.script import Step
from sensor_gateway.sequence import Sequencer
from sensor_gateway.wire import MotionPacket, PacketError, follows

_PATIENCE_S = 3.0  # without a late packet: the request, or the end of its answer, was lost
# Since the last try for the same samples, before each: what spoils answers passes. Then they are
# given up: a sensor says what its memory no longer holds.
_APART_S = (0.0, 0.0, 3.0, 6.0, 12.0)
_U32 = 1 << 32
_UNREAD = 256  # notifications: more than come between two questions


class Backfill:
    """Follows one sensor's stream and says what to ask for.

    One request is under way at a time, the oldest samples first; nothing is asked for twice
    unless an answer stayed away or was damaged. Profiles without a memory are never asked.

    Parameters
    ----------
    profile : Profile
        The sensor's device family.
    reach_s : float
        Ask also for so many seconds before the first sample that comes: somebody may have begun
        to listen before us and lack them. Whoever has them counts them once.
    """

    def __init__(self, *, profile: Profile, reach_s: float = 0.0) -> None:
        self._reach_s = reach_s
        self._profile = profile
        self._ask = profile.backfill
        self._sequencer = Sequencer()
        self._heard: list[tuple[str, bytes, float]] = []  # and not yet read
        self._newest: bytes | None = None  # motion packet, and whether the sequencer lacks it
        self._ahead = False
        self._under_way_s: float | None = None  # when the last answer to a request came
        self._asked: Range | None = None
        self._asked_s = 0.0
        self._tries = 0

    def begin(self) -> None:
        """Forget what was under way on the connection before."""
        self._read()
        self._under_way_s = None

    def hear(self, channel: str, payload: bytes, *, now_s: float) -> None:
        """Take what the sensor sent."""
        if self._ask is not None:
            self._heard.append((channel, payload, now_s))
            if len(self._heard) >= _UNREAD:
                self._read()

    def _read(self) -> None:
        """Read what was heard: many at once cost a third of as many one by one.

        Of packets that follow each other only the last one is.
        """
        heard, self._heard = self._heard, []
        for channel, payload, now_s in heard:
            motion = channel == self._profile.MOTION
            if motion and self._newest is not None and follows(payload, self._newest):
                self._newest, self._ahead = payload, True
            else:
                self._catch_up()
                self._follow(channel, payload, now_s=now_s)
        self._catch_up()
        self._sequencer.closed()

    def _catch_up(self) -> None:
        """Have the sequencer know of the newest motion packet."""
        if self._ahead and self._newest is not None:
            self._sequencer.came_with_all_before(MotionPacket.from_bytes(self._newest))
        self._ahead = False

    def _follow(self, channel: str, payload: bytes, *, now_s: float) -> None:
        try:
            packet = self._profile.decode(channel, payload)
        except PacketError:
            return
        match packet:
            case MotionPacket():
                if self._sequencer.push(packet) is not None:
                    self._newest = payload
                if self._reach_s:
                    self._sequencer.lacks(round(self._reach_s * packet.rate_hz))
                    self._reach_s = 0.0
            case Backfilled():
                self._under_way_s = now_s
                self._sequencer.late(packet.packet)
            case BackfillEnd():
                self._under_way_s = None
                self._sequencer.late_end(packet)

    def question(self, *, now_s: float) -> Step | None:
        """Return what to ask the sensor now, if anything."""
        self._read()
        if self._under_way_s is not None and now_s - self._under_way_s < _PATIENCE_S:
            return None
        wanted = self._sequencer.wanted
        if wanted is None or self._ask is None:
            return None
        if wanted != self._asked:
            self._asked, self._tries = wanted, 0
        if self._tries == len(_APART_S):
            self._sequencer.give_up(below=wanted[1])
            return None
        if now_s - self._asked_s < _APART_S[self._tries]:
            return None
        self._tries, self._asked_s, self._under_way_s = self._tries + 1, now_s, now_s
        first, stop = wanted
        return self._ask(first_index=first % _U32, n_samples=stop - first)
