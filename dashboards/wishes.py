"""What a runner wishes from the page: one of these, handed to whoever holds the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from analytics.records import Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """No cues from now on, or cues again; `why` is told once."""

    on: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """The run is over."""


@dataclass(frozen=True, slots=True)
class StandStill:
    """The runner stands still for the sensors' check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """What is run in and on; None where that is not said."""

    shoe: str | None
    surface: Surface | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSpeed:
    """The phone's own speed, from its positions, which stay on it."""

    speed_mps: float


Wish: TypeAlias = Quiet | Stop | StandStill | Wear | PhoneSpeed
OnWish: TypeAlias = Callable[[str, Wish], None]
