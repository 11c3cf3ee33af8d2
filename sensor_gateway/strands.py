"""One session out of several gateways' shares of it: a sensor may change gateways in mid-run.

Theory of operation. Every gateway numbers and times what it sends on its own: that is a strand. The
first one opens a session; another gateway's, or a restarted one's, joins it if it begins soon
enough, its times moved by the difference of the two gateways' clocks (UTC, so NTP's error at
most). A sensor is heard by whoever heard it last; what another strand brings of it afterwards is
older, and counts as late: the sensor's counters tell what of it is new. Whoever has not got the
sensor has nothing to say of its link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import inf

from analytics.records import LinkState
from sensor_gateway.chunks import Mark, RecordingHeader
from sensor_gateway.events import LinkChange, Notification, RadioEvent, Told, time_of
from sensor_gateway.mailbox import in_session
from sensor_gateway.profiles.known import profile_named

JOIN_S = 600.0  # after the newest event: a gateway away longer than that begins another run
GATEWAY = "gateway"  # in a header's context: which gateway sends; only then may others join
_HAS_IT = {LinkState.SILENT, LinkState.CONNECTED}
_LATE = "backfill"


@dataclass(slots=True)
class Strand:
    """One gateway's share of a session, and the number of the chunk wanted next."""

    name: str
    gateway: str
    shift_s: float
    wanted: int = 1
    over: bool = False

    def mark(self, number: int, *, last: bool) -> Mark:
        """Return the mark of one of its chunks."""
        return Mark(
            strand=self.name,
            number=number,
            gateway=self.gateway,
            shift_s=self.shift_s,
            last=last,
        )


@dataclass(slots=True)
class Shares:
    """The strands of one session, and who heard each sensor last."""

    header: RecordingHeader
    strands: dict[str, Strand] = field(default_factory=dict)
    _heard: dict[str, tuple[str, float]] = field(default_factory=dict)
    _newest_s: float = 0.0

    def __post_init__(self) -> None:
        """Begin with the strand that opens the session."""
        self.add(self.header.session, str(self.header.context.get(GATEWAY, "")), shift_s=0.0)

    @property
    def over(self) -> bool:
        """Whether every strand has ended."""
        return all(strand.over for strand in self.strands.values())

    def takes(self, header: RecordingHeader) -> bool:
        """Tell whether what another gateway begins belongs to this session."""
        if GATEWAY not in header.context or GATEWAY not in self.header.context:
            return False
        return -JOIN_S <= self.shift_s(header) <= self._newest_s + JOIN_S

    def shift_s(self, header: RecordingHeader) -> float:
        """Return the session time at which another gateway's times begin."""
        return (header.started_utc_ns - self.header.started_utc_ns) / 1e9

    def add(self, name: str, gateway: str, *, shift_s: float) -> Strand:
        """Begin a strand; one that the same gateway has left open is over."""
        for other in self.strands.values():
            other.over = other.over or other.gateway == gateway
        self.strands[name] = strand = Strand(name, gateway, shift_s)
        return strand

    def fit(self, strand: Strand, events: Iterable[RadioEvent]) -> Iterator[RadioEvent]:
        """Give what of a strand's events the session takes, in its times."""
        known = {sensor.key: sensor for sensor in self.header.sensors}
        for told in events:
            if isinstance(told, Told):
                yield in_session(told, -strand.shift_s)
                continue
            sensor = known.get(told.sensor)
            if sensor is None:
                continue  # of a newer roster than the session's
            event = in_session(told, -strand.shift_s) if strand.shift_s else told
            by, newest_s = self._heard.get(event.sensor, (strand.name, -inf))
            newer = by == strand.name or time_of(event) > newest_s
            match event:
                case Notification() if newer:
                    self.heard(strand, event)
                    yield event
                case Notification() if event.channel in {_LATE, "motion"}:
                    if profile_named(sensor.profile, where=event.sensor).backfill is not None:
                        yield replace(event, channel=_LATE)
                case LinkChange() if by == strand.name or (newer and event.state in _HAS_IT):
                    self.heard(strand, event)
                    yield event

    def heard(self, strand: Strand, event: RadioEvent) -> None:
        """Note who has told of a sensor, and when."""
        at_s = time_of(event)
        self._newest_s = max(self._newest_s, at_s)
        if isinstance(event, Notification):
            self._heard[event.sensor] = strand.name, at_s
