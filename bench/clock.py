"""How well a sensor's time is known on a radio that delays, fails and stalls.

`scripts/bench clock [--json] [--seeds N]`. A sensor whose crystal is 40 ppm off (either way, with
3 ppm of wander) sends 13 samples at 200 Hz over connection events every 30 ms; one in twenty
fails, and some three times a minute the radio stalls for 0.2 to 3 s: then all that was ready comes
at once. Ten minutes a seed. Measured from second 60 on, per block: the largest error of its
samples' times, and whether the published uncertainty covers it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.records import FloatArray
from bench.truth.rows import Row, report
from sensor_gateway.clock import ClockFit

SEEDS = 24
RATE_HZ, BATCH = 200.0, 13
SECONDS, FROM_S = 600.0, 60.0
SKEW, WANDER, WANDER_S = 40e-6, 3e-6, 300.0
INTERVAL_S, FAILING, PROCESSING_S = 0.030, 0.05, 0.5e-3
STALL_EVERY_S, STALL_S = 20.0, (0.2, 3.0)
READ_EVERY_S = 0.971  # as the gateway does


@dataclass(frozen=True, kw_only=True)
class Crystal:
    """Maps session time to the sensor's: skew and slow wander."""

    skew: float
    phase: float

    def device_s(self, session_s: FloatArray) -> FloatArray:
        """Return what the sensor's clock says at a session time."""
        turn = 2.0 * np.pi / WANDER_S
        wander = WANDER / turn * (np.sin(turn * session_s + self.phase) - np.sin(self.phase))
        own_s: FloatArray = session_s * (1.0 + self.skew) + wander
        return own_s

    def session_s(self, device_s: FloatArray) -> FloatArray:
        """Return when the sensor's clock says so, to less than a nanosecond."""
        found = device_s.copy()
        for _ in range(4):
            found -= self.device_s(found) - device_s
        return found


@dataclass(frozen=True, kw_only=True)
class Air:
    """Connection events that fail now and then, and not at all during stalls."""

    phase_s: float
    stalls: FloatArray  # begin and end of each, shape (n, 2)
    rng: np.random.Generator

    def event_s(self, ready_s: float) -> float:
        """Return the next connection event that works."""
        number = np.ceil((ready_s - self.phase_s) / INTERVAL_S) + self.rng.geometric(1 - FAILING)
        at_s = float(self.phase_s + INTERVAL_S * (number - 1))
        for begin_s, end_s in self.stalls:
            if begin_s <= at_s < end_s:
                return self.event_s(float(end_s))
        return at_s


@dataclass(kw_only=True)
class Found:
    """One figure a block: its largest error and the uncertainty published with it."""

    error_s: list[float] = field(default_factory=list)
    uncertainty_s: list[float] = field(default_factory=list)


def measure(seed: int, *, reads: bool, seconds: float = SECONDS) -> Found:
    """Return what a clock fit makes of so long a stream."""
    rng = np.random.default_rng(seed)
    crystal = Crystal(skew=float(rng.choice([-1, 1])) * SKEW, phase=rng.uniform(0.0, 6.0))
    begins_s = np.cumsum(rng.exponential(STALL_EVERY_S, int(2 * SECONDS / STALL_EVERY_S)))
    stalls = np.stack([begins_s, begins_s + rng.uniform(*STALL_S, len(begins_s))], axis=1)
    air = Air(phase_s=rng.uniform(0.0, INTERVAL_S), stalls=stalls, rng=rng)
    device_s = 1.0 + np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    true_s = crystal.session_s(device_s)
    clock, found = ClockFit(), Found()
    read = iter(_reads(crystal, air) if reads else ())
    next_read = next(read, None)
    came_s = 0.0
    for first in range(0, len(device_s) - BATCH, BATCH):
        ready_s = float(true_s[first + BATCH]) + PROCESSING_S  # a batch is sent at its end
        came_s = max(air.event_s(ready_s) + float(rng.exponential(0.2e-3)), came_s)
        while next_read is not None and next_read[1] < came_s:
            clock.observe_read(asked_s=next_read[0], arrival_s=next_read[1], device_s=next_read[2])
            next_read = next(read, None)
        clock.observe(
            arrival_s=came_s,
            device_s=round(1e6 * float(device_s[first])) * 1e-6,
            first_index=first,
            n=BATCH,
            rate_hz=RATE_HZ,
        )
        if not clock.settled:
            continue
        told_s = clock.times(device_s=float(device_s[first]), n=BATCH)
        if told_s[0] >= FROM_S:
            found.error_s.append(float(np.abs(told_s - true_s[first : first + BATCH]).max()))
            found.uncertainty_s.append(clock.uncertainty_s)
    return found


def _reads(crystal: Crystal, air: Air) -> Iterator[tuple[float, float, float]]:
    """Give when the clock was asked for, when the answer came, and what it was."""
    asked_s = 0.5
    while asked_s < SECONDS:
        heard_s = air.event_s(asked_s + 0.2e-3)
        answer_s = air.event_s(heard_s + 1e-3)
        yield asked_s, answer_s, float(crystal.device_s(np.array([heard_s]))[0])
        asked_s = max(asked_s + READ_EVERY_S, answer_s)


def rows(seeds: int) -> list[Row]:
    """Return the table's rows: with clock reads as our profile has them, and without."""
    out = []
    for reads in (True, False):
        found = [measure(seed, reads=reads) for seed in range(seeds)]
        error_s = np.concatenate([f.error_s for f in found])
        uncertainty_s = np.concatenate([f.uncertainty_s for f in found])
        worst = max(float(np.percentile(f.error_s, 95)) for f in found)
        p95 = float(np.percentile(error_s, 95))
        covers = 100.0 * float((error_s <= uncertainty_s).mean())
        name = "" if reads else "_without_reads"
        out += [
            _row(f"clock_error_p95_ms{name}", 1e3 * p95, "ms", 5.0 if reads else None),
            _row(f"clock_error_p95_worst_seed_ms{name}", 1e3 * worst, "ms", None),
            _row(
                f"clock_uncertainty_median_ms{name}",
                1e3 * float(np.median(uncertainty_s)),
                "ms",
                8.0 if reads else None,
            ),
            _row(
                f"clock_uncertainty_covers_pct{name}", covers, "%", 95.0 if reads else None, "most"
            ),
        ]
    return out


def _row(name: str, value: float, unit: str, target: float | None, aim: str = "least") -> Row:
    return Row(name=name, value=value, unit=unit, target=target, aim=aim)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench clock",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    options = parser.parse_args(arguments)
    found = rows(options.seeds)
    return report(found, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
