"""What every device family's module has to give: the interface of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sensor_gateway.profiles.packets import Packet
from sensor_gateway.profiles.script import Read, Script, Step

TEST_VECTORS = "test vectors and a simulated peripheral, no hardware"


class AskAgain(Protocol):
    """Asks a sensor's memory for samples, by the sensor's own count."""

    def __call__(self, *, first_index: int, n_samples: int) -> Step:
        """Return the step that asks."""
        ...


class Timing(StrEnum):
    """What a family's packets say about where their samples belong."""

    NUMBERED = "numbered"  # the sensor counts its samples: every loss is counted
    STAMPED = "stamped"  # the sensor stamps time: losses are counted by it
    NONE = "none"  # neither: losses cannot be seen
    READINGS = "readings"  # no motion at all, but values the sensor has worked out


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a sensor is wanted; None leaves it to the profile."""

    rate_hz: float | None = None
    range_g: float | None = None


class Profile(Protocol):
    """One device family. Modules of this package are profiles: their names are in capitals.

    Attributes
    ----------
    DEVICES : str
        Whose sensors speak it, for people.
    SERVICES : sequence of str
        Services by which an advertisement shows that a sensor speaks it.
    NAMES : sequence of str
        Beginnings of names that show it as well.
    TESTED_ON : str
        What its decoders and scripts have been tried on.
    METRICS : sequence of str
        What the analysis can tell from it.
    LACKS : str
        What it cannot tell, and why; empty if it can tell all.
    TIMING : Timing
        How its samples find their place in time.
    RATES_HZ, RANGES_G : sequence of float, or None
        What may be asked for: nothing where empty; whatever the sensor takes where None.
    MOTION : str
        The channel that a living stream is never silent on.
    SILENT_S : float
        How long that channel is silent before the sensor is given up.
    CLOCK_READ : Read or None
        How its clock is read, if it can be.
    CONDITION_READ : Read
        How its status or its battery is read.
    """

    DEVICES: str
    SERVICES: Sequence[str]
    NAMES: Sequence[str]
    TESTED_ON: str
    METRICS: Sequence[str]
    LACKS: str
    TIMING: Timing
    RATES_HZ: Sequence[float] | None
    RANGES_G: Sequence[float] | None
    MOTION: str
    SILENT_S: float
    CLOCK_READ: Read | None
    CONDITION_READ: Read

    @property
    def backfill(self) -> AskAgain | None:
        """How samples are asked for again; None where the sensor keeps none."""
        ...

    def decode(self, channel: str, payload: bytes) -> Packet | None:
        """Return what came on a channel, None for one not ours; `PacketError` if damaged."""
        ...

    def start(self, wish: Wish) -> Script:
        """Return what to do after connecting; raises `RefusedError` on the way."""
        ...

    def stop(self) -> Script:
        """Return what to do before leaving for good."""
        ...


def nearest_above(offered: Sequence[float], wanted: float) -> float:
    """Return the smallest of what is offered that is enough, else the largest there is.

    Examples
    --------
    >>> nearest_above([26.0, 52.0, 208.0], 100.0)
    208.0
    >>> nearest_above([26.0, 52.0], 100.0)
    52.0
    """
    return min((value for value in offered if value >= wanted), default=max(offered))
