"""How many sensors one core analyses: filters, events, stride metrics and windows together.

`python -m bench.streams [--json]`, from the repository's root. A stream is a six-axis sensor at
200 Hz; streams a core are frames a CPU second over 200. Input: a simulated runner's shoe and
shin (60 s, the slower of the two counts), N streams at 50 different places of it, steady when
the clock starts. CPU time, not wall-clock time, over some fourteen strides and two windows of
each stream; every block at its best of several passes, so that other work on the machine costs
little. The peers analyse the same samples offline in the same run.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import run, window
from analytics.kernels.jit import entry
from analytics.kernels.state import STATE, Samples, Streams, new_rows, new_streams
from analytics.kernels.tuning import Tuning, tuning
from analytics.merge import Merge
from analytics.records import Placement, SampleBlock, Side, Stride, Worn
from analytics.strides import StrideStage
from analytics.window import WindowSettings, WindowStage
from bench.peers import cost
from bench.truth.rows import Row, report
from tests.analytics import signals

RATE_HZ = 200.0
PLACES, APART = 50, 7  # streams' places in the recording, samples between them
WINDOW = WindowSettings()
BEFORE = int((WINDOW.length_s + 2) * RATE_HZ)  # samples before the clock starts: windows are full
WHOLE_S = 2 * WINDOW.hop_s  # some fourteen strides, two windows
LIVE_S = 20  # of signal, for the live sensors without numba


class Fleet(NamedTuple):
    """N streams under way: their state, their windows', and room for what they give."""

    tuned: Tuning
    streams: Streams
    legs: window.Legs
    figures: window.Figures
    rows: NDArray[np.record]


@cache
def recording(placement: Placement) -> SampleBlock:
    """Return a simulated minute of running."""
    whole = signals.run(placement=placement, running_s=60.0).block
    return whole.part(800, len(whole) - 400)


@entry
def into_windows(
    legs: window.Legs,
    figures: window.Figures,
    rows: NDArray[np.record],
    n: int,
    hop_s: float,
    length_s: float,
) -> int:
    """Put the strides among the rows into their legs' windows; return the windows that ended.

    Streams 2 k and 2 k + 1 are one runner's; a runner's window is read with the second's row.
    """
    ended = 0
    for k in range(n):
        row = rows[k]
        if row.kind == run.SECOND:
            if row.stream % 2 == 1 and row.end_s % hop_s == 0.0:
                window.read(legs, row.stream - 1, row.end_s - length_s, figures)
                ended += 1
        elif row.end_s > row.contact_s:
            contact_s, stride_s = row.toe_off_s - row.contact_s, row.end_s - row.contact_s
            values = figures.room
            values[0], values[1] = stride_s, row.speed_mps
            values[2], values[3] = row.peak_accel_resultant_g, contact_s
            values[4], values[5] = stride_s / 2.0 - contact_s, row.strike_angle_deg
            values[6], values[7] = row.tibia_angle_deg, row.pronation_velocity_dps
            values[8] = 1.0
            values[9] = row.loading_rate_gps / row.peak_accel_resultant_g
            window.keep(legs, row.stream, row.end_s, values, 0)
    return ended


def push(fleet: Fleet, samples: Samples) -> None:
    """Push a block of every stream through everything."""
    n, first = len(fleet.streams.parts), 0
    while first < n:
        found, first = run.advance(fleet.tuned, fleet.streams, samples, first, fleet.rows)
        into_windows(
            fleet.legs, fleet.figures, fleet.rows, found, WINDOW.hop_s, float(WINDOW.length_s)
        )


def block(placement: Placement, start: int, k: int, copies: int) -> Samples:
    """Return samples start..start+k-1 of each of `PLACES` streams, `copies` times."""
    whole = recording(placement)
    assert whole.gyro_radps is not None  # noqa: S101 - simulated sensors have one
    at = [slice(place * APART + start, place * APART + start + k) for place in range(PLACES)]
    return Samples(
        first_index=np.full(PLACES * copies, start, np.int64),
        time_s=np.tile(whole.time_s[start : start + k], (PLACES * copies, 1)),
        accel_g=np.tile(np.stack([whole.accel_g[s] for s in at]), (copies, 1, 1)),
        gyro_radps=np.tile(np.stack([whole.gyro_radps[s] for s in at]), (copies, 1, 1)),
    )


def fleet_of(placement: Placement, copies: int) -> Fleet:
    """Return `PLACES` streams that have run for a while, `copies` times."""
    tuned = tuning(
        rate_hz=RATE_HZ,
        range_g=signals.RANGE_G,
        is_shin=placement is Placement.SHIN,
        is_left=True,
        has_gyro=True,
        is_aligned=False,
    )
    streams = new_streams(n_streams=PLACES, rate_hz=RATE_HZ)
    legs = window.new_legs(n_legs=PLACES, length_s=WINDOW.length_s)
    rows = new_rows(3 * BEFORE + 2 * PLACES)
    few = Fleet(tuned, streams, legs, window.new_figures(legs), rows)
    push(few, block(placement, 0, BEFORE, 1))

    def many(array: NDArray[Any]) -> NDArray[Any]:
        return np.tile(array, (copies, *(1,) * (array.ndim - 1)))

    return few._replace(
        streams=streams._replace(**{name: many(getattr(streams, name)) for name in STATE}),
        legs=window.Legs(*(many(array) for array in legs)),
        rows=new_rows(max(2 * PLACES * copies, 400)),
    )


def cost_s(placement: Placement, *, k: int, streams: int, passes: int) -> float:
    """Return the CPU seconds a frame costs in blocks of k samples.

    Over `WHOLE_S` of every stream, so that strides and windows are in it as often as they come;
    each block at the best that it had in several passes over the same samples.
    """
    copies = streams // PLACES
    n_blocks = int(WHOLE_S * RATE_HZ) // k
    best = np.full(n_blocks, np.inf)
    for _ in range(passes):
        fleet = fleet_of(placement, copies)
        push(fleet, block(placement, BEFORE, k, copies))
        for n in range(n_blocks):
            samples = block(placement, BEFORE + (n + 1) * k, k, copies)
            begin = time.process_time()
            push(fleet, samples)
            best[n] = min(best[n], time.process_time() - begin)
    return float(best.mean()) / (k * streams)


def state_bytes() -> int:
    """Return what one stream's state takes, its leg's windows included."""
    streams = new_streams(n_streams=1, rate_hz=RATE_HZ)
    legs = window.new_legs(n_legs=1, length_s=WINDOW.length_s)
    arrays: list[NDArray[Any]] = [*legs, *(getattr(streams, name) for name in STATE)]
    return sum(array.nbytes for array in arrays)


def live_pct() -> float:
    """Return the percentage of a core that two live sensors take, kernels as they are now."""
    legs = {
        side: Worn(runner="r", session="s", side=side, placement=Placement.SHOE) for side in Side
    }
    stages = {side: StrideStage(worn=worn) for side, worn in legs.items()}
    merge, windows = Merge(sides=list(Side)), WindowStage(runner="r", session="s", sides=list(Side))
    whole = recording(Placement.SHOE)
    step, best, strides = 20, np.inf, 0
    for second in range(LIVE_S):
        begin = time.process_time()
        for start in range(int(second * RATE_HZ), int((second + 1) * RATE_HZ), step):
            for stage in stages.values():
                for record in stage.push(whole.part(start, start + step)):
                    strides += isinstance(record, Stride)
                    for told in merge.push(record):
                        list(windows.push(told))
        if second >= LIVE_S // 2:  # running is sure, the windows are full of strides
            best = min(best, time.process_time() - begin)
    assert strides > 2 * LIVE_S, strides  # noqa: S101 - they were analysed: some 1.4 a second and leg
    return 100.0 * float(best)


def live_pct_without_numba() -> float:
    """Return `live_pct` of a process in which the kernels are plain Python."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.streams", "--live"],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def rows_of() -> list[Row]:
    """Measure everything."""
    ours_s = {
        (placement, k): cost_s(placement, k=k, streams=1000, passes=6)
        for placement in Placement
        for k in (10, 50)
    }
    ours = ours_s[Placement.SHOE, 50]
    many = cost_s(Placement.SHOE, k=50, streams=100_000, passes=1)
    scipy_s = cost.scipy_s(recording(Placement.SHOE), rate_hz=RATE_HZ)
    gaitmap_s = cost.gaitmap_s(signals.run(placement=Placement.SHOE, running_s=60.0).block)

    def slower(k: int) -> float:
        return 1.0 / RATE_HZ / max(ours_s[placement, k] for placement in Placement)

    def row(name: str, value: float, unit: str, target: float, aim: str = "most") -> Row:
        return Row(name=name, value=value, unit=unit, target=target, aim=aim)

    def against(name: str, peer: str, peer_s: float, target: float) -> Row:
        bare = row(name, peer_s / ours, "times", target)
        return replace(bare, peer=f"{peer}, {1e9 * peer_s:.0f} ns a frame:", peer_value=1.0)

    return [
        row("streams_per_core_block50", slower(50), "", 100_000),
        row("streams_per_core_block10", slower(10), "", 60_000),
        row("state_bytes_per_stream", state_bytes(), "B", 16_384, "least"),
        row("cost_ratio_100k_to_1k", many / ours, "", 2, "least"),
        against("speed_vs_scipy", "sosfiltfilt + find_peaks", scipy_s, 2),
        against("speed_vs_gaitmap", "gaitmap's strides + trajectory", gaitmap_s, 100),
        row("cpu_pct_two_sensors_no_numba", live_pct_without_numba(), "%", 15, "least"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--live", action="store_true", help="only two live sensors, as compiled")
    options = parser.parse_args(arguments)
    if options.live:
        print(live_pct())
        return 0
    if not options.json:
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()};")
        print("simulated runner, 1,000 streams a call, ten seconds of each, every block at the")
        print("best of 6 passes, CPU time")
    rows = rows_of()
    return report(rows, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
