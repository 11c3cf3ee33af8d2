"""What goes wrong in a scenario, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from analytics.records import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCut:
    """A sensor loses its power and gets it back; times count from the start of the world."""

    side: Side
    at_s: float
    lasts_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfReach:
    """Nobody hears a sensor for a while; it goes on sampling into its memory."""

    side: Side
    at_s: float
    lasts_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A sensor stays connected, answers, and sends nothing of its own for a while."""

    side: Side
    at_s: float
    lasts_s: float


Fault: TypeAlias = PowerCut | OutOfReach | Mute
FAULTS = {PowerCut: "power_cut", OutOfReach: "out_of_reach", Mute: "mute"}
