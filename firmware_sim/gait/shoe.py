"""The shoe of a runner: ideal specific force and angular rate of a sensor on the foot.

Segment frame: x forward, y left, z up when the foot stands flat. The foot rests between 18 %
and 60 % of stance; between rests it moves by the smoothest path (Flash & Hogan 1985, J Neurosci)
with an exact stride length, pitching 0, -45 (toe-off), -75, -25, +strike degrees (toes up
positive). A landing is a fall that ringing stops, in world axes; it leaves neither speed nor way
behind.
"""

from __future__ import annotations

import math

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts, pieces, span
from firmware_sim.gait.curves import MIN_JERK_60_PCT, add_bump, hump_accel, min_jerk, ringing

FLAT_FROM, FLAT_UNTIL = 0.18, 0.60  # parts of the contact time
CLEARANCE_M = 0.28
FIRST_STEP = 0.4  # way, lift and heel rise of the first step, as parts of a running stride's
HEEL_RISE_RAD = math.radians(75.0)
SHOCK_AXES = (-0.35, 0.20, 1.0)  # forward, left, up; size of the up shock is 1
SHOCK_HZ, SHOCK_DECAY_S = 22.0, 0.018
LIFT_S, DROP_S = (-0.30, -0.12), (-0.14, 0.0)  # about contact: what a landing comes from


def fall_and_rise(*, frequency_hz: float, decay_s: float) -> tuple[float, float]:
    """Return sizes of the two lobes before contact that make a landing of 1 g leave no trace.

    A landing stops a fall, so a fall has to come first: a small lift, then a drop (squared
    sines over `LIFT_S` and `DROP_S`), sized so that with exp(-t/d) sin(wt) after contact neither
    speed nor way remains. That ringing's speed is w / (d^-2 + w²), its first moment
    2 w / d / (d^-2 + w²)² (Laplace transform and its derivative at 1/d).

    Examples
    --------
    >>> lift, drop = fall_and_rise(frequency_hz=22.0, decay_s=0.018)
    >>> round(lift, 3), round(drop, 3)
    (0.037, -0.137)

    """
    omega = 2.0 * math.pi * frequency_hz
    square = decay_s**-2 + omega**2
    speed, moment = omega / square, 2.0 * omega / decay_s / square**2
    lift_at, drop_at = sum(LIFT_S) / 2.0, sum(DROP_S) / 2.0
    lift_speed = (speed * drop_at - moment) / (lift_at - drop_at)
    drop_speed = -speed - lift_speed
    return (
        2.0 * lift_speed / (LIFT_S[1] - LIFT_S[0]),
        2.0 * drop_speed / (DROP_S[1] - DROP_S[0]),
    )


_LIFT, _DROP = fall_and_rise(frequency_hz=SHOCK_HZ, decay_s=SHOCK_DECAY_S)


class ShoeGait:
    """Shoe motion over one foot's landings."""

    shock_leads_s = -LIFT_S[0]  # the fall before contact belongs to the landing
    shock_lasts_s = 11.5 * SHOCK_DECAY_S  # down to 1e-5

    def __init__(self, *, contacts: Contacts) -> None:
        self.contacts = contacts
        self._led = contacts.led_in()
        self._leaves_s = self._led.contact_s + FLAT_UNTIL * self._led.contact_time_s
        self._rests_s = self._led.contact_s + FLAT_FROM * self._led.contact_time_s
        self._vigour = np.ones(len(self._led))
        self._vigour[0] = FIRST_STEP  # out of standing still

    def base(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, and angular rate (3, n) in rad/s."""
        forward, up = np.zeros(len(time_s)), np.ones(len(time_s))
        for k, on in pieces(self._leaves_s, time_s):
            if k + 1 < len(self._led):
                self._move(k, time_s[on], forward[on], up[on])
        pitch, turning = self.pitch(time_s)
        rate = np.zeros((3, len(time_s)))
        rate[1] = -turning  # toes up is a negative turn about the axis to the left
        return _into_foot(pitch, forward, np.zeros(len(time_s)), up), rate

    def shock(self, time_s: FloatArray, k: int) -> FloatArray:
        """Return the shock (3, n) of landing k if it were of amplitude 1 g."""
        since = time_s - self.contacts.contact_s[k]
        ring = np.zeros(len(time_s))
        on = span(since, 0.0, self.shock_lasts_s)
        decay = np.exp(since[on] / -SHOCK_DECAY_S)
        ring[on] = ringing(since[on], frequency_hz=SHOCK_HZ, decay=decay)
        for size, (start_s, stop_s) in ((_LIFT, LIFT_S), (_DROP, DROP_S)):
            add_bump(ring, since, start_s=start_s, stop_s=stop_s, size=size)
        pitch, _ = self.pitch(time_s)
        forward, left, up = SHOCK_AXES
        return _into_foot(pitch, forward * ring, left * ring, up * ring)

    def pitch(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the foot's pitch in rad (toes up positive) and its rate in rad/s.

        Three smooth moves a stride: heel rise (through -45 degrees at toe-off), swing to the
        strike angle at initial contact, and down to flat.
        """
        pitch, rate = np.zeros(len(time_s)), np.zeros(len(time_s))
        for k, part in pieces(self._leaves_s, time_s):
            if k + 1 == len(self._led):
                continue
            leaves = float(self._leaves_s[k])
            risen = leaves + (1.0 - FLAT_UNTIL) * self._led.contact_time_s[k] / MIN_JERK_60_PCT
            lands, rests = float(self._led.contact_s[k + 1]), float(self._rests_s[k + 1])
            strike = math.radians(self._led.strike_angle_deg[k + 1])
            angles = (0.0, -HEEL_RISE_RAD * float(self._vigour[k]), strike, 0.0)
            edges = (leaves, float(risen), lands, rests)
            local = time_s[part]
            for i in range(3):
                on = span(local, edges[i], edges[i + 1])
                if on.stop == on.start:
                    continue
                lasts, turn = edges[i + 1] - edges[i], angles[i + 1] - angles[i]
                way, speed, _ = min_jerk((local[on] - edges[i]) / lasts)
                pitch[part][on] = angles[i] + turn * way
                rate[part][on] = turn / lasts * speed
        return pitch, rate

    def _move(self, k: int, time_s: FloatArray, forward: FloatArray, up: FloatArray) -> None:
        """Put the world-frame specific force of the swing after landing k in place, in g."""
        leaves, rests = float(self._leaves_s[k]), float(self._rests_s[k + 1])
        lasts = rests - leaves
        on = span(time_s, leaves, rests)
        phase = (time_s[on] - leaves) / lasts
        per_g = float(self._vigour[k]) / (lasts**2 * STANDARD_GRAVITY_MPS2)
        _, _, along = min_jerk(phase)
        forward[on] = float(self._led.stride_length_m[k]) * per_g * along
        up[on] += CLEARANCE_M * per_g * hump_accel(phase)


def _into_foot(
    pitch: FloatArray, forward: FloatArray, left: FloatArray, up: FloatArray
) -> FloatArray:
    """Turn world axes into the foot's, pitched toes up by `pitch`."""
    sine, cosine = np.sin(pitch), np.cos(pitch)
    return np.stack([cosine * forward + sine * up, left, cosine * up - sine * forward])
