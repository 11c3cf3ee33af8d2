"""The shoe of a runner: specific force and angular rate of a sensor on the laces.

Segment frame: x forward, y left, z up when the foot stands flat. The ball of the foot lies still
on the ground from `REST` to `LEAVE` of the contact time and swings in between (markers.py); the
foot pitches and rolls about it, so in stance the sensor's velocity is the rotation's. Force and
rate are exact derivatives of that motion.
"""

from __future__ import annotations

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.curves import ACCEL, MIN_JERK_PEAK, RATE, VALUE, Track
from firmware_sim.gait.landing import REARFOOT, Landing, Shock
from firmware_sim.gait.markers import BALL_FORWARD, BALL_UP, PITCH
from firmware_sim.gait.strides import Rest, Strides, yaw_track

SENSOR_AHEAD_M, SENSOR_UP_M = -0.075, 0.075  # of the ball of the foot: on the laces
FIRST_STEP = 0.70  # lift and heel rise of the first step, as parts of a running stride's
ROLLED = 0.20  # of the contact time: eversion over (gyroscope about x: 40 ms), then slowly back
_FLAT = PITCH.stance.index(0.35)
_HEEL_UP = PITCH.stance.index(0.60)  # points of the first step before this are left out


class ShoeGait:
    """Shoe motion over one foot's landings.

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
        self._pitch = _pitch_track(strides)
        self._roll = _roll_track(contacts)
        step = np.ones((len(strides.contact_s), 1))
        step[0] = FIRST_STEP
        forward = strides.swings(BALL_FORWARD, end=1.0)
        size = step * strides.length_m
        self._forward = _swing_track(
            forward.time_s,
            strides.way_m + strides.length_m - size * (1.0 - forward.value),
            size * forward.rate,
            size * forward.accel,
        )
        up = strides.swings(BALL_UP, end=0.0)
        rise = strides.slope * size
        self._up = _swing_track(
            up.time_s,
            strides.height_m + step * up.value + rise * forward.value,
            step * up.rate + rise * forward.rate,
            step * up.accel + rise * forward.accel,
        )
        self._faces = yaw_track(strides)
        self._shock = Shock(voice=landing.shoe, landing=landing)
        self.shock_leads_s = self._shock.leads_s
        self.shock_lasts_s = self._shock.lasts_s

    def base(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, angular rate (3, n), and how it lies.

        The latter is for `shock`: sine and cosine of pitch, then of roll, (4, n).
        """
        pitch, pitching, pitching_on = self._pitch.at(time_s, VALUE, RATE, ACCEL)
        roll, rolling, rolling_on = self._roll.at(time_s, VALUE, RATE, ACCEL)
        lies = np.stack([np.sin(pitch), np.cos(pitch), np.sin(roll), np.cos(roll)])
        sine, cosine = lies[2:]
        rate = np.stack([rolling, -pitching * cosine, pitching * sine])
        turn = np.stack(
            [
                rolling_on,
                pitching * rolling * sine - pitching_on * cosine,
                pitching * rolling * cosine + pitching_on * sine,
            ]
        )
        going, speeding = self._forward.at(time_s, RATE, ACCEL)
        up = 1.0 + self._up.at(time_s, ACCEL)[0] / STANDARD_GRAVITY_MPS2
        left = np.zeros(len(time_s))
        if self._faces is not None:
            yawing, yawing_on = self._faces.at(time_s, RATE, ACCEL)
            left = going * yawing / STANDARD_GRAVITY_MPS2
            upright = _into_foot(lies, left * 0.0, left * 0.0, np.ones(len(time_s)))
            turn += upright * yawing_on + yawing * np.cross(upright, rate, axis=0)
            rate += upright * yawing
        accel = _into_foot(lies, speeding / STANDARD_GRAVITY_MPS2, left, up)
        return accel + _lever(rate, turn) / STANDARD_GRAVITY_MPS2, rate, lies

    def shock(self, since_s: FloatArray, lies: FloatArray) -> FloatArray:
        """Return a shock (3, n) of size 1 at times since its landing, where the foot lies so."""
        return _into_foot(lies, *self._shock.at(since_s))

    def pitch(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the foot's pitch in rad (toes up positive) and its rate in rad/s."""
        pitch, rate = self._pitch.at(time_s, VALUE, RATE)
        return pitch, rate

    def roll(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the foot's roll about its forward axis in rad and its rate in rad/s."""
        roll, rate = self._roll.at(time_s, VALUE, RATE)
        return roll, rate

    def place(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return forward and up (m) of the ball of the foot, without shocks."""
        return self._forward.at(time_s, VALUE)[0], self._up.at(time_s, VALUE)[0]


def pronation_velocity_dps(contacts: Contacts) -> FloatArray:
    """Return the largest eversion velocity after each landing."""
    lasts_s = ROLLED * contacts.contact_time_s
    return np.asarray(MIN_JERK_PEAK * contacts.pronation_deg / lasts_s)


def _pitch_track(strides: Strides) -> Track:
    knots = strides.through(PITCH, first_step=FIRST_STEP)
    flat_s = strides.contact_s + strides.in_stance_s([PITCH.stance[_FLAT]])
    return knots.framed(
        skip=_HEEL_UP,
        keep=_FLAT,
        first=Rest(at_s=float(flat_s[0, 0]), value=0.0),
        last=Rest(at_s=float(flat_s[-1, 0]), value=0.0),
    )


def _roll_track(contacts: Contacts) -> Track:
    """Return the roll: everted soon after contact, even by the next; moves of minimum jerk.

    No faster than that: in push-off the marked feet rolled back at 20 to 50 deg/s.
    """
    side = contacts.lateral
    everted = np.radians(contacts.pronation_deg) * side
    begins = contacts.contact_s
    rolled = begins + ROLLED * contacts.contact_time_s
    times = np.append(np.stack([begins, rolled], axis=1).ravel(), contacts.toe_off_s[-1])
    return Track(
        time_s=times,
        value=np.append(np.stack([np.zeros(len(begins)), everted], axis=1).ravel(), 0.0),
        rate=np.zeros(len(times)),
        accel=np.zeros(len(times)),
    )


def _swing_track(
    time_s: FloatArray, value: FloatArray, rate: FloatArray, accel: FloatArray
) -> Track:
    """Return the ball's track; the swing after the last landing is left out."""
    return Track(
        time_s=time_s[:-1].ravel(),
        value=value[:-1].ravel(),
        rate=rate[:-1].ravel(),
        accel=accel[:-1].ravel(),
    )


def _lever(rate: FloatArray, turn: FloatArray) -> FloatArray:
    """Return the sensor's acceleration about the ball, in its own axes: turning and centripetal."""
    x, z = SENSOR_AHEAD_M, SENSOR_UP_M
    p, q, r = rate
    along = x * p + z * r
    square = p * p + q * q + r * r
    return np.stack(
        [
            turn[1] * z + p * along - square * x,
            turn[2] * x - turn[0] * z + q * along,
            -turn[1] * x + r * along - square * z,
        ]
    )


def _into_foot(
    lies: FloatArray, forward: FloatArray, left: FloatArray, up: FloatArray
) -> FloatArray:
    """Turn world axes into the foot's: pitched toes up, then rolled about its forward axis.

    `lies` has sine and cosine of pitch, then of roll.
    """
    sine, cosine = lies[:2]
    over, ahead = cosine * up - sine * forward, cosine * forward + sine * up
    sine, cosine = lies[2:]
    return np.stack([ahead, cosine * left + sine * over, cosine * over - sine * left])
