"""What all simulated sensors of other makers share: a stream of batches, a battery."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray
from firmware_sim.gatt import Board, Characteristic, Service
from firmware_sim.imu import FULL_SCALE_COUNTS, Counts, Imu
from sensor_gateway.profiles import sig

IDLE_S = 0.05  # how often a sensor that does not stream looks whether it should
_PROCESSING_S = 0.0005  # from a batch's last sample to the radio
_TICK_S = 1e-9  # what sums of periods round to


class Stream:
    """Batches of samples from the moment a sensor was told to start."""

    def __init__(self, *, imu: Imu, batch_samples: int) -> None:
        self.imu = imu
        self.next_index = 0
        self._batch = batch_samples
        self._ready: NDArray[np.int16] = np.empty((0, 6), dtype=np.int16)

    @property
    def next_due_s(self) -> float:
        """World time at which the batch now being filled is ready to be sent."""
        return self.imu.sample_time_s(self.next_index + self._batch - 1) + _PROCESSING_S

    def batch(self) -> Counts:
        """Return the batch that is complete now, shape (n, 6), in counts."""
        while len(self._ready) < self._batch:
            self._ready = np.concatenate([self._ready, self.imu.read_ahead()])
        taken, self._ready = self._ready[: self._batch], self._ready[self._batch :]
        self.next_index += self._batch
        return taken

    def batch_g(self) -> FloatArray:
        """Return the acceleration of the batch that is complete now, shape (n, 3), in g."""
        scale_g = self.imu.model.accel_range_g / FULL_SCALE_COUNTS
        return self.batch()[:, :3].astype(np.float64) * scale_g


class Streamer(ABC):
    """A sensor that streams from a start until a stop or until its central has gone."""

    def __init__(self, *, imu: Imu, boot: int, board: Board) -> None:
        self.boot = boot
        self._imu = imu
        self._board = board
        self._stream: Stream | None = None
        self._told_pct = board.battery.pct(board.now_s())

    @property
    def next_due_s(self) -> float:
        """World time at which it next has something to do."""
        if self._stream is None:
            return self._board.now_s() + IDLE_S
        return self._stream.next_due_s

    def tick(self) -> None:
        """Send the batch that is full, and what is left of the battery when that has changed."""
        pct = self._board.battery.pct(self._board.now_s())
        if pct != self._told_pct:
            self._told_pct = pct
            self._board.notify(*self._battery_word(pct))
        if self._stream is not None and self._board.now_s() >= self._stream.next_due_s - _TICK_S:
            self._send()

    @abstractmethod
    def _send(self) -> None:
        """Send the batch that is full, as the maker's protocol has it."""

    def _battery_word(self, pct: int) -> tuple[str, bytes]:
        """Return by which characteristic the battery is told, and how."""
        return sig.BATTERY_LEVEL, bytes([pct])

    @property
    def _running(self) -> Stream:
        assert self._stream is not None  # noqa: S101 - asked only while it runs
        return self._stream

    def _begin(self, *, rate_hz: float, range_g: float, batch_samples: int) -> Stream:
        now_s = self._board.now_s()
        imu = self._imu.retuned(rate_hz=rate_hz, accel_range_g=range_g, from_s=now_s)
        self._stream = Stream(imu=imu, batch_samples=batch_samples)
        self._board.streaming(True)
        return self._stream

    def _end(self) -> None:
        self._stream = None
        self._board.streaming(False)


def battery_service(board: Board) -> Service:
    """Return a Battery Service that says what is left."""
    level = Characteristic(
        uuid=sig.BATTERY_LEVEL,
        read=lambda: bytes([board.battery.pct(board.now_s())]),
        notify=True,
    )
    return Service(uuid=sig.BATTERY_SERVICE, characteristics=(level,))
