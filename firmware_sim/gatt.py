"""A sensor as any radio can show it: a description of its GATT table and a program behind it.

A radio (the virtual one, a fake BlueZ) serves a `Gatt` and carries its bytes; a `Device` fills it
with life and knows no radio. `Pod` joins the two and takes them through power cuts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from firmware_sim.battery import Battery

Notify: TypeAlias = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """One value of a service and what may be done with it.

    Attributes
    ----------
    uuid : str
        In full, 128 bits, lower case.
    read, write : callable or None
        Gives the value; takes what was written. None where that is not permitted.
    without_response : bool
        Takes writes that want no answer too.
    notify : bool
        Sends its value to whoever has subscribed.
    """

    uuid: str
    read: Callable[[], bytes] | None = None
    write: Callable[[bytes], None] | None = None
    without_response: bool = False
    notify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service and its characteristics, in the order of their handles."""

    uuid: str
    characteristics: tuple[Characteristic, ...]


class Turns(Protocol):
    """When a link lets either end speak."""

    def heard_s(self) -> float:
        """Return the world's time at which a request made now reaches the sensor."""
        ...

    def answered_s(self) -> float:
        """Return the world's time at which an answer given now reaches the central."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatt:
    """What a peripheral advertises and serves.

    Attributes
    ----------
    advertised : tuple of str
        UUIDs of the services its advertisement names.
    disconnected : callable
        Called when the central has gone.
    turns : Turns or None
        When requests and their answers get through; None: at once.
    """

    advertised: tuple[str, ...]
    services: tuple[Service, ...]
    disconnected: Callable[[], None]
    turns: Turns | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What a sensor's program stands on.

    Attributes
    ----------
    notify : callable
        Sends bytes of a characteristic (by UUID) to the central, if one has subscribed.
    now_s : callable
        The world's time.
    streaming : callable
        Told whenever the stream begins or ends.
    has_room : callable
        Tells whether the radio's queue takes another packet.
    waiting : callable
        How many packets that queue holds.
    battery : Battery
        What it lives on.
    """

    notify: Notify
    now_s: Callable[[], float]
    streaming: Callable[[bool], None]
    has_room: Callable[[], bool] = lambda: True
    waiting: Callable[[], int] = lambda: 0
    battery: Battery = field(default_factory=Battery)


class Device(Protocol):
    """A sensor's program, from one power-on to the next power loss."""

    @property
    def gatt(self) -> Gatt:
        """What it shows on the air."""
        ...

    @property
    def next_due_s(self) -> float:
        """World time at which it next has something to do."""
        ...

    def tick(self) -> None:
        """Do what is due: sample, and notify what is ready."""
        ...


class OnAir(Protocol):
    """A peripheral on some radio."""

    async def power_on(self) -> None:
        """Come up and advertise."""
        ...

    def power_off(self) -> None:
        """Vanish without a word, as a sensor does whose battery falls out."""
        ...

    def notify(self, uuid: str, data: bytes) -> None:
        """Send a characteristic's bytes, if somebody is connected and has subscribed."""
        ...


class Air(Protocol):
    """A radio that peripherals can be put on."""

    def peripheral(self, *, name: str, address: str, gatt: Gatt) -> OnAir:
        """Return a peripheral, still without power."""
        ...

    async def drop(self, address: str) -> None:
        """Let the central notice that a peripheral has fallen silent."""
        ...
