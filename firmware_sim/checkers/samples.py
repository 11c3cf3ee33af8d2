"""Checkers of samples: each once, in order, the sensor's own, at its own time; gaps where made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray, Gap, LinkHealth, SampleBlock, Side
from firmware_sim.checkers.evidence import LIFE, Evidence, Life
from firmware_sim.faults import Duplicates, PowerCut, SensorFault
from firmware_sim.firmware import RING_S

BoolArray: TypeAlias = NDArray[np.bool_]

RECOVERY_S = 8.0  # after a fault's end: found, connected, streaming, a clock known again
CALM_S = 20.0  # a calm link gives back a minute of memory in six seconds, asked three times
# What waits for a connection event comes up to an interval late: the first packets are all that is
# known of a clock, then the earliest of many. Time slews by 0.5 ms a second.
CLOCK_P95_S, CLOCK_OF_INTERVAL = 0.006, 0.2
CLOCK_WORST_S, CLOCK_FIRST_S, CLOCK_SETTLES_S = 0.030, 0.010, 25.0
CLOCK_COVERED = 0.95
_SAME_G = 1e-6


def samples_are_the_sensors(run: Evidence) -> str | None:
    """Every sample is what this leg's sensor measured under this index."""
    for side in Side:
        lives = _lives_by_base(run, side)
        for block in run.blocks(side):
            life = lives.get(block.first_index // LIFE)
            if life is None or not _is_of(block, life):
                return f"{side}: {len(block)} samples from {_where(block)} are not the sensor's"
    return None


def samples_once_in_order(run: Evidence) -> str | None:
    """Live samples grow in index and time; no sample comes twice, late ones included."""
    for side in Side:
        blocks = run.blocks(side)
        seen = sorted((b.first_index, b.first_index + len(b)) for b in blocks)
        for (_, stop), (first, _) in pairwise(seen):
            if first < stop:
                return f"{side}: samples {first} to {stop} came twice"
        live = [b for b in blocks if not b.late]
        for before, after in pairwise(live):
            if after.first_index < before.first_index or after.time_s[0] <= before.time_s[-1]:
                return f"{side}: {_where(after)} comes after {_where(before)}"
        if any(np.any(np.diff(b.time_s) <= 0.0) for b in blocks):
            return f"{side}: time stands still or runs back within a block"
    return None


def gaps_say_what_is_missing(run: Evidence) -> str | None:
    """Live blocks and first-told gaps leave nothing out; late blocks and last-told gaps neither."""
    for side in Side:
        expected: int | None = None
        told: dict[int, int] = {}
        for item in run.items[side]:
            if isinstance(item, Gap) and item.revision == 1 and item.n_samples is not None:
                told[item.first_index] = item.n_samples
            if not isinstance(item, SampleBlock) or item.late:
                continue
            if expected is not None and item.first_index // LIFE == expected // LIFE:
                missing = item.first_index - expected
                if told.get(expected, 0) != missing:
                    n = told.get(expected, 0)
                    return f"{side}: {missing} samples missing at {_where(item)}, {n} told"
            expected = item.first_index + len(item)
        late = sum(len(b) for b in run.blocks(side) if b.late)
        gone = sum(g.n_samples or 0 for g in run.gaps(side) if g.revision > 1)
        if sum(told.values()) != late + gone:
            return f"{side}: of {sum(told.values())} missing {late} came late, {gone} told as gone"
    return None


def gaps_lie_where_they_were_made(run: Evidence) -> str | None:
    """No sample is missing, even for a moment, where nothing befell the sensor or its link."""
    for side in Side:
        spans = [
            (run.span_s(f)[0] - 0.5, run.span_s(f)[1] + RECOVERY_S)
            for f in run.faults(side)
            if not isinstance(f, Duplicates)
        ]
        for gap in run.gaps(side):
            if gap.revision == 1 and not any(a < gap.end_s and gap.start_s < b for a, b in spans):
                return f"{side}: a gap at {gap.start_s:.2f} s ({gap.reason}) that nothing made"
        cuts = sum(isinstance(f, PowerCut) for f in run.faults(side))
        restarts = sum(g.n_samples is None for g in run.gaps(side))
        if restarts > cuts:
            return f"{side}: {restarts} restarts told, {cuts} power cuts made"
    return None


def memory_is_fetched(run: Evidence) -> str | None:
    """Nothing stays lost that a calm link could still fetch from the sensor's memory."""
    for side in Side:
        calm = list(_calm_spans(run, side))
        cuts = [run.span_s(f)[0] for f in run.faults(side) if isinstance(f, PowerCut)]
        for gap in run.gaps(side):
            if gap.revision == 1 or not gap.n_samples:
                continue
            kept_s = min([gap.start_s + RING_S - 1.0, *(at for at in cuts if at > gap.start_s)])
            if any(max(a, gap.end_s) + CALM_S <= min(b, kept_s) for a, b in calm):
                return f"{side}: {gap.n_samples} samples at {gap.start_s:.2f} s were never fetched"
    return None


def clock_is_right(run: Evidence) -> str | None:
    """Hold settled times near the truth, and to what is published of them."""
    interval_s = run.scenario.interval_s
    most_s = max(CLOCK_P95_S, CLOCK_OF_INTERVAL * interval_s)
    for side in Side:
        errors_s, sure_s, settled = _clock_errors(run, side)
        if not len(errors_s):
            continue
        worst_s = errors_s - np.where(settled, CLOCK_WORST_S, CLOCK_FIRST_S + interval_s)
        if worst_s.max() > 0.0:
            return f"{side}: time was {1e3 * errors_s[worst_s.argmax()]:.1f} ms off"
        p95_s = float(np.quantile(errors_s[settled], 0.95)) if settled.any() else 0.0
        if p95_s > most_s:
            return f"{side}: clock error {1e3 * p95_s:.1f} ms (95 %)"
        known = ~np.isnan(sure_s)
        covered = float(np.mean(errors_s[known] <= sure_s[known])) if known.any() else 1.0
        if covered < CLOCK_COVERED:
            return f"{side}: only {100 * covered:.0f} % of clock errors within what is published"
    return None


def _clock_errors(run: Evidence, side: Side) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return by block the clock's error, what is published of it, and whether it has settled."""
    lives = _lives_by_base(run, side)
    began_s: dict[int, float] = {}
    rows: list[tuple[float, float, bool]] = []
    published_s = np.nan
    for item in run.items[side]:
        if isinstance(item, LinkHealth):
            published_s = item.clock_uncertainty_s or published_s
        elif isinstance(item, SampleBlock) and item.first_index // LIFE in lives:
            base, index = divmod(item.first_index, LIFE)
            at_s = float(item.time_s[0])
            since_s = at_s - began_s.setdefault(base, at_s)
            error_s = abs(at_s - lives[base].taken_s(index))
            rows.append((error_s, published_s, since_s > CLOCK_SETTLES_S))
    errors_s, sure_s, settled = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return errors_s, sure_s, settled > 0.0


def _where(block: SampleBlock) -> str:
    return f"index {block.first_index % LIFE} at {block.time_s[0]:.2f} s"


def _is_of(block: SampleBlock, life: Life) -> bool:
    first = block.first_index % LIFE
    counts = life.counts[first : first + len(block)]
    if len(counts) != len(block):
        return False
    accel_g = counts[:, :3] * (life.accel_range_g / 32768.0)
    return bool(np.abs(accel_g - block.accel_g).max() < _SAME_G)


def _lives_by_base(run: Evidence, side: Side) -> dict[int, Life]:
    """Return by the index's high part the power-on it counts: a short one may go unheard."""
    found: dict[int, Life] = {}
    waiting = list(run.lives[side])
    for block in run.blocks(side):
        base = block.first_index // LIFE
        if base in found:
            continue
        for number, life in enumerate(waiting):
            if _is_of(block, life):
                found[base] = life
                waiting = waiting[number + 1 :]
                break
    return found


def _calm_spans(run: Evidence, side: Side) -> Iterator[tuple[float, float]]:
    """Give the times in which nothing befell a sensor or its link."""
    busy = sorted(_disturbed(run, fault) for fault in run.faults(side))
    at_s = 0.0
    for from_s, until_s in busy:
        if from_s > at_s:
            yield at_s, from_s
        at_s = max(at_s, until_s)
    if run.length_s > at_s:
        yield at_s, run.length_s


def _disturbed(run: Evidence, fault: SensorFault) -> tuple[float, float]:
    from_s, until_s = run.span_s(fault)
    return from_s, until_s + RECOVERY_S
