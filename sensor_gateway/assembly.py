"""Runs with times to blocks and gaps: the last step of the chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analytics.records import FloatArray, Gap, SampleBlock, Worn
from sensor_gateway.calibration import accel_from_counts, gyro_from_counts
from sensor_gateway.sequence import Run


class BlockAssembler:
    """Makes one sensor's blocks and names the gaps between them."""

    def __init__(self, *, worn: Worn) -> None:
        self._worn = worn
        self._next_index: int | None = None
        self._last_s = 0.0

    def push(self, run: Run, *, time_s: FloatArray, why: str = "") -> Iterator[SampleBlock | Gap]:
        """Return the run as a block, after the gap before it if there is one.

        `why` is what is known about the gap from outside, such as a lost link.
        """
        if self._next_index is not None and run.missing != 0:
            yield Gap(
                worn=self._worn,
                first_index=self._next_index,
                start_s=self._last_s,
                end_s=float(time_s[0]),
                n_samples=run.missing,
                reason=run.reason if run.restarted else why or run.reason,
            )
        self._next_index = run.first_index + len(run)
        self._last_s = float(time_s[-1])
        gyro = run.gyro
        yield SampleBlock(
            worn=self._worn,
            first_index=run.first_index,
            time_s=time_s,
            accel_g=accel_from_counts(run.accel, range_g=run.accel_range_g),
            gyro_radps=(
                None if gyro is None else gyro_from_counts(gyro, range_dps=run.gyro_range_dps)
            ),
            range_g=run.accel_range_g,
            rate_hz=run.rate_hz,
        )

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        return {"next_index": self._next_index, "last_s": self._last_s}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._next_index, self._last_s = state["next_index"], state["last_s"]
