"""Families of landings: how the foot's arrest sounds at shank and shoe.

Three waveforms of different make: the rear foot rings (damped sines, then a small second peak as
the forefoot slaps down), the midfoot gives bells, the forefoot squared sines. Times and sizes after
the markers of nine runners (Fukuchi 2017, PeerJ) by their strike class, as what their mean motion
(markers.py) leaves: the shank's axial peak 28 to 37 ms after the force plate's contact, after a
push backward at 20 ms and with one forward at 38 ms, which a forefoot landing has most of; the
shoe touches at 5 to 10 ms and is stopped by 30 ms. Tones as felt by tibial sensors (Hennig &
Lafortune 1991, Int J Sport Biomech): 11-25 Hz, rear foot 15 Hz as on asphalt (grass 13).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analytics.records import FloatArray
from firmware_sim.gait.curves import Bell, Bump, Pulse, Ring, Shapes

Voice = tuple[tuple[Pulse, ...], tuple[Pulse, ...], tuple[Pulse, ...]]  # forward, left, up

BEFORE_S, AFTER_S = (-0.120, 0.020), (0.020, 0.095)  # about contact: the dips beside a shock


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """A family of landings.

    Attributes
    ----------
    shock_hz, usual_hz : float
        Tone of the axial shock, and the one that the pulses are written for: a softer ground
        stretches them.
    strike_deg : tuple of two floats
        Between what angles the foot lands.
    shank, shoe : Voice
        Shock of an axial size of about 1 g, in world axes.

    """

    name: str
    shock_hz: float
    usual_hz: float
    strike_deg: tuple[float, float]
    shank: Voice
    shoe: Voice


REARFOOT = Landing(
    name="rearfoot",
    shock_hz=15.0,
    usual_hz=15.0,
    strike_deg=(10.0, 22.0),
    shank=(
        (Ring(start_s=0.015, tone_hz=27.0, decay_s=0.030, size=-0.9),),
        (Ring(start_s=0.018, tone_hz=22.0, decay_s=0.020, size=0.25),),
        (
            Ring(start_s=0.022, tone_hz=15.0, decay_s=0.022, size=1.6),
            Bump(start_s=0.055, stop_s=0.095, size=0.2),
        ),
    ),
    shoe=(
        (Ring(start_s=-0.002, tone_hz=22.0, decay_s=0.016, size=-0.9),),
        (Ring(start_s=0.006, tone_hz=26.0, decay_s=0.015, size=0.3),),
        (Ring(start_s=0.016, tone_hz=26.0, decay_s=0.012, size=1.9),),
    ),
)
MIDFOOT = Landing(
    name="midfoot",
    shock_hz=13.0,
    usual_hz=13.0,
    strike_deg=(3.0, 8.0),
    shank=(
        (Bell(at_s=0.019, width_s=0.0070, size=-1.4), Bell(at_s=0.036, width_s=0.0070, size=1.4)),
        (Bell(at_s=0.025, width_s=0.008, size=0.2),),
        (Bell(at_s=0.0285, width_s=0.009, size=1.0),),
    ),
    shoe=(
        (Bell(at_s=0.009, width_s=0.005, size=-0.6), Bell(at_s=0.034, width_s=0.009, size=0.25)),
        (Bell(at_s=0.018, width_s=0.006, size=0.25),),
        (Bell(at_s=0.010, width_s=0.0040, size=0.7), Bell(at_s=0.026, width_s=0.0045, size=1.0)),
    ),
)
FOREFOOT = Landing(
    name="forefoot",
    shock_hz=9.0,
    usual_hz=9.0,
    strike_deg=(-3.0, 3.0),
    shank=(
        (
            Bump(start_s=0.003, stop_s=0.037, size=-1.9),
            Bump(start_s=0.020, stop_s=0.055, size=1.9),
        ),
        (Bump(start_s=0.005, stop_s=0.045, size=-0.25),),
        (Bump(start_s=0.010, stop_s=0.050, size=0.8), Bump(start_s=0.004, stop_s=0.074, size=0.3)),
    ),
    shoe=(
        (
            Bump(start_s=-0.004, stop_s=0.022, size=-0.6),
            Bump(start_s=0.022, stop_s=0.050, size=0.5),
        ),
        (Bump(start_s=0.000, stop_s=0.040, size=-0.2),),
        (Bump(start_s=-0.002, stop_s=0.018, size=0.8), Bump(start_s=0.020, stop_s=0.044, size=1.0)),
    ),
)
FAMILIES = {landing.name: landing for landing in (REARFOOT, MIDFOOT, FOREFOOT)}


def whole(voice: Voice) -> Voice:
    """Return the shock with a dip before and one after it: neither speed nor way remains of all.

    The curves of the leg have the landing already, smeared over a tenth of a second; the shock
    makes it sudden. So there is less of it before and after (squared sines); before, long and
    shallow, for nothing pushes a foot in the air.

    Examples
    --------
    >>> sharp = whole(((), (), (Bell(at_s=0.03, width_s=0.01, size=1.0),)))[2]
    >>> abs(sum(p.push[0] for p in sharp)) < 1e-15, abs(sum(p.push[1] for p in sharp)) < 1e-15
    (True, True)

    """

    def dipped(pulses: tuple[Pulse, ...]) -> tuple[Pulse, ...]:
        if not pulses:
            return ()
        speed = math.fsum(pulse.push[0] for pulse in pulses)
        moment = math.fsum(pulse.push[1] for pulse in pulses)
        before_at, after_at = sum(BEFORE_S) / 2.0, sum(AFTER_S) / 2.0
        before_speed = (speed * after_at - moment) / (before_at - after_at)
        return (_dip(BEFORE_S, before_speed), _dip(AFTER_S, -speed - before_speed), *pulses)

    forward, left, up = voice
    return dipped(forward), dipped(left), dipped(up)


def _dip(span_s: tuple[float, float], speed: float) -> Bump:
    start_s, stop_s = span_s
    return Bump(start_s=start_s, stop_s=stop_s, size=2.0 * speed / (stop_s - start_s))


class Shock:
    """A landing's shock in world axes, stretched to its ground's tone."""

    def __init__(self, *, voice: Voice, landing: Landing) -> None:
        self._voice = whole(voice)
        self._faster = landing.shock_hz / landing.usual_hz
        ends = max(pulse.lasts_s for axis in self._voice for pulse in axis)
        self.leads_s = -BEFORE_S[0] / self._faster
        self.lasts_s = ends / self._faster

    def at(self, since_s: FloatArray) -> FloatArray:
        """Return forward, left and up (3, n) at times since contact."""
        out = np.zeros((3, len(since_s)))
        since = since_s * self._faster
        shapes: Shapes = {}
        for row, pulses in zip(out, self._voice, strict=True):
            for pulse in pulses:
                pulse.add(row, since, shapes)
        return out
