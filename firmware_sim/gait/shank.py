"""The shank of a runner: ideal specific force and angular rate at a sensor 30 cm below the knee.

Segment frame: x forward, y left, z up the shank. The motion stays in the sagittal plane, so the
angular rate is about y (positive: the knee moves ahead of the ankle) and the angle is its
integral. Figures: feasibility study behind this project, after Mizrahi 2000 (Hum Mov Sci) and
Sheerin 2019 (Gait Posture) for the shock; swing rates as in Fadillioglu 2020 (Gait Posture), their
course over the stride as in the marker data of Fukuchi 2017 (PeerJ): the shank all but stops
before toe-off, and the knee folds after it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts, pieces, span
from firmware_sim.gait.curves import Turn, add_bell, ringing, smooth_step

KNEE_TO_SENSOR_M = 0.30
SWING_PEAK_RADPS = -9.5  # leg swings forward
RECOVERY_PEAK_RADPS = 6.8  # heel rises
ANGLE_AT_CONTACT_RAD = -0.10  # foot lands a little ahead of the knee
FLIGHT_AXIAL_G = -0.9
DIP_G, DIP_BEFORE_S, DIP_WIDTH_S = -1.1, 0.018, 0.012
PUSH_OFF_DIP_G, PUSH_OFF_HZ, PUSH_OFF_DECAY_S = -0.9, 12.0, 0.020
SHOCK_AXES = ((-0.45, 1.2), (0.25, 1.5), (1.0, 1.0))  # size and tone: forward, left, axial
BRAKING_G = 0.25
INTO_FLIGHT_S, OUT_OF_FLIGHT_S = 0.030, 0.020
FADE_S = 0.35  # standing turns into the first swing, and the last stance into standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """A family of landings: how the shock sounds and how much weight follows it."""

    shock_hz: float
    decay_s: float
    weight_g: float


REARFOOT = Landing(shock_hz=15.0, decay_s=0.022, weight_g=1.3)  # sharp shock, then the weight
MIDFOOT = Landing(shock_hz=12.5, decay_s=0.026, weight_g=1.5)
FOREFOOT = Landing(shock_hz=9.0, decay_s=0.030, weight_g=1.8)  # hardly a transient of its own


class ShankGait:
    """Shank motion over one leg's landings.

    Parameters
    ----------
    contacts : Contacts
        The landings.
    landing : Landing
        Waveform family. The rear foot's shock sounds at 15 Hz as on asphalt (grass 13,
        concrete 17).

    """

    shock_leads_s = 0.0

    def __init__(self, *, contacts: Contacts, landing: Landing = REARFOOT) -> None:
        self.contacts = contacts
        self.landing = landing
        self.shock_lasts_s = 11.5 * landing.decay_s  # down to 1e-5
        self._led = contacts.led_in()
        self._strides_s = self._led.stride_time_s
        self._walks_off_s = float(contacts.contact_s[0]) - 0.10 - FADE_S
        self._stands_s = float(contacts.toe_off_s[-1]) + FADE_S

    def base(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, and angular rate (3, n) in rad/s."""
        accel, rate = np.zeros((3, len(time_s))), np.zeros((3, len(time_s)))
        for k, on in pieces(self._led.contact_s, time_s):
            since = time_s[on] - self._led.contact_s[k]
            stride, stance = float(self._strides_s[k]), float(self._led.contact_time_s[k])
            turn = _turn(since, stride, stance)
            rate[1, on] = turn.rate_radps
            self._push(accel[:, on], turn, stride, stance)
        if time_s[0] < self._walks_off_s + FADE_S or time_s[-1] > self._stands_s - FADE_S:
            ease = smooth_step((time_s - self._walks_off_s) / FADE_S) * smooth_step(
                (self._stands_s - time_s) / FADE_S
            )
            accel *= ease
            accel[2] += 1.0 - ease
            rate *= ease
        return accel, rate

    def shock(self, time_s: FloatArray, k: int) -> FloatArray:
        """Return the shock (3, n) of landing k if it were of amplitude 1 g."""
        since = time_s - self.contacts.contact_s[k]
        on = span(since, 0.0, self.shock_lasts_s)
        since = since[on]
        decay = np.exp(since / -self.landing.decay_s)
        out = np.zeros((3, len(time_s)))
        for axis, (size, tone) in enumerate(SHOCK_AXES):
            out[axis, on] = size * ringing(
                since, frequency_hz=tone * self.landing.shock_hz, decay=decay
            )
        return out

    def _push(self, accel: FloatArray, turn: Turn, stride: float, stance: float) -> None:
        """Put specific force without shocks in place: gravity, swing, weight and flight."""
        since = turn.time_s
        airborne = since[span(since, stance, math.inf)]
        flight = np.zeros(len(since))
        flight[len(since) - len(airborne) :] = smooth_step(
            (airborne - stance) / INTO_FLIGHT_S
        ) * smooth_step((stride - airborne) / OUT_OF_FLIGHT_S)
        lever = KNEE_TO_SENSOR_M / STANDARD_GRAVITY_MPS2 * flight
        accel[0] = -np.sin(turn.angle_rad) - lever * turn.accel_radps2
        accel[2] = np.cos(turn.angle_rad) + lever * turn.rate_radps**2 + FLIGHT_AXIAL_G * flight
        on = span(since, 0.0, stance)
        load = math.pi / stance * since[on]
        accel[0, on] -= BRAKING_G * np.sin(2.0 * load)
        accel[2, on] += self.landing.weight_g * np.sin(load)
        for contact in (0.0, stride):
            add_bell(accel[2], since, at_s=contact - DIP_BEFORE_S, width_s=DIP_WIDTH_S, size=DIP_G)
        on = span(since, stance, stance + 0.2)
        after = since[on] - stance
        accel[2, on] += PUSH_OFF_DIP_G * ringing(
            after, frequency_hz=PUSH_OFF_HZ, decay=np.exp(after / -PUSH_OFF_DECAY_S)
        )


def _turn(since: FloatArray, stride: float, stance: float) -> Turn:
    """Return the shank's angle over a stride: support, heel recovery, forward swing.

    The support's rate is what brings the angle back to where it was a stride ago.
    """
    support_s = 0.80 * stance
    recovery_start_s = stance - 0.035 * stride
    recovery_s = 0.30 * stride
    swing_start_s = recovery_start_s + recovery_s
    swing_s = 0.985 * stride - swing_start_s
    back = RECOVERY_PEAK_RADPS * recovery_s + SWING_PEAK_RADPS * swing_s
    turn = Turn(time_s=since, start_rad=ANGLE_AT_CONTACT_RAD)
    turn.add_lobe(start_s=0.0, lasts_s=support_s, peak_radps=-back / support_s)
    turn.add_lobe(start_s=recovery_start_s, lasts_s=recovery_s, peak_radps=RECOVERY_PEAK_RADPS)
    turn.add_lobe(start_s=swing_start_s, lasts_s=swing_s, peak_radps=SWING_PEAK_RADPS)
    return turn
