"""What a runner wishes from the page, as the words a session is told."""

from __future__ import annotations

from analytics.gate import QUIET_OFF, QUIET_ON, STOPPED
from analytics.records import Conditions, SessionEvent, SpeedReading, SpeedSource
from analytics.standing import STANDING_ASKED
from dashboards.wishes import PhoneSpeed, Quiet, StandStill, Stop, Wear, Wish
from sensor_gateway.events import Saying, Told


def told(wish: Wish, *, at_s: float) -> Told:
    """Return a wish as an event of a moment; the session it is told to knows whose it is."""
    return Told(at_s=at_s, item=_saying(wish, at_s))


def _saying(wish: Wish, time_s: float) -> Saying:
    match wish:
        case Quiet(on=on, why=why):
            kind, text = (QUIET_ON, "Cues off") if on else (QUIET_OFF, "Cues on")
            return _event(kind, why or text, time_s)
        case Stop():
            return _event(STOPPED, "Run stopped", time_s)
        case StandStill():
            return _event(STANDING_ASKED, "Stand still", time_s)
        case Wear(shoe=shoe, surface=surface):
            return Conditions(runner="", session="", time_s=time_s, surface=surface, shoe=shoe)
        case PhoneSpeed(speed_mps=speed_mps):
            return SpeedReading(
                runner="",
                session="",
                time_s=time_s,
                speed_mps=speed_mps,
                source=SpeedSource.PHONE,
            )


def _event(kind: str, text: str, time_s: float) -> SessionEvent:
    return SessionEvent(runner="", session="", time_s=time_s, kind=kind, text=text)
