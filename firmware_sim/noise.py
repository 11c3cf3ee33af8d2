"""Random sequences of a runner: long-range dependent, as stride intervals are."""

from __future__ import annotations

import numpy as np

from analytics.records import FloatArray

HURST = 0.8  # Hausdorff 1995, J Appl Physiol: stride intervals, 0.7..0.9


def fractional_noise(rng: np.random.Generator, *, n: int, hurst: float = HURST) -> FloatArray:
    """Return n values of fractional Gaussian noise, mean 0, standard deviation 1.

    References
    ----------
    Davies & Harte 1987, Biometrika: exact synthesis by circulant embedding.

    Examples
    --------
    >>> noise = fractional_noise(np.random.default_rng(1), n=4)
    >>> noise.shape
    (4,)

    """
    lag = np.arange(n + 1, dtype=np.float64)
    power = 2.0 * hurst
    covariance = 0.5 * (np.abs(lag + 1.0) ** power - 2.0 * lag**power + np.abs(lag - 1.0) ** power)
    circle = np.concatenate([covariance, covariance[-2:0:-1]])
    spectrum = np.maximum(np.fft.rfft(circle).real, 0.0)
    white = rng.standard_normal((2, len(spectrum)))
    tones = np.sqrt(spectrum) * (white[0] + 1j * white[1])
    tones[[0, -1]] = np.sqrt(2.0 * spectrum[[0, -1]]) * white[0, [0, -1]]
    values = np.fft.irfft(tones, n=len(circle)) * np.sqrt(len(circle) / 2.0)
    return np.asarray(values[:n])


def half_long_range(rng: np.random.Generator, *, n: int) -> FloatArray:
    """Return n values of standard deviation 1, half of the variance long-range, half white."""
    slow, fast = fractional_noise(rng, n=n), rng.standard_normal(n)
    return np.asarray((slow + fast) / np.sqrt(2.0))
