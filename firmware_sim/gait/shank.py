"""The shank of a runner: ideal specific force and angular rate at a sensor 30 cm below the knee.

Segment frame: x forward, y left, z up the shank. The motion stays in the sagittal plane, so the
angular rate is about y (positive: the knee moves ahead of the ankle) and the angle is its
integral. Figures: feasibility study behind this project, after Mizrahi 2000 (Hum Mov Sci),
Sheerin 2019 (Gait Posture) for the shock; swing rates as in Fadillioglu 2020 (Gait Posture).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts, latest
from firmware_sim.gait.curves import Turn, bell, decaying_sine, lobe, smooth_step

KNEE_TO_SENSOR_M = 0.30
SWING_PEAK_RADPS = -9.5  # leg swings forward
RECOVERY_PEAK_RADPS = 6.8  # heel rises; the peak marks toe-off
ANGLE_AT_CONTACT_RAD = -0.10  # foot lands a little ahead of the knee
FLIGHT_AXIAL_G = -0.9
DIP_G, DIP_BEFORE_S, DIP_WIDTH_S = -1.1, 0.018, 0.012
PUSH_OFF_DIP_G, PUSH_OFF_HZ, PUSH_OFF_DECAY_S = -0.9, 12.0, 0.020
AP_SHOCK, AP_TONE = -0.45, 1.2
ML_SHOCK, ML_TONE = 0.25, 1.5
BRAKING_G = 0.25
FADE_S = 0.35  # standing turns into the first swing, and the last stance into standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """A family of landings: how the shock sounds and how much weight follows it."""

    tone: float
    decay_s: float
    weight_g: float


REARFOOT = Landing(tone=1.0, decay_s=0.022, weight_g=1.3)  # sharp shock, then the weight
MIDFOOT = Landing(tone=0.85, decay_s=0.026, weight_g=1.5)
FOREFOOT = Landing(tone=0.60, decay_s=0.030, weight_g=1.8)  # hardly a transient of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class ShankGait:
    """Shank motion over one leg's landings.

    Parameters
    ----------
    shock_hz : float
        Frequency of the landing shock: grass 13, asphalt 15, concrete 17.
    landing : Landing
        Waveform family.

    """

    shock_hz: float = 15.0
    landing: Landing = REARFOOT

    shock_leads_s: ClassVar[float] = 0.0

    @property
    def shock_lasts_s(self) -> float:
        """How long a landing's shock is heard: down to 1e-5 of its start."""
        return 11.5 * self.landing.decay_s

    def base(self, time_s: FloatArray, contacts: Contacts) -> tuple[FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, and angular rate (3, n) in rad/s."""
        led = contacts.led_in()
        k = latest(led.contact_s, time_s)
        since = time_s - led.contact_s[k]
        stride, stance = led.stride_time_s[k], led.contact_time_s[k]
        turn = self._turn(since, stride, stance)
        accel = self._force(since, stride, stance, turn)
        ease = self._ease(time_s, contacts)
        accel *= ease
        accel[2] += 1.0 - ease
        rate = np.zeros_like(accel)
        rate[1] = turn.rate_radps * ease
        return accel, rate

    def shock_at(self, time_s: FloatArray, since_s: FloatArray, contacts: Contacts) -> FloatArray:
        """Return the shock (3, n) of a landing of amplitude 1 g at times after contact."""
        del time_s, contacts  # the shank's own axes feel it whatever its angle
        out = np.empty((3, len(since_s)))
        axes = ((AP_SHOCK, AP_TONE), (ML_SHOCK, ML_TONE), (1.0, 1.0))
        for axis, (size, tone) in enumerate(axes):
            out[axis] = size * decaying_sine(
                since_s,
                frequency_hz=self.shock_hz * self.landing.tone * tone,
                decay_s=self.landing.decay_s,
                last_s=self.shock_lasts_s,
            )
        return out

    @staticmethod
    def _turn(since: FloatArray, stride: FloatArray, stance: FloatArray) -> Turn:
        """Return the shank's angle over a stride: stance, heel recovery, forward swing.

        The stance rate is what brings the angle back to where it was a stride ago.
        """
        support_s = 0.85 * stance
        recovery_s = 0.36 * stride
        swing_start = stance + 0.20 * stride
        swing_s = 0.985 * stride - swing_start
        back = RECOVERY_PEAK_RADPS * recovery_s + SWING_PEAK_RADPS * swing_s
        parts = (
            lobe(since / support_s, -back / support_s, support_s),
            lobe(
                (since - stance + 0.5 * recovery_s) / recovery_s,
                np.full_like(since, RECOVERY_PEAK_RADPS),
                recovery_s,
            ),
            lobe((since - swing_start) / swing_s, np.full_like(since, SWING_PEAK_RADPS), swing_s),
        )
        return Turn(
            ANGLE_AT_CONTACT_RAD + sum((p.angle_rad for p in parts), np.zeros_like(since)),
            sum((p.rate_radps for p in parts), np.zeros_like(since)),
            sum((p.accel_radps2 for p in parts), np.zeros_like(since)),
        )

    def _force(
        self, since: FloatArray, stride: FloatArray, stance: FloatArray, turn: Turn
    ) -> FloatArray:
        """Return specific force without shocks, from gravity, swing, weight and flight."""
        load = np.minimum(since / stance, 1.0)
        flight = smooth_step((since - stance) / 0.030) * smooth_step((stride - since) / 0.020)
        lever = KNEE_TO_SENSOR_M / STANDARD_GRAVITY_MPS2 * flight
        weight = np.sin(math.pi * load)
        accel = np.zeros((3, len(since)))
        accel[0] = (
            -np.sin(turn.angle_rad)
            - lever * turn.accel_radps2
            - 2.0 * BRAKING_G * weight * np.cos(math.pi * load)
        )
        accel[2] = (
            np.cos(turn.angle_rad)
            + lever * turn.rate_radps**2
            + self.landing.weight_g * weight
            + FLIGHT_AXIAL_G * flight
            + DIP_G * bell((since + DIP_BEFORE_S) / DIP_WIDTH_S)
            + DIP_G * bell((since - stride + DIP_BEFORE_S) / DIP_WIDTH_S)
            + PUSH_OFF_DIP_G
            * decaying_sine(
                since - stance, frequency_hz=PUSH_OFF_HZ, decay_s=PUSH_OFF_DECAY_S, last_s=0.2
            )
        )
        return accel

    @staticmethod
    def _ease(time_s: FloatArray, contacts: Contacts) -> FloatArray:
        """Return 0 while standing, 1 while running: in over the first swing, out after the end."""
        first = contacts.contact_s[0] - 0.10 - FADE_S
        stopped = contacts.contact_s[-1] + contacts.contact_time_s[-1]
        return smooth_step((time_s - first) / FADE_S) * smooth_step(
            (stopped + FADE_S - time_s) / FADE_S
        )
