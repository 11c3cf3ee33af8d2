"""What every peer takes and gives: one leg's samples in its segment's frame, and contacts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.signal import butter, find_peaks, sosfiltfilt

from analytics.records import FloatArray

SHORTEST_STRIDE_S = 0.45  # 267 steps a minute: above a sprint's
LONGEST_STRIDE_S = 1.4  # 86 steps a minute: below any running
LONGEST_CONTACT = 0.75  # of a stride; more is no contact of a runner
LANDING_CUTOFF_HZ = 60.0
LEAST_LANDING_G = 1.5  # less is somebody standing
AROUND_S = (0.040, 0.060)  # before and after the resultant's peak


@dataclass(frozen=True, kw_only=True, eq=False)
class Leg:
    """Samples of one sensor, evenly spaced, with known axes.

    Peers were published for sensors whose axes are known, so they are given the segment's frame:
    x forward, y left, z up the shank (or vertical when the foot stands flat), right-handed; a
    positive rate about y turns the segment's top forward.

    Attributes
    ----------
    time_s : array, shape (n,)
        Seconds, evenly spaced.
    accel_g, gyro_dps : arrays, shape (n, 3)
        Specific force in g; angular rate in deg/s, None without a gyroscope.

    """

    time_s: FloatArray
    accel_g: FloatArray
    gyro_dps: FloatArray | None

    @property
    def rate_hz(self) -> float:
        """Samples a second."""
        return (len(self.time_s) - 1) / float(self.time_s[-1] - self.time_s[0])

    def at(self, index: FloatArray) -> FloatArray:
        """Return the times of (fractional) sample positions; nan stays nan."""
        return np.asarray(self.time_s[0] + np.asarray(index, float) / self.rate_hz)

    @property
    def swing_dps(self) -> FloatArray:
        """Rate about the mediolateral axis, positive while the leg swings forward."""
        if self.gyro_dps is None:
            raise ValueError("a method that needs a gyroscope was given none")
        return np.asarray(-self.gyro_dps[:, 1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Contacts:
    """What a method found on one leg.

    Attributes
    ----------
    contact_s, toe_off_s : arrays, shape (n,)
        Initial contacts in order, and the toe-off that ends each; nan where none was found.
    metrics : dict of str to array, shape (n,)
        Further figures of the stride that each contact opens, by the name of the stride's field.

    """

    contact_s: FloatArray
    toe_off_s: FloatArray
    metrics: dict[str, FloatArray] = field(default_factory=dict)


def lowpass(x: FloatArray, rate_hz: float, cutoff_hz: float, *, order: int = 4) -> FloatArray:
    """Return x low-passed by a Butterworth filter run forward and backward (no lag).

    `order` is that of both passes together, as papers state it.
    """
    sos = butter(order // 2, min(cutoff_hz, 0.45 * rate_hz), fs=rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sos, x, axis=0))


def stride_period_s(leg: Leg) -> float:
    """Return the commonest stride time: first high peak of the resultant's autocorrelation.

    A foot's (or shank's) acceleration repeats once a stride; of the lags between 0.45 and 1.4 s
    the shortest one that is nearly as good as the best is taken, so that two strides are not one.
    """
    size = np.linalg.norm(leg.accel_g, axis=1)
    size = lowpass(size - size.mean(), leg.rate_hz, 20.0)
    spectrum = np.abs(np.fft.rfft(size, 2 * len(size))) ** 2
    likeness = np.fft.irfft(spectrum)[: len(size)]
    first, last = (round(s * leg.rate_hz) for s in (SHORTEST_STRIDE_S, LONGEST_STRIDE_S))
    lags, _ = find_peaks(likeness[: last + 1])
    lags = lags[lags >= first]
    if not len(lags):
        return 0.75
    good = lags[likeness[lags] >= 0.8 * likeness[lags].max()]
    return float(good[0] / leg.rate_hz)


def landings(leg: Leg) -> FloatArray:
    """Return the sample positions of one landing a stride: the resultant's prominent peaks.

    The papers pick strides by hand or on a treadmill; here peaks are at least 0.6 of the commonest
    stride apart and reach 1.5 g and a third of the 98th percentile of all of them. The resultant,
    because some runners' shank has more axial acceleration in swing than at landing.
    """
    size = lowpass(np.linalg.norm(leg.accel_g, axis=1), leg.rate_hz, LANDING_CUTOFF_HZ)
    apart = max(1.0, 0.6 * stride_period_s(leg) * leg.rate_hz)
    peaks, _ = find_peaks(size, distance=apart)
    if not len(peaks):
        return np.zeros(0)
    high = float(np.percentile(size[peaks], 98))
    return np.asarray(peaks[size[peaks] >= max(high / 3.0, LEAST_LANDING_G)], float)


def axial_peaks(axial: FloatArray, leg: Leg) -> FloatArray:
    """Return the sample positions of the axial maximum around each landing."""
    before, after = (round(s * leg.rate_hz) for s in AROUND_S)
    found = []
    for landing in landings(leg).astype(int):
        begin = max(0, landing - before)
        found.append(begin + int(axial[begin : landing + after + 1].argmax()))
    return np.unique(np.array(found, float))


def vertex(x: FloatArray, i: int) -> float:
    """Return the position of the extremum near sample i: a parabola through three samples."""
    if not 0 < i < len(x) - 1:
        return float(i)
    before, here, after = (float(v) for v in x[i - 1 : i + 2])
    bend = before - 2.0 * here + after
    return i + (0.5 * (before - after) / bend if bend else 0.0)


def crossing(x: FloatArray, i: int) -> float:
    """Return where the line from sample i to i + 1 meets zero."""
    a, b = float(x[i]), float(x[i + 1])
    return i + (a / (a - b) if a != b else 0.0)


def paired(leg: Leg, contacts: list[float], toe_offs: list[float]) -> Contacts:
    """Return contacts (positions) with their toe-offs, out of order or too late ones left out."""
    on, off = leg.at(np.array(contacts, float)), leg.at(np.array(toe_offs, float))
    keep = np.r_[True, np.diff(on) > 0.0][: len(on)]
    on, off = on[keep], off[keep]
    following = np.r_[on[1:], np.inf]
    wrong = ~((off > on) & (off < on + LONGEST_CONTACT * np.minimum(following - on, 1.4)))
    return Contacts(contact_s=on, toe_off_s=np.where(wrong, np.nan, off))
