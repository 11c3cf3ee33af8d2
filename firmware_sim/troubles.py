"""A run in which everything goes wrong, drawn from one seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from analytics.records import Placement, Side
from firmware_sim.faults import (
    BitFlips,
    BrokerOutage,
    DatabaseOutage,
    Disconnect,
    Duplicates,
    Fault,
    Mute,
    OutOfReach,
    Overflow,
    PacketErrors,
    PowerCut,
    Reordering,
    SensorFault,
)
from firmware_sim.firmware import BATCH_SAMPLES
from firmware_sim.scenario import Scenario, generator
from firmware_sim.tired import HARD, Tiring

Rng: TypeAlias = np.random.Generator

NAME = "soak"
LONG_MIN = 20.0  # from here on the product's own settings: eight minutes of warm-up
_INTERVALS_S = (0.0, 0.0075, 0.015, 0.030, 0.045, 0.050)  # BLE: steps of 1.25 ms; phones' usual
# What makers choose: from what fits into a notification of usual size to that of the largest.
# Some march in step with an interval (18 samples are two of 45 ms), some never do.
_SAMPLES = (18, 37)
_QUIET_START_S, _QUIET_END_S = 12.0, 40.0  # time to begin, and to fetch what is missing
_A_MINUTE = 0.7  # faults a leg
_APART_S = 3.0
# The kinds, how long they last (log-uniform) and which share of packets they befall.
_KINDS: dict[type[SensorFault], tuple[float, float, float, float]] = {
    PowerCut: (0.3, 15.0, 0.0, 0.0),
    OutOfReach: (0.8, 90.0, 0.0, 0.0),  # beyond the 64 s of a sensor's memory
    Disconnect: (0.05, 3.0, 0.0, 0.0),
    Mute: (0.5, 8.0, 0.0, 0.0),
    PacketErrors: (2.0, 25.0, 0.2, 0.85),
    Overflow: (2.0, 20.0, 0.05, 0.4),
    Duplicates: (3.0, 15.0, 0.05, 0.5),
    Reordering: (3.0, 15.0, 0.02, 0.3),
    BitFlips: (3.0, 15.0, 0.02, 0.3),
}
_OUTAGE_S = (2.0, 60.0)


def soak_scenario(*, seed: int, minutes: float) -> Scenario:
    """Return a run of half the runners steady, half tired, with every kind of fault in turn."""
    rng = generator(seed, NAME)
    long = minutes >= LONG_MIN
    tired = bool(rng.integers(2))
    return Scenario(
        name=NAME,
        about=f"A {'tired' if tired else 'steady'} runner, and everything that can go wrong.",
        placement=Placement.SHIN if rng.integers(2) else Placement.SHOE,
        minutes=minutes,
        warm_up_s=480.0 if long else 15.0,
        tiring=(_tiring(60.0 * minutes, long=long),) if tired else (),
        faults=draw_faults(rng, minutes=minutes),
        interval_s=float(rng.choice(_INTERVALS_S)),
        samples_a_packet=int(rng.integers(*_SAMPLES, endpoint=True)) if long else BATCH_SAMPLES,
    )


def sends_to_a_worker(seed: int) -> bool:
    """Return whether a seed's session goes to a worker elsewhere too: every fourth does."""
    return bool(generator(seed, NAME, "worker").integers(4) == 0)


def draw_faults(rng: Rng, *, minutes: float) -> tuple[Fault, ...]:
    """Return what goes wrong: each leg for itself, then broker and store."""
    faults: list[Fault] = [fault for side in Side for fault in _of_leg(rng, side, minutes)]
    for kind in (BrokerOutage, DatabaseOutage):
        spans = _spans(rng, minutes, [_OUTAGE_S] * max(1, round(minutes / 10.0)))
        faults += [kind(at_s=at_s, lasts_s=lasts_s) for at_s, lasts_s in spans]
    return tuple(faults)


def _tiring(length_s: float, *, long: bool) -> Tiring:
    from_s = 0.45 * length_s
    return Tiring(
        from_s=from_s,
        until_s=from_s + (300.0 if long else 20.0),
        cadence=HARD.cadence,
        contact_time=HARD.contact_time,
        peak_accel=HARD.peak_accel,
        variability=HARD.variability,
    )


def _of_leg(rng: Rng, side: Side, minutes: float) -> list[SensorFault]:
    n = max(2, round(_A_MINUTE * minutes))
    kinds: list[type[SensorFault]] = []
    while len(kinds) < n:  # every kind once before any comes again
        deck = list(_KINDS)
        rng.shuffle(deck)
        kinds += deck
    kinds = kinds[:n]
    spans = _spans(rng, minutes, [_KINDS[kind][:2] for kind in kinds])
    found = []
    for kind, (at_s, lasts_s) in zip(kinds, spans, strict=True):
        least, most = _KINDS[kind][2:]
        more = {"share": float(rng.uniform(least, most))} if most else {}
        found.append(kind(side=side, at_s=at_s, lasts_s=lasts_s, **more))
    return found


def _spans(
    rng: Rng, minutes: float, lasts_s: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return when each begins and how long it lasts, one after the other, some seconds apart."""
    free_s = 60.0 * minutes - _QUIET_START_S - _QUIET_END_S - _APART_S * len(lasts_s)
    drawn = [float(np.exp(rng.uniform(*np.log(span)))) for span in lasts_s]
    too_long = max(1.0, math.fsum(drawn) / (0.6 * max(free_s, 1.0)))
    drawn = [one / too_long for one in drawn]
    shares = rng.dirichlet(np.ones(len(drawn) + 1))[:-1] * max(free_s - math.fsum(drawn), 0.0)
    spans, at_s = [], _QUIET_START_S
    for share_s, one_s in zip(shares, drawn, strict=True):
        at_s += float(share_s)
        spans.append((at_s, one_s))
        at_s += one_s + _APART_S
    return spans
