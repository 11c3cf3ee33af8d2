"""The shoe of a runner: ideal specific force and angular rate of a sensor on the foot.

Segment frame: x forward, y left, z up when the foot stands flat. The foot rests between 18 %
and 60 % of stance; between rests it moves by the smoothest path (Flash & Hogan 1985) with an
exact stride length, pitching 0, -45 (toe-off), -75, -25, +strike degrees (toes up positive).
A landing is a fall that ringing stops, in world axes; it leaves neither speed nor way behind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts, latest
from firmware_sim.gait.curves import MIN_JERK_60_PCT, bump, decaying_sine, hump_accel, min_jerk

FLAT_FROM, FLAT_UNTIL = 0.18, 0.60  # parts of the contact time
CLEARANCE_M = 0.28
HEEL_RISE_RAD = math.radians(75.0)
SHOCK_AXES = (-0.35, 0.20, 1.0)  # forward, left, up; size of the up shock is 1
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ShoeGait:
    """Shoe motion over one foot's landings.

    Parameters
    ----------
    shock_hz : float
        Frequency of the landing's ringing.
    decay_s : float
        Time constant of the ringing.

    """

    shock_hz: float = 22.0
    decay_s: float = 0.018

    shock_leads_s: ClassVar[float] = -LIFT_S[0]  # the fall before contact belongs to the landing

    @property
    def shock_lasts_s(self) -> float:
        """How long a landing's shock is heard: down to 1e-5 of its start."""
        return 11.5 * self.decay_s

    def base(self, time_s: FloatArray, contacts: Contacts) -> tuple[FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, and angular rate (3, n) in rad/s."""
        forward, up = self._world_force(time_s, contacts)
        pitch, rate = self.pitch(time_s, contacts)
        gyro = np.zeros((3, len(time_s)))
        gyro[1] = -rate  # toes up is a negative turn about the axis to the left
        return _into_foot(pitch, forward, np.zeros_like(up), up), gyro

    def shock_at(self, time_s: FloatArray, since_s: FloatArray, contacts: Contacts) -> FloatArray:
        """Return the shock (3, n) of a landing of amplitude 1 g, in the foot's axes."""
        lift, drop = fall_and_rise(frequency_hz=self.shock_hz, decay_s=self.decay_s)
        ring = decaying_sine(
            since_s, frequency_hz=self.shock_hz, decay_s=self.decay_s, last_s=self.shock_lasts_s
        )
        for size, (start, stop) in ((lift, LIFT_S), (drop, DROP_S)):
            ring += size * bump((since_s - start) / (stop - start))
        pitch, _ = self.pitch(time_s, contacts)
        return _into_foot(pitch, *(size * ring for size in SHOCK_AXES))

    @staticmethod
    def _world_force(time_s: FloatArray, contacts: Contacts) -> tuple[FloatArray, FloatArray]:
        """Return specific force without shocks in world axes: forward and up, in g."""
        led = contacts.led_in()
        leaves = led.contact_s + FLAT_UNTIL * led.contact_time_s
        rests = led.contact_s + FLAT_FROM * led.contact_time_s
        moving = np.append(rests[1:] - leaves[:-1], np.inf)  # after the last landing: stands
        k = latest(leaves, time_s)
        duration = moving[k]
        phase = (time_s - leaves[k]) / duration
        per_g = 1.0 / (duration**2 * STANDARD_GRAVITY_MPS2)
        _, _, along = min_jerk(phase)
        forward = led.stride_length_m[k] * per_g * along
        up = 1.0 + CLEARANCE_M * per_g * hump_accel(phase)
        return forward, up

    @staticmethod
    def pitch(time_s: FloatArray, contacts: Contacts) -> tuple[FloatArray, FloatArray]:
        """Return the foot's pitch in rad (toes up positive) and its rate in rad/s.

        Three smooth moves a stride: heel rise (through -45 degrees at toe-off), swing to the
        strike angle at initial contact, and down to flat.
        """
        led = contacts.led_in()
        leaves = led.contact_s + FLAT_UNTIL * led.contact_time_s
        k = latest(leaves, time_s)
        after = np.minimum(k + 1, len(led) - 1)
        strike = np.radians(led.strike_angle_deg[after])
        ends = k == len(led) - 1
        rise_s = (1.0 - FLAT_UNTIL) * led.contact_time_s[k] / MIN_JERK_60_PCT
        risen = leaves[k] + rise_s
        lands = np.where(ends, np.inf, led.contact_s[after])
        swing_s = np.where(ends, 1.0, lands - risen)
        slap_s = FLAT_FROM * led.contact_time_s[after]
        rise = np.where(ends, 0.0, -HEEL_RISE_RAD)
        moves = (
            (leaves[k], rise_s, rise),
            (risen, swing_s, np.where(ends, 0.0, HEEL_RISE_RAD + strike)),
            (lands, slap_s, np.where(ends, 0.0, -strike)),
        )
        pitch, rate = np.zeros_like(time_s), np.zeros_like(time_s)
        for start, duration, angle in moves:
            way, speed, _ = min_jerk((time_s - start) / duration)
            pitch += angle * way
            rate += angle * speed / duration
        return pitch, rate


def _into_foot(
    pitch: FloatArray, forward: FloatArray, left: FloatArray, up: FloatArray
) -> FloatArray:
    """Turn world axes into the foot's, pitched toes up by `pitch`."""
    sine, cosine = np.sin(pitch), np.cos(pitch)
    return np.stack([cosine * forward + sine * up, left, cosine * up - sine * forward])
