"""What a session is made of: notifications, changes of links, and what people said meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from analytics.records import Conditions, Gap, LinkState, SampleBlock, SessionEvent, SpeedReading


@dataclass(slots=True, kw_only=True)  # not frozen: that alone costs 1 µs, twice a notification
class Notification:
    """Bytes that came from a sensor.

    Attributes
    ----------
    sensor : str
        Key of the sensor, `<runner>-<side>`.
    arrival_s : float
        Session seconds when the bytes reached us.
    channel : str
        What they are, in the words of the sensor's profile: `motion`, `status`, `clock`.
    asked_s : float or None
        Session seconds when we asked, if the bytes answer a read.
    """

    sensor: str
    arrival_s: float
    channel: str
    payload: bytes
    asked_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """The link to a sensor changed to `state`; `detail` says why, for people."""

    sensor: str
    at_s: float
    state: LinkState
    detail: str
    rssi_dbm: float | None = None


Saying: TypeAlias = SessionEvent | SpeedReading | Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody said on a page: a wish for quiet, a treadmill's speed, the ground.

    It stands among the radio's events, so that a recording gives the same session again. `item`
    names neither runner nor session: the session it is told to knows them.
    """

    at_s: float
    item: Saying
    sensor: str = ""  # it is no sensor's


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Samples, or a hole in them, that came ready made: out of a file, not from a radio."""

    at_s: float
    item: SampleBlock | Gap


RadioEvent: TypeAlias = Notification | LinkChange | Told


def time_of(event: RadioEvent | Ready) -> float:
    """Return the session second at which we learned of the event."""
    return event.arrival_s if isinstance(event, Notification) else event.at_s
