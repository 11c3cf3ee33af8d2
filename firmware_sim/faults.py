"""What goes wrong in a scenario, and when: each fault is one declared thing.

Which layer each belongs to. A link layer repeats what was not acknowledged and checks every
packet, so that *packet errors* reach an application as delay and, if they last, as a lost link.
*Gaps* come from a sensor whose radio queue is full. *Duplicates*, *other orders* and *flipped
bits* come from faulty stacks and firmware alone; the packets' CRC and counters are there for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from analytics.records import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lasting:
    """Times count from the start of the world."""

    at_s: float
    lasts_s: float

    @property
    def until_s(self) -> float:
        """Return when it is over."""
        return self.at_s + self.lasts_s


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFault(_Lasting):
    """Something that befalls one sensor or its link."""

    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCut(SensorFault):
    """A sensor loses its power and gets it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfReach(SensorFault):
    """Nobody hears a sensor for a while; it goes on sampling into its memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect(SensorFault):
    """A link ends, noticed by both ends at once; the sensor advertises again some time later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(SensorFault):
    """A sensor stays connected, answers, and sends nothing of its own for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFault(SensorFault):
    """Something that befalls a share (0..1) of a sensor's packets."""

    share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketErrors(LinkFault):
    """Packets come damaged and the link layer sends them again: delay, at last a lost link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow(LinkFault):
    """The sensor's radio queue is full now and then: it skips the packet and counts that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates(LinkFault):
    """A faulty stack hands packets over twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reordering(LinkFault):
    """A faulty stack hands a packet over after the one that follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BitFlips(LinkFault):
    """Faulty firmware or stacks flip one bit of a packet, behind the link layer's own check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(SensorFault):
    """A strap slips: the sensor sits askew by so much until it is put right."""

    degrees: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped(_Lasting):
    """The runner wears the left sensor on the right leg and the right one on the left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage(_Lasting):
    """Something beyond the gateway is not there for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerOutage(Outage):
    """The MQTT broker cannot be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOutage(Outage):
    """Another program holds the store and does not let go of it."""


Fault: TypeAlias = SensorFault | Swapped | Outage
FAULTS: dict[type[Fault], str] = {
    PowerCut: "power_cut",
    OutOfReach: "out_of_reach",
    Disconnect: "disconnect",
    Mute: "mute",
    PacketErrors: "packet_errors",
    Overflow: "overflow",
    Duplicates: "duplicates",
    Reordering: "reordering",
    BitFlips: "bit_flips",
    Slip: "slip",
    Swapped: "swapped",
    BrokerOutage: "broker_outage",
    DatabaseOutage: "database_outage",
}
