"""The program in the sensor: a ring buffer, packets, commands, a clock of its own.

Nothing here waits or sends: the caller brings the world's time and carries the bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from firmware_sim.battery import Battery
from firmware_sim.imu import AHEAD_SAMPLES, Imu
from sensor_gateway.control import (
    BackfillEnd,
    BackfillRequest,
    DeviceClock,
    Start,
    Status,
    Stop,
    command_from_bytes,
)
from sensor_gateway.wire import MotionPacket, PacketError, samples_per_packet

# 65 ms at 200 Hz; 13 shares no divisor with the usual connection intervals, which would bias
# every clock fit that looks at arrival times.
BATCH_SAMPLES = 13
RING_S = 64.0
_U16, _U32 = 1 << 16, 1 << 32
_BOOT_US = 180_000  # the clock runs before the first sample
_FULL = Battery()


class Firmware:
    """A sensor from one power-on to the next power loss.

    Parameters
    ----------
    imu : Imu
        What it measures with.
    boot : int
        Number of this power-on, as packets carry it (1..255).
    battery : Battery
        What it lives on.
    batch_samples : int
        Samples in a motion packet.

    """

    def __init__(
        self,
        *,
        imu: Imu,
        boot: int,
        battery: Battery = _FULL,
        batch_samples: int = BATCH_SAMPLES,
    ) -> None:
        self.imu = imu
        self.boot = boot
        self.streaming = False
        self.dropped = 0
        self._battery = battery
        self._batch = batch_samples
        self._kept = math.ceil(RING_S * imu.model.rate_hz)
        self._capacity = self._kept + AHEAD_SAMPLES
        self._ring = np.zeros((self._capacity, 6), dtype=np.int16)
        self._batch_index = 0
        self._sequence = 0

    @property
    def next_due_s(self) -> float:
        """World time at which the batch now being filled is complete: when the next one begins."""
        return self.imu.sample_time_s(self._batch_index + self._batch)

    def complete_batch(self, *, has_room: Callable[[], bool] = lambda: True) -> bytes | None:
        """Close the batch now being filled; return its packet if streaming and if it has room."""
        first = self._batch_index
        self._batch_index += self._batch
        self._fill(self._batch_index)
        if not self.streaming:
            return None
        if not has_room():
            self.dropped += 1
            return None
        packet = self._packet(first, self._batch, self._sequence)
        self._sequence = (self._sequence + 1) % _U16
        return packet

    def command(self, data: bytes) -> None:
        """Obey what was written to the control characteristic; anything else changes nothing."""
        try:
            order = command_from_bytes(data)
        except PacketError:
            return
        match order:
            case Start():
                self.streaming = True
            case Stop():
                self.streaming = False

    def disconnected(self) -> None:
        """Go on sampling into the ring buffer; the next connection has to start the stream."""
        self.streaming = False

    def status(self, now_s: float) -> bytes:
        """Return the status packet."""
        model = self.imu.model
        return Status(
            boot=self.boot,
            streaming=self.streaming,
            battery_pct=self._battery.pct(now_s),
            oldest_index=self._oldest % _U32,
            next_index=self._batch_index % _U32,
            packets_dropped=self.dropped,
            rate_hz=model.rate_hz,
            accel_range_g=model.accel_range_g,
            gyro_range_dps=model.gyro_range_dps,
        ).to_bytes()

    def clock(self, now_s: float) -> bytes:
        """Return the device clock as it stands now."""
        own_s = self.imu.own_s(now_s)
        return DeviceClock(
            boot=self.boot,
            device_time_us=(_BOOT_US + math.floor(own_s * 1e6)) % _U32,
            next_index=(math.floor(own_s * self.imu.model.rate_hz) + 1) % _U32,
        ).to_bytes()

    def backfill(self, data: bytes) -> list[bytes]:
        """Return what the ring buffer still holds of a requested range, then the end mark."""
        try:
            request = BackfillRequest.from_bytes(data)
        except PacketError:
            return []
        first = min(max(request.first_index, self._oldest), self._batch_index)
        stop = max(min(request.first_index + request.n_samples, self._batch_index), first)
        size = samples_per_packet(gyro=True)
        starts = range(first, stop, size)
        packets = [self._packet(at, min(size, stop - at), i) for i, at in enumerate(starts)]
        end = BackfillEnd(first_index=first % _U32, n_samples=stop - first)
        return [*packets, end.to_bytes()]

    @property
    def _oldest(self) -> int:
        return max(0, self._batch_index - self._kept)

    def _fill(self, stop: int) -> None:
        while self.imu.next_index < stop:
            first, made = self.imu.next_index, self.imu.read_ahead()
            self._ring[np.arange(first, first + len(made)) % self._capacity] = made

    def _packet(self, first: int, n: int, sequence: int) -> bytes:
        model = self.imu.model
        begin, end = first % self._capacity, (first + n) % self._capacity
        if begin < end:
            counts = self._ring[begin:end]
        else:
            counts = np.concatenate([self._ring[begin:], self._ring[:end]])
        own_us = _BOOT_US + round(first * 1e6 / model.rate_hz)
        return MotionPacket(
            sequence=sequence % _U16,
            first_index=first % _U32,
            device_time_us=own_us % _U32,
            rate_hz=model.rate_hz,
            accel=counts[:, :3],
            gyro=counts[:, 3:],
            accel_range_g=model.accel_range_g,
            gyro_range_dps=model.gyro_range_dps,
            boot=self.boot,
        ).to_bytes()
