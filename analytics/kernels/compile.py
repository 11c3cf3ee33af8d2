"""Compile the kernels, once for a machine: `python -m analytics.kernels.compile`, a minute."""

from __future__ import annotations

import os

import numpy as np

from analytics.kernels import machine_code, run, window
from analytics.kernels.state import Samples, new_rows, new_streams
from analytics.kernels.tuning import tuning

_RATE_HZ = 200.0  # any: the types are the same at every rate


def compile_all() -> None:
    """Call every kernel that the service calls, with arrays of the types it calls them with."""
    tuned = tuning(
        rate_hz=_RATE_HZ, range_g=16.0, is_shin=True, is_left=True, has_gyro=True, is_aligned=False
    )
    streams, rows = new_streams(n_streams=1, rate_hz=_RATE_HZ), new_rows(run.ROWS_A_SAMPLE)
    still = np.zeros((1, 1, 3))
    samples = Samples(np.zeros(1, np.int64), np.zeros((1, 1)), still, still)
    run.advance_one(tuned, streams, 0, samples, rows, 0)
    run.break_off(tuned, streams, 0, rows)
    run.finish(tuned, streams, 0, rows)
    legs = window.new_legs(n_legs=2, length_s=30)
    window.keep(legs, 0, 0.0, np.zeros(window.N_COLUMNS), 0)
    window.read(legs, 0, 0.0, window.new_figures(legs))
    machine_code.complete()


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)  # whoever is running meanwhile goes first
    compile_all()
