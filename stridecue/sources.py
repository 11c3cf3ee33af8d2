"""Where radio events come from: sensors on the air, a simulated runner, a recording."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Sequence

from firmware_sim.world import World
from sensor_gateway.bluetooth import Radio
from sensor_gateway.events import RadioEvent, Ready, time_of
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.supervisor import Gateway
from stridecue.conductor import Emit, EmitAny

_LAST_WORDS_S = 0.5  # what the sensors sent last is still on its way when the world ends


class SimulatedSource:
    """A simulated runner's sensors, listened to by the real gateway."""

    def __init__(self, world: World) -> None:
        self.world = world
        radio = Radio(scanner_backend=world.scanner_backend, client_backend=world.client_backend)
        # The seed that decides the world decides the gateway's waits too.
        rng = random.Random(world.seed)  # noqa: S311 - no secret
        self._gateway = Gateway(sensors=world.sensors, radio=radio, rng=rng)

    @property
    def zero_s(self) -> float | None:
        """Return the loop time of session second 0."""
        return self._gateway.zero_s

    async def run(self, emit: Emit) -> None:
        """Let the world happen and hand over what its sensors send."""
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(self._gateway.run(emit), name="gateway")
            await self.world.run()
            await asyncio.sleep(_LAST_WORDS_S)
            listening.cancel()


class RecordedSource:
    """A recording, at the pace of the loop's clock or as fast as it can be read.

    Parameters
    ----------
    paced : bool
        Hand each event over at its own session time. Otherwise at once, giving way to other
        tasks now and then.

    """

    def __init__(self, events: Iterable[RadioEvent | Ready], *, paced: bool) -> None:
        self.zero_s: float | None = None
        self._events = events
        self._paced = paced

    async def run(self, emit: EmitAny) -> None:
        """Hand over every recorded event."""
        loop = asyncio.get_running_loop()
        start_s = self.zero_s = loop.time()
        for event in self._events:
            due_s = start_s + time_of(event)
            if self._paced and due_s > loop.time():
                await asyncio.sleep(due_s - loop.time())
            elif not self._paced:
                await asyncio.sleep(0)
            emit(event)


class SharedGateway:
    """One gateway for several runners: an adapter has one owner."""

    def __init__(self, gateway: Gateway, *, runners: int) -> None:
        self._gateway = gateway
        self._waiting_for = runners
        self._emits: dict[str, Emit] = {}

    @property
    def zero_s(self) -> float | None:
        """Return the loop time of session second 0, the same for all."""
        return self._gateway.zero_s

    def source(self, *, sensors: Sequence[SensorConfig]) -> Source:
        """Return one runner's share of the events."""
        return self.Source(self, [sensor.key for sensor in sensors])

    async def join(self, keys: Sequence[str], emit: Emit) -> None:
        """Have the events of some sensors; the last to join runs the gateway for all."""
        self._emits |= dict.fromkeys(keys, emit)
        self._waiting_for -= 1
        if self._waiting_for:
            await asyncio.Event().wait()
        await self._gateway.run(lambda event: self._emits[event.sensor](event))

    class Source:
        """One runner's share."""

        def __init__(self, shared: SharedGateway, keys: Sequence[str]) -> None:
            self._shared = shared
            self._keys = keys

        @property
        def zero_s(self) -> float | None:
            """Return the loop time of session second 0."""
            return self._shared.zero_s

        async def run(self, emit: Emit) -> None:
            """Hand over what this runner's sensors send, until cancelled."""
            await self._shared.join(self._keys, emit)
