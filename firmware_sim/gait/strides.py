"""From points of the mean stride to one leg's curves over its landings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.records import FloatArray
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.curves import ACCEL, RATE, VALUE, Track, smoothest
from firmware_sim.gait.markers import (
    LEAVE,
    REST,
    USUAL_MPS,
    USUAL_STRIKE_DEG,
    WALK_DUTY,
    WALK_LEAVE,
    WALK_MPS,
    WALK_STRIKE_DEG,
    Points,
    usual_contact_time_s,
)

# A foot is put down in the first `REST` of its contact, but no faster than in the marked runners'
# shortest contacts: the ground does not stop it sooner because they run faster.
SHORTEST_S = 0.20
# Contacts this much longer or shorter than usual at their speed sweep as far as seen; beyond that
# the marked runners tell nothing.
MOST_LONGER = 0.2
_BEGUN = 1e-9  # a swing's very first moment is the swing's already


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knots:
    """Points of a curve in time, shape (strides, points) or flat."""

    time_s: FloatArray
    value: FloatArray
    rate: FloatArray
    accel: FloatArray

    def plus(self, other: Knots) -> Knots:
        """Return both curves' sum; they have the same times."""
        return Knots(
            time_s=self.time_s,
            value=self.value + other.value,
            rate=self.rate + other.rate,
            accel=self.accel + other.accel,
        )

    def tilted(self, along: Knots, *, slope: FloatArray, height: FloatArray) -> Knots:
        """Return the curve as it rises with the way `along`, at the same times, from a height."""
        return Knots(
            time_s=self.time_s,
            value=self.value + height + slope * along.value,
            rate=self.rate + slope * along.rate,
            accel=self.accel + slope * along.accel,
        )

    def framed(self, *, skip: int, keep: int, first: Rest, last: Rest) -> Track:
        """Return the track from a rest to a rest; `skip` points at the start are left out.

        `keep` points of the last stride stay.
        """
        points = self.time_s.shape[1]
        stop = self.time_s.size - points + keep

        def whole(values: FloatArray, begin: float, end: float) -> FloatArray:
            return np.concatenate([[begin], values.ravel()[skip:stop], [end]])

        return Track(
            time_s=whole(self.time_s, first.at_s, last.at_s),
            value=whole(self.value, first.value, last.value),
            rate=whole(self.rate, 0.0, 0.0),
            accel=whole(self.accel, 0.0, 0.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Where a curve stands still."""

    at_s: float
    value: float


class Strides:
    """A leg's strides with one before the first landing, as columns (strides, 1)."""

    def __init__(self, contacts: Contacts) -> None:
        led = contacts.led_in()
        self.contact_s = led.contact_s[:, np.newaxis]
        self.lasts_s = led.stride_time_s[:, np.newaxis]
        self.stance_s = led.contact_time_s[:, np.newaxis]
        self.length_m = led.stride_length_m[:, np.newaxis]
        self.strike_deg = led.strike_angle_deg
        self.way_m = np.concatenate([[0.0], np.cumsum(led.stride_length_m[:-1])])[:, np.newaxis]
        self.height_m = np.concatenate([[0.0], np.cumsum(led.rise_m[:-1])])[:, np.newaxis]
        self.slope = led.rise_m[:, np.newaxis] / self.length_m
        self.faces_rad = np.concatenate([[0.0], np.cumsum(led.turn_rad[:-1])])[:, np.newaxis]
        self.turn_rad = led.turn_rad[:, np.newaxis]
        self.walks = led.walks[:, np.newaxis]
        self._farther_m = (1.0 - self.walks) * self._way_longer_down_m()
        self._leaves = LEAVE + (WALK_LEAVE - LEAVE) * self.walks
        runs = led.walks == 0.0
        duties = (self.stance_s / self.lasts_s)[:, 0]
        self._duty = float(np.mean(duties[runs])) if runs.any() else WALK_DUTY

    def phases(self, points: Points) -> FloatArray:
        """Return when in the usual running and walking stride its points lie, (2, points)."""
        duty = np.array([[self._duty], [WALK_DUTY]])
        swing = duty + (1.0 - duty) * np.array(points.swing)
        return np.concatenate([duty * np.array(points.stance), swing], axis=1)

    def times_s(self, points: Points) -> FloatArray:
        """Return when the points of every stride lie."""
        stance = self.in_stance_s(points.stance)
        swing = self.stance_s + (self.lasts_s - self.stance_s) * np.array(points.swing)
        return np.asarray(self.contact_s + np.concatenate([stance, swing], axis=1))

    @property
    def leave_s(self) -> FloatArray:
        """Return when the ball of the foot leaves the ground."""
        return self.contact_s + self.in_stance_s(self._leaves)

    @property
    def rest_s(self) -> FloatArray:
        """Return when the ball of the foot lies still on the ground."""
        return self.contact_s + self.in_stance_s([REST])

    def in_stance_s(self, parts: Sequence[float] | FloatArray) -> FloatArray:
        """Return when parts of every contact time are over, in seconds after contact."""
        part = np.asarray(parts)
        lands_s = REST * np.maximum(self.stance_s, SHORTEST_S)
        rolls_s = (part - REST) / (1.0 - REST) * (self.stance_s - lands_s)
        return np.where(part <= REST, part / REST * lands_s, lands_s + rolls_s)

    def through(self, points: Points, *, first_step: float = 1.0, sweeps: float = 0.0) -> Knots:
        """Return the smoothest curve through points, stretched to every stride.

        At contact it has the slope and bend of the usual stride, in the time of the strides
        around it. What is below zero of the first step is made smaller. `sweeps` is how much it
        grows over a stance for each metre that the runner goes farther in it than is usual.
        """
        times_s = self.times_s(points)
        swing = np.array([0.0] * len(points.stance) + list(points.swing))
        value = self._mixed(points.values, swing=swing) + sweeps * self._sweep_m(points)
        value[0] *= np.where(value[0] < 0.0, first_step, 1.0)
        ends_s = np.append(times_s[1:, :1], times_s[-1:, :1] + self.lasts_s[-1:], axis=0)
        whole_s = np.concatenate([times_s, ends_s], axis=1)
        whole = np.concatenate([value, np.append(value[1:, :1], value[-1:, :1], axis=0)], axis=1)
        rate, accel = self._at_contact(points, sweeps)
        before_s = np.append(self.lasts_s[:1], self.lasts_s[:-1], axis=0)
        usual_s = 0.5 * (self.lasts_s + before_s)
        here = np.concatenate([rate / usual_s, accel / usual_s**2], axis=1)
        there = np.append(here[1:], here[-1:], axis=0)
        rates, accels = smoothest(whole_s, whole, np.stack([here, there], axis=1))
        return Knots(time_s=times_s, value=value, rate=rates[:, :-1], accel=accels[:, :-1])

    def goes_on(self, time_s: FloatArray) -> Knots:
        """Return the way of the whole runner at times (strides, points): speed has no jumps."""
        speed_mps = self.length_m / self.lasts_s
        before_mps = np.append(speed_mps[:1], speed_mps[:-1], axis=0)
        ends = [self.contact_s[-1] + self.lasts_s[-1], self.way_m[-1] + self.length_m[-1]]
        way = Track(
            time_s=np.append(self.contact_s, ends[0]),
            value=np.append(self.way_m, ends[1]),
            rate=np.append(0.5 * (before_mps + speed_mps), speed_mps[-1]),
            accel=np.zeros(len(speed_mps) + 1),
        )
        value, rate, accel = (
            row.reshape(time_s.shape) for row in way.at(time_s.ravel(), VALUE, RATE, ACCEL)
        )
        return Knots(time_s=time_s, value=value, rate=rate, accel=accel)

    def swings(self, points: Points, *, end: float) -> Knots:
        """Return curves from a rest as the foot leaves to the next rest, where they are `end`."""
        stops = [end, 0.0, 0.0, end, 0.0]
        value = self._mixed(
            np.concatenate([[[0.0] * 5], points.values, [stops]]),
            swing=np.array([_BEGUN, *np.maximum(points.swing, _BEGUN), 1.0]),
        )
        rests_s = self.in_stance_s([REST])
        next_rests_s = np.append(rests_s[1:], rests_s[-1:], axis=0)
        flight_s = self.lasts_s - self.stance_s
        times_s = [
            self.leave_s,
            self.contact_s + self.stance_s + flight_s * np.array(points.swing),
            self.contact_s + self.lasts_s + next_rests_s,
        ]
        time_s = np.concatenate(times_s, axis=1)
        rate, accel = smoothest(time_s, value, np.zeros((len(time_s), 2, 2)))
        return Knots(time_s=time_s, value=value, rate=rate, accel=accel)

    def _way_longer_down_m(self) -> FloatArray:
        """Return how much farther a runner goes in each contact than those marked did."""
        speed_mps = np.maximum(self.length_m / self.lasts_s, WALK_MPS)
        usual_s = usual_contact_time_s(speed_mps)
        most_s = MOST_LONGER * usual_s
        return np.asarray(speed_mps * np.clip(self.stance_s - usual_s, -most_s, most_s))

    def _sweep_m(self, points: Points) -> FloatArray:
        """Return where in that farther way each point lies: half of it behind, half ahead.

        What a stance sweeps, the swing after it takes back, on to the next stance's start.
        """
        after_m = np.append(self._farther_m[1:], self._farther_m[-1:], axis=0)
        stance, swing = np.array(points.stance), np.array(points.swing)
        there = self._farther_m * (stance - 0.5)
        back = 0.5 * (self._farther_m * (1.0 - swing) - after_m * swing)
        return np.concatenate([there, back], axis=1)

    def _at_contact(self, points: Points, sweeps: float) -> tuple[FloatArray, FloatArray]:
        """Return slope and bend (strides, 1) at contact by phase of the usual stride.

        Of three equal strides in a row the second knows nothing of the ends any more.
        """
        (runs, walks), values = self.phases(points), points.values
        farther = np.concatenate([np.array(points.stance) - 0.5, 0.5 - np.array(points.swing)])
        phases = np.array([runs, runs, runs, walks, walks, runs])
        rate, accel = smoothest(
            np.concatenate([phases - 1.0, phases, phases + 1.0], axis=1),
            np.tile(np.concatenate([values.T, farther[np.newaxis]]), (1, 3)),
            np.zeros((6, 2, 2)),
        )
        at, more = len(runs), sweeps * self._farther_m
        contact = np.zeros(1)
        return (
            self._mixed(rate[:-1, at : at + 1].T, swing=contact) + more * rate[-1, at],
            self._mixed(accel[:-1, at : at + 1].T, swing=contact) + more * accel[-1, at],
        )

    def _mixed(self, points: FloatArray, *, swing: FloatArray) -> FloatArray:
        """Return points (m, 5) at each stride's gait, speed and strike angle, (strides, m).

        A swing, of which `swing` says how much is over at each point (0 in stance), ends in the
        next landing's gait.
        """

        def next_of(rows: FloatArray) -> FloatArray:
            return np.append(rows[1:], rows[-1:], axis=0)

        speed_mps = self.length_m / self.lasts_s
        usual_deg = USUAL_STRIKE_DEG + (WALK_STRIKE_DEG - USUAL_STRIKE_DEG) * self.walks
        steeper = (self.strike_deg[:, np.newaxis] - usual_deg) / 10.0
        steep = np.where(swing > 0.0, next_of(steeper), steeper)
        walks = self.walks + swing * (next_of(self.walks) - self.walks)
        run = points[:, 0] + (speed_mps - USUAL_MPS) * points[:, 1]
        walk = points[:, 3] + (speed_mps - WALK_MPS) * points[:, 4]
        return np.asarray(run + steep * points[:, 2] + walks * (walk - run))


def yaw_track(strides: Strides) -> Track | None:
    """Return which way the leg faces, in rad to the left; None if always the same.

    A foot on the ground does not turn: every swing is a move of minimum jerk.
    """
    if not strides.turn_rad.any():
        return None
    faces = np.concatenate([strides.faces_rad, strides.faces_rad + strides.turn_rad], axis=1)[:-1]
    times_s = np.concatenate([strides.leave_s[:-1], strides.rest_s[1:]], axis=1)
    still = np.zeros(faces.size)
    return Track(time_s=times_s.ravel(), value=faces.ravel(), rate=still, accel=still)
