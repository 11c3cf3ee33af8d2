"""The gateway: every sensor of a session kept alive, their events handed on in order.

Theory of operation. One task scans for as long as a sensor is missing; one task a sensor waits for
that sensor's advertisement, connects at once (one connect at a time: adapters manage no more),
runs the profile's start script and then watches. A link that drops, or is silent for longer than a
live sensor ever is, is lost: the sensor is sought from its next advertisement on. Only what failed
is followed by a wait. Notification callbacks stamp the loop's time and queue; one task hands the
events on in order, in session seconds.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from analytics.errors import SensorNotFoundError
from analytics.records import LinkState
from sensor_gateway.bluetooth import Radio
from sensor_gateway.events import Notification
from sensor_gateway.keeper import Keeper
from sensor_gateway.mailbox import Emit, Mailbox
from sensor_gateway.profiles.known import profile_named
from sensor_gateway.profiles.packets import FootPodReading, Samples, Setup
from sensor_gateway.search import Search
from sensor_gateway.sensors import SLOTS, SensorConfig
from sensor_gateway.wire import MotionPacket, PacketError
from transport.backoff import Backoff

_NONE: Mapping[str, float] = MappingProxyType({})


class Gateway:
    """All sensors of a session, from the radio to one stream of events.

    Parameters
    ----------
    sensors : sequence of SensorConfig
        Whom to look for.
    radio : Radio
        Where to look.
    rng : random.Random
        Decides the waits after what failed, nothing else.
    slots : int
        How many connections the adapter can hold; the sensors beyond wait for one.
    spares : mapping of str to float
        By key, the sensors to take only when no other gateway has for so many seconds.
    reach_s : float
        How far back to ask a sensor's memory when its first sample comes.
    """

    def __init__(
        self,
        *,
        sensors: Sequence[SensorConfig],
        radio: Radio,
        rng: random.Random,
        slots: int = SLOTS,
        spares: Mapping[str, float] = _NONE,
        reach_s: float = 0.0,
    ) -> None:
        self._profiles = {s.key: profile_named(s.profile, where=f"sensor {s.key}") for s in sensors}
        self._rates_hz: dict[str, float] = {}  # as agreed on, where packets do not say
        self._mailbox = Mailbox(batch_duration_s=self._batch_duration_s)
        self._search = Search(radio=radio)
        places = asyncio.Semaphore(slots)
        self._keepers = [
            Keeper(
                config=sensor,
                radio=radio,
                search=self._search,
                mailbox=self._mailbox,
                backoff=Backoff(rng=rng),
                slots=places,
                alone_s=spares.get(sensor.key),
                reach_s=reach_s,
            )
            for sensor in sensors
        ]

    @property
    def zero_s(self) -> float | None:
        """Loop time of session second 0; None until the first sample has come."""
        return self._mailbox.zero_s

    @property
    def events_dropped(self) -> int:
        """Events nobody took in time; their samples show as gaps."""
        return self._mailbox.dropped

    def links(self) -> dict[str, LinkState]:
        """Return how every sensor's link stands now, also before the session has begun."""
        return {keeper.config.key: keeper.state for keeper in self._keepers}

    async def run(self, emit: Emit) -> None:
        """Keep the sensors alive and hand every event to `emit`, until cancelled.

        Raises
        ------
        SensorNotFoundError
            If there is no Bluetooth adapter to begin with.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._mailbox.run(emit), name="gateway events")
                tasks.create_task(self._search.run(), name="gateway scan")
                for keeper in self._keepers:
                    tasks.create_task(keeper.run(), name=f"gateway {keeper.config.key}")
        except ExceptionGroup as group:
            missing = group.subgroup(SensorNotFoundError)
            if missing is None:
                raise
            raise missing.exceptions[0] from None

    def _batch_duration_s(self, event: Notification) -> float | None:
        try:
            packet = self._profiles[event.sensor].decode(event.channel, event.payload)
        except PacketError:
            return None
        match packet:
            case MotionPacket():
                return len(packet) / packet.rate_hz
            case Setup(rate_hz=float(rate_hz)):
                self._rates_hz[event.sensor] = rate_hz
                return None
            case Samples():
                agreed_hz = self._rates_hz.get(event.sensor)
                return None if agreed_hz is None else len(packet) / agreed_hz
            case FootPodReading():
                return 0.0
            case _:
                return None
