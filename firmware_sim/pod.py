"""One simulated sensor: firmware and peripheral together, through power cuts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analytics.records import Side
from firmware_sim.faults import PowerCut
from firmware_sim.firmware import Firmware
from firmware_sim.imu import Imu
from firmware_sim.radio import SUPERVISION_TIMEOUT_S, Answers, Peripheral, VirtualRadio

_BACKFILL_A_BATCH = 8  # backfilled packets sent beside each live one: 11 times real time
_STATUS_EVERY = 460  # batches: about 30 s
_BOOT_S = 0.25  # from power to the first sample


@dataclass(frozen=True, slots=True, kw_only=True)
class PodIdentity:
    """How a sensor is known on the air."""

    side: Side
    name: str
    address: str


class Pod:
    """A sensor that lives in the running loop.

    Parameters
    ----------
    make_imu : callable
        IMU of a power-on: given its number and the loop time of its first sample.
    cuts : sequence of PowerCut
        This sensor's power cuts, in order.

    """

    def __init__(
        self,
        *,
        identity: PodIdentity,
        radio: VirtualRadio,
        make_imu: Callable[[int, float], Imu],
        cuts: Sequence[PowerCut] = (),
    ) -> None:
        self.identity = identity
        self.streams = asyncio.Event()
        self._radio = radio
        self._make_imu = make_imu
        self._cuts = cuts
        self._boot = 0
        self._firmware: Firmware | None = None
        self._peripheral: Peripheral | None = None
        self._backfill: deque[bytes] = deque()

    async def run(self, *, world_starts_s: float) -> None:
        """Live through the power cuts until cancelled."""
        loop = asyncio.get_running_loop()
        for cut in self._cuts:
            try:
                async with asyncio.timeout_at(world_starts_s + cut.at_s):
                    await self._powered()
            except TimeoutError:
                self.power_off()
            await asyncio.sleep(min(SUPERVISION_TIMEOUT_S, cut.lasts_s))
            await self._radio.drop(self.identity.address)
            back_s = world_starts_s + cut.at_s + cut.lasts_s
            await asyncio.sleep(max(0.0, back_s - loop.time()))
        await self._powered()

    def power_off(self) -> None:
        """Lose power: the air falls silent, memory and clock are gone."""
        if self._peripheral is not None:
            self._peripheral.power_off()
        self._peripheral = self._firmware = None
        self._backfill.clear()
        self.streams.clear()

    async def _powered(self) -> None:
        """Boot, advertise, sample; send while somebody listens."""
        loop = asyncio.get_running_loop()
        self._boot += 1
        imu = self._make_imu(self._boot, loop.time() + _BOOT_S)
        self._firmware = firmware = Firmware(imu=imu, boot=self._boot % 255 or 255)
        self._peripheral = peripheral = Peripheral(
            radio=self._radio,
            name=self.identity.name,
            address=self.identity.address,
            answers=self._answers(firmware),
        )
        await peripheral.power_on()
        batches = 0
        while True:
            await asyncio.sleep(max(0.0, firmware.next_due_s - loop.time()))
            packet = firmware.complete_batch()
            if packet is not None:
                peripheral.notify_motion(packet)
            for _ in range(min(_BACKFILL_A_BATCH, len(self._backfill))):
                peripheral.notify_backfill(self._backfill.popleft())
            batches += 1
            if batches % _STATUS_EVERY == 0:
                peripheral.notify_status(firmware.status(loop.time()))

    def _answers(self, firmware: Firmware) -> Answers:
        loop = asyncio.get_running_loop()

        def control(data: bytes) -> None:
            firmware.command(data)
            if firmware.streaming:
                self.streams.set()
            else:
                self.streams.clear()

        def disconnected() -> None:
            firmware.disconnected()
            self.streams.clear()
            self._backfill.clear()

        return Answers(
            status=lambda: firmware.status(loop.time()),
            clock=lambda: firmware.clock(loop.time()),
            control=control,
            backfill=lambda data: self._backfill.extend(firmware.backfill(data)),
            disconnected=disconnected,
        )
