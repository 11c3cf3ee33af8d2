"""The IMU on a leg: its own sampling clock, anti-alias filter, mounting, faults of the silicon.

The filter is symmetric and its delay is taken out, so a sample's time is the time of the motion
it shows. Sampling starts at power-on and follows the sensor's drifting clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray

Counts: TypeAlias = NDArray[np.int16]
Motion: TypeAlias = Callable[[FloatArray], FloatArray]
Seconds = TypeVar("Seconds", float, FloatArray)

# Samples made at a time: numpy's price of a call is the same for a second of motion as for eight,
# but of a runner who may still set off nobody can know more than a moment ahead.
AHEAD_SAMPLES, _UNFORESEEN_SAMPLES = 1536, 192
# Watch crystals lose 0.034 ppm for each squared degree away from 25 °C: 3.4 ppm at 15 °C.
MOST_WANDER_PPM = 3.4
OVERSAMPLING = 8  # motion is generated at 8 times the output rate, 1600 Hz for 200 Hz
FULL_SCALE_COUNTS = 32768
_TAPS_EACH_SIDE = 32
_CUTOFF_PART = 0.475  # of the output rate: 95 Hz at 200 Hz, flat to 60 Hz, < 1 % above 135 Hz


@dataclass(frozen=True, slots=True, kw_only=True)
class ImuModel:
    """What the silicon does to motion; figures of good consumer parts."""

    rate_hz: float = 200.0
    accel_range_g: float = 32.0
    gyro_range_dps: int = 2000
    accel_noise_g: float = 0.004
    gyro_noise_radps: float = 0.003
    accel_bias_g: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gyro_bias_radps: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mounting: tuple[tuple[float, ...], ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    clock_ppm: float = 0.0
    wander_ppm: float = 0.0  # up and down, once in `wander_s`
    wander_s: float = 1200.0
    wander_phase: float = 0.0

    @property
    def true_rate_hz(self) -> float:
        """Samples per second of the world's time."""
        return self.rate_hz * (1.0 + self.clock_ppm * 1e-6)

    def ahead_s(self, even_s: Seconds, cos: Callable[[Seconds], Seconds]) -> Seconds:
        """Return by how much wander has put the clock ahead: the sum of a slow sine.

        `even_s` is when it would be without wander; `cos` is that of a number or of an array.
        """
        turns = 2.0 * math.pi / self.wander_s
        swing = math.cos(self.wander_phase) - cos(turns * even_s + self.wander_phase)
        return 1e-6 * self.wander_ppm / turns * swing


def draw_imu(rng: np.random.Generator, *, tilt_deg: float, accel_range_g: float) -> ImuModel:
    """Return a sensor by chance: 20 mg and 10 mrad/s of bias, 20-50 ppm, strapped on askew.

    Its clock wanders by some ppm besides, as it cools in the wind and warms on the leg.
    """
    axis = rng.standard_normal(3)
    angle = math.radians(tilt_deg) * float(rng.uniform(0.3, 1.0))
    accel_bias = 0.020 * rng.uniform(-1.0, 1.0, 3)
    gyro_bias = 0.010 * rng.uniform(-1.0, 1.0, 3)
    ppm = float(rng.choice([-1.0, 1.0]) * rng.uniform(20.0, 50.0))
    wanders = rng.spawn(1)[0]
    return ImuModel(
        accel_range_g=accel_range_g,
        accel_bias_g=(float(accel_bias[0]), float(accel_bias[1]), float(accel_bias[2])),
        gyro_bias_radps=(float(gyro_bias[0]), float(gyro_bias[1]), float(gyro_bias[2])),
        mounting=tuple(tuple(float(x) for x in row) for row in rotation(axis=axis, angle=angle)),
        clock_ppm=ppm,
        wander_ppm=float(wanders.uniform(1.0, MOST_WANDER_PPM)),
        wander_s=float(wanders.uniform(600.0, 1800.0)),
        wander_phase=float(wanders.uniform(0.0, 2.0 * math.pi)),
    )


def rotation(*, axis: FloatArray, angle: float) -> FloatArray:
    """Return the matrix that turns a vector about an axis by an angle in rad (Rodrigues)."""
    x, y, z = axis / np.sqrt((axis**2).sum())
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * _times(cross, cross)


class Imu:
    """A sensor that samples motion in order from power-on, with memory for its filter only.

    Parameters
    ----------
    model : ImuModel
        What the silicon does.
    motion : callable
        Ideal motion (6, n) in segment axes at world times (n,): specific force in g, then
        angular rate in rad/s.
    power_on_s : float
        World time of sample 0.
    rng : Generator
        Where the noise comes from.
    foreseen : callable
        Whether what the motion will be is known seconds ahead.

    """

    def __init__(
        self,
        *,
        model: ImuModel,
        motion: Motion,
        power_on_s: float,
        rng: np.random.Generator,
        foreseen: Callable[[], bool] = lambda: True,
    ) -> None:
        self.model = model
        self.power_on_s = power_on_s
        self.next_index = 0
        self._motion = motion
        self._rng = rng
        self._foreseen = foreseen
        self._edge: FloatArray = np.empty((6, 0))
        self._mixing, self._bias, self._noise = _silicon(model)

    def retuned(self, *, rate_hz: float, accel_range_g: float, from_s: float) -> Imu:
        """Return the same sensor at another rate and range, its sample 0 at `from_s`."""
        model = replace(self.model, rate_hz=rate_hz, accel_range_g=accel_range_g)
        return type(self)(
            model=model,
            motion=self._motion,
            power_on_s=from_s,
            rng=self._rng,
            foreseen=self._foreseen,
        )

    def sample_time_s(self, index: int) -> float:
        """Return the world's time of a sample."""
        even_s = index / self.model.true_rate_hz
        return self.power_on_s + (even_s - self.model.ahead_s(even_s, math.cos))

    def own_s(self, now_s: float) -> float:
        """Return how much time has passed since sample 0 by the sensor's own clock."""
        since_s = now_s - self.power_on_s
        since_s += self.model.ahead_s(since_s, math.cos)  # the wander of the wander is below 1 ns
        return since_s * (1.0 + self.model.clock_ppm * 1e-6)

    def read_ahead(self) -> Counts:
        """Return as many of the next samples as are best made at once; same bits as one by one."""
        return self.read(AHEAD_SAMPLES if self._foreseen() else _UNFORESEEN_SAMPLES)

    def read(self, n: int) -> Counts:
        """Return the next n samples, shape (n, 6): acceleration, then angular rate, in counts."""
        smooth = decimated(self._fine(n))
        self.next_index += n
        return self._digital(smooth)

    def _fine(self, n: int) -> FloatArray:
        """Return ideal motion around the next n samples, at the oversampled rate."""
        first = OVERSAMPLING * self.next_index - _TAPS_EACH_SIDE + self._edge.shape[1]
        stop = OVERSAMPLING * (self.next_index + n - 1) + _TAPS_EACH_SIDE + 1
        ticks = np.arange(first, stop, dtype=np.float64)
        even_s = ticks / (OVERSAMPLING * self.model.true_rate_hz)
        times = self.power_on_s + (even_s - self.model.ahead_s(even_s, np.cos))
        fine = np.concatenate([self._edge, self._motion(times)], axis=1)
        self._edge = fine[:, -(len(_TAPS) - OVERSAMPLING) :]
        return fine

    def _digital(self, signal: FloatArray) -> Counts:
        """Turn motion into the sensor's axes and counts: bias, noise, clipping, 16 bits."""
        counts: FloatArray = signal.T @ self._mixing
        noise = self._rng.standard_normal(counts.shape)
        noise *= self._noise
        noise += self._bias
        counts += noise
        np.rint(counts, out=counts)
        return np.clip(counts, -FULL_SCALE_COUNTS, 32767, out=counts).astype(np.int16)


def _silicon(model: ImuModel) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what turns motion in g and rad/s into counts: mixing (6, 6), bias (6,), noise (6,)."""
    per_unit = FULL_SCALE_COUNTS / np.repeat(
        [model.accel_range_g, math.radians(model.gyro_range_dps)], 3
    )
    mixing = np.kron(np.eye(2), np.array(model.mounting).T) * per_unit
    bias = np.array([*model.accel_bias_g, *model.gyro_bias_radps]) * per_unit
    noise = np.repeat([model.accel_noise_g, model.gyro_noise_radps], 3) * per_unit
    return mixing, bias, noise


def slipped(motion: FloatArray, *, degrees: float) -> FloatArray:
    """Return the motion (6, n) that a sensor askew by so much feels: round the leg and forward."""
    turned = rotation(axis=np.array([0.0, 1.0, 1.0]) / math.sqrt(2.0), angle=math.radians(degrees))
    return np.concatenate([_times(turned, motion[:3]), _times(turned, motion[3:])])


def standing(time_s: FloatArray) -> FloatArray:
    """Return the motion (6, n) of somebody who stands: 1 g up, no turning."""
    still = np.zeros((6, len(time_s)))
    still[2] = 1.0
    return still


def anti_alias_taps() -> FloatArray:
    """Return the symmetric low-pass (Hamming-windowed sinc) that precedes decimation."""
    at = np.arange(-_TAPS_EACH_SIDE, _TAPS_EACH_SIDE + 1, dtype=np.float64)
    taps = np.sinc(2.0 * _CUTOFF_PART / OVERSAMPLING * at)
    taps *= 0.54 + 0.46 * np.cos(math.pi * at / (_TAPS_EACH_SIDE + 1))
    return np.asarray(taps / taps.sum())


def decimated(fine: FloatArray) -> FloatArray:
    """Low-pass signals (m, 8 n + 57) at the oversampled rate, keep every eighth sample: (m, n).

    Eight points in a row times eight taps in a row is one matrix product for all of them; a
    sample is the sum of eight such parts, of points further and further on, and of the last tap.
    However the signal is cut the sums are the same: a product of eight is added up in one order.
    """
    rows = _TAPS[:-1].reshape(-1, OVERSAMPLING)
    out = fine[:, len(_TAPS) - 1 :: OVERSAMPLING] * _TAPS[-1]
    m, n = out.shape
    points = fine[:, : OVERSAMPLING * (n + len(rows) - 1)].reshape(m, -1, OVERSAMPLING)
    parts = rows @ points.transpose(0, 2, 1)
    for i in range(len(rows)):
        out += parts[:, i, i : i + n]
    return np.asarray(out)


def _times(matrix: FloatArray, vectors: FloatArray) -> FloatArray:
    """Multiply without BLAS, whose sums may depend on how memory lies."""
    return np.stack(
        [row[0] * vectors[0] + row[1] * vectors[1] + row[2] * vectors[2] for row in matrix]
    )


_TAPS = anti_alias_taps()
