"""The shank of a runner: specific force and angular rate a quarter up the shin.

Segment frame: x forward, y left, z up the shank. The motion stays in the sagittal plane: a point's
way over the ground and the shank's angle are curves (markers.py), force and rate their exact
derivatives. The angle is positive with the knee ahead of the ankle.
"""

from __future__ import annotations

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.curves import ACCEL, RATE, VALUE, Track
from firmware_sim.gait.landing import FOREFOOT, MIDFOOT, REARFOOT, Landing, Shock
from firmware_sim.gait.markers import (
    SHANK_FORWARD,
    SHANK_STANCE,
    SHANK_SWING,
    SHANK_UP,
    STAYS_BEHIND,
    TIBIA,
    TURNS_RAD_A_M,
)
from firmware_sim.gait.strides import Rest, Strides, yaw_track

__all__ = ["FOREFOOT", "MIDFOOT", "REARFOOT", "Landing", "ShankGait"]

STANDS_UP_M = 0.05  # height of the upright shank's point over its lowest in stance
STOPS_S = 0.35  # after the last landing
FIRST_STEP = 0.9  # of a stride's time from standing to the first landing, at most FIRST_STEP_S
FIRST_STEP_S = 0.66
# Points of the first stride left out, and of the last one kept.
_TURN_SKIP, _TURN_KEEP = len(TIBIA.stance) + TIBIA.swing.index(0.55), TIBIA.stance.index(0.22) + 1
_WAY_SKIP, _WAY_KEEP = len(SHANK_STANCE) + SHANK_SWING.index(0.50), SHANK_STANCE.index(0.25) + 1


class ShankGait:
    """Shank motion over one leg's landings.

    Parameters
    ----------
    contacts : Contacts
        The landings.
    landing : Landing
        Waveform family, with the ground's tone.

    """

    def __init__(self, *, contacts: Contacts, landing: Landing = REARFOOT) -> None:
        self.contacts = contacts
        self.landing = landing
        strides = Strides(contacts)
        starts_s = float(contacts.contact_s[0]) - min(
            FIRST_STEP * float(strides.lasts_s[0, 0]), FIRST_STEP_S
        )
        stops_s = float(contacts.contact_s[-1]) + STOPS_S
        self._angle = strides.through(TIBIA, sweeps=TURNS_RAD_A_M).framed(
            skip=_TURN_SKIP,
            keep=_TURN_KEEP,
            first=Rest(at_s=starts_s, value=0.0),
            last=Rest(at_s=stops_s, value=0.0),
        )
        times_s = strides.times_s(SHANK_FORWARD)
        forward = strides.through(SHANK_FORWARD, sweeps=-STAYS_BEHIND).plus(
            strides.goes_on(times_s)
        )
        up = strides.through(SHANK_UP).tilted(
            forward, slope=strides.slope, height=strides.height_m - strides.slope * strides.way_m
        )
        self._up = up.framed(
            skip=_WAY_SKIP,
            keep=_WAY_KEEP,
            first=Rest(at_s=starts_s, value=STANDS_UP_M),
            last=Rest(at_s=stops_s, value=STANDS_UP_M + float(strides.height_m[-1, 0])),
        )
        begins_mps = float(forward.rate.ravel()[_WAY_SKIP])
        ends_mps = float(forward.rate[-1, _WAY_KEEP - 1])
        begins, ends = forward.value.ravel()[_WAY_SKIP], forward.value[-1, _WAY_KEEP - 1]
        before_s = float(times_s.ravel()[_WAY_SKIP]) - starts_s
        after_s = stops_s - float(times_s[-1, _WAY_KEEP - 1])
        self._forward: Track = forward.framed(
            skip=_WAY_SKIP,
            keep=_WAY_KEEP,
            first=Rest(at_s=starts_s, value=begins - 0.4 * before_s * begins_mps),
            last=Rest(at_s=stops_s, value=ends + 0.4 * after_s * ends_mps),
        )
        self._faces = yaw_track(strides)
        self._shock = Shock(voice=landing.shank, landing=landing)
        self.shock_leads_s = self._shock.leads_s
        self.shock_lasts_s = self._shock.lasts_s

    def base(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, angular rate (3, n), and how it lies.

        The latter is for `shock`: sine and cosine of its angle, (2, n).
        """
        angle, turning = self._angle.at(time_s, VALUE, RATE)
        going, speeding = self._forward.at(time_s, RATE, ACCEL)
        forward = speeding / STANDARD_GRAVITY_MPS2
        up = 1.0 + self._up.at(time_s, ACCEL)[0] / STANDARD_GRAVITY_MPS2
        rate = np.zeros((3, len(time_s)))
        rate[1] = turning
        lies = np.stack([np.sin(angle), np.cos(angle)])
        left = np.zeros(len(time_s))
        if self._faces is not None:
            yawing = self._faces.at(time_s, RATE)[0]
            left = going * yawing / STANDARD_GRAVITY_MPS2
            rate += _into_shank(lies, np.zeros(len(time_s)), np.zeros(len(time_s)), yawing)
        return _into_shank(lies, forward, left, up), rate, lies

    def shock(self, since_s: FloatArray, lies: FloatArray) -> FloatArray:
        """Return a shock (3, n) of size 1 at times since its landing, where the shank lies so."""
        return _into_shank(lies, *self._shock.at(since_s))

    def tibia_angle_deg(self) -> FloatArray:
        """Return the shank's inclination at each landing; positive: ankle ahead of the knee."""
        return np.asarray(-np.degrees(self._angle.at(self.contacts.contact_s, VALUE)[0]))

    def place(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return forward and up (m) of the sensor without shocks, and the angle (rad)."""
        ways = (self._forward, self._up, self._angle)
        forward, up, angle = (way.at(time_s, VALUE)[0] for way in ways)
        return forward, up, angle


def _into_shank(
    lies: FloatArray, forward: FloatArray, left: FloatArray, up: FloatArray
) -> FloatArray:
    """Turn world axes into the shank's, its top turned forward by an angle of this sine, cosine."""
    sine, cosine = lies
    return np.stack([cosine * forward - sine * up, left, sine * forward + cosine * up])
