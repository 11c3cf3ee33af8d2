"""A sensor that speaks our open profile: its firmware behind its GATT table."""

from __future__ import annotations

import math
from collections import deque

from firmware_sim.firmware import BATCH_SAMPLES, Firmware
from firmware_sim.gatt import Board, Characteristic, Gatt, Service
from firmware_sim.imu import Imu
from sensor_gateway.wire import (
    BACKFILL_UUID,
    CLOCK_UUID,
    CONTROL_UUID,
    MOTION_UUID,
    SERVICE_UUID,
    STATUS_UUID,
)

_AHEAD = 8  # packets given to the radio at most: two connection events
_BACKFILL_EVERY = 13 / 8  # live samples for each backfilled packet of 18: 11 times real time
_STATUS_EVERY = 5980  # samples: about 30 s


class OpenImu:
    """The open profile on the air.

    Parameters
    ----------
    imu : Imu
        What it measures with.
    boot : int
        Number of this power-on, from 1.
    board : Board
        What it stands on.
    batch_samples : int
        Samples in a motion packet.

    """

    def __init__(
        self, *, imu: Imu, boot: int, board: Board, batch_samples: int = BATCH_SAMPLES
    ) -> None:
        self._firmware = Firmware(
            imu=imu, boot=boot % 255 or 255, battery=board.battery, batch_samples=batch_samples
        )
        self._board = board
        self._backfill_a_batch = math.ceil(batch_samples / _BACKFILL_EVERY)
        self._status_every = max(1, _STATUS_EVERY // batch_samples)
        self._backfill: deque[bytes] = deque()
        self._batches = 0

    @property
    def gatt(self) -> Gatt:
        """What it shows on the air."""
        firmware, now_s = self._firmware, self._board.now_s
        return Gatt(
            advertised=(SERVICE_UUID,),
            services=(
                Service(
                    uuid=SERVICE_UUID,
                    characteristics=(
                        Characteristic(uuid=MOTION_UUID, notify=True),
                        Characteristic(
                            uuid=CONTROL_UUID, write=self._control, without_response=True
                        ),
                        Characteristic(
                            uuid=STATUS_UUID, read=lambda: firmware.status(now_s()), notify=True
                        ),
                        Characteristic(
                            uuid=BACKFILL_UUID,
                            write=self._asked,
                            notify=True,
                        ),
                        Characteristic(uuid=CLOCK_UUID, read=lambda: firmware.clock(now_s())),
                    ),
                ),
            ),
            disconnected=self._disconnected,
        )

    @property
    def next_due_s(self) -> float:
        """World time at which the batch now being filled is complete."""
        return self._firmware.next_due_s

    def tick(self) -> None:
        """Close the batch; send it, some of what was asked for again, and the status at times."""
        packet = self._firmware.complete_batch(has_room=self._board.has_room)
        if packet is not None:
            self._board.notify(MOTION_UUID, packet)
        room = max(0, _AHEAD - self._board.waiting())  # live packets do not queue behind old ones
        for _ in range(min(self._backfill_a_batch, len(self._backfill), room)):
            self._board.notify(BACKFILL_UUID, self._backfill.popleft())
        self._batches += 1
        if self._batches % self._status_every == 0:
            self._board.notify(STATUS_UUID, self._firmware.status(self._board.now_s()))

    def _control(self, data: bytes) -> None:
        self._firmware.command(data)
        self._board.streaming(self._firmware.streaming)

    def _asked(self, data: bytes) -> None:
        """Begin to answer; a new request replaces one that is under way."""
        self._backfill = deque(self._firmware.backfill(data))

    def _disconnected(self) -> None:
        self._firmware.disconnected()
        self._board.streaming(self._firmware.streaming)
        self._backfill.clear()
