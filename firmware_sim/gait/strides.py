"""From points of the mean stride to one leg's curves over its landings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.records import FloatArray
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.curves import Track, smoothest
from firmware_sim.gait.markers import LEAVE, REST, USUAL_MPS, USUAL_STRIKE_DEG, Points

# A foot is put down in the first `REST` of its contact, but no faster than in the marked runners'
# shortest contacts: the ground does not stop it sooner because they run faster.
SHORTEST_S = 0.20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knots:
    """Points of a curve in time, shape (strides, points) or flat."""

    time_s: FloatArray
    value: FloatArray
    rate: FloatArray
    accel: FloatArray

    def plus(self, value: FloatArray, rate: FloatArray) -> Knots:
        """Return the curve with a steady move added."""
        return Knots(
            time_s=self.time_s, value=self.value + value, rate=self.rate + rate, accel=self.accel
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
        self.duty = float(np.mean(self.stance_s / self.lasts_s))

    def phases(self, points: Points) -> FloatArray:
        """Return when in the usual stride its points lie."""
        stance = self.duty * np.array(points.stance)
        return np.concatenate([stance, self.duty + (1.0 - self.duty) * np.array(points.swing)])

    def times_s(self, points: Points) -> FloatArray:
        """Return when the points of every stride lie."""
        stance = self.in_stance_s(points.stance)
        swing = self.stance_s + (self.lasts_s - self.stance_s) * np.array(points.swing)
        return np.asarray(self.contact_s + np.concatenate([stance, swing], axis=1))

    def in_stance_s(self, parts: Sequence[float]) -> FloatArray:
        """Return when parts of every contact time are over, in seconds after contact."""
        part = np.array(parts)
        lands_s = REST * np.maximum(self.stance_s, SHORTEST_S)
        rolls_s = (part - REST) / (1.0 - REST) * (self.stance_s - lands_s)
        return np.where(part <= REST, part / REST * lands_s, lands_s + rolls_s)

    def through(self, points: Points, *, first_step: float = 1.0) -> Knots:
        """Return the smoothest curve through points, stretched to every stride.

        At contact it has the slope and bend of the usual stride, in the time of the strides
        around it. What is below zero of the first step is made smaller.
        """
        times_s = self.times_s(points)
        value = self._mixed(len(points.stance), points.values)
        value[0] *= np.where(value[0] < 0.0, first_step, 1.0)
        ends_s = np.append(times_s[1:, :1], times_s[-1:, :1] + self.lasts_s[-1:], axis=0)
        whole_s = np.concatenate([times_s, ends_s], axis=1)
        whole = np.concatenate([value, np.append(value[1:, :1], value[-1:, :1], axis=0)], axis=1)
        rate, accel = self._at_contact(points)
        before_s = np.append(self.lasts_s[:1], self.lasts_s[:-1], axis=0)
        usual_s = 0.5 * (self.lasts_s + before_s)
        here = np.concatenate([rate / usual_s, accel / usual_s**2], axis=1)
        there = np.append(here[1:], here[-1:], axis=0)
        rates, accels = smoothest(whole_s, whole, np.stack([here, there], axis=1))
        return Knots(time_s=times_s, value=value, rate=rates[:, :-1], accel=accels[:, :-1])

    def swings(self, points: Points, *, end: float) -> Knots:
        """Return curves from a rest at `LEAVE` to the next one at `REST`, where they are `end`."""
        value = self._mixed(0, np.concatenate([[[0.0] * 3], points.values, [[end, 0.0, 0.0]]]))
        rests_s = self.in_stance_s([REST])
        next_rests_s = np.append(rests_s[1:], rests_s[-1:], axis=0)
        flight_s = self.lasts_s - self.stance_s
        times_s = [
            self.contact_s + self.in_stance_s([LEAVE]),
            self.contact_s + self.stance_s + flight_s * np.array(points.swing),
            self.contact_s + self.lasts_s + next_rests_s,
        ]
        time_s = np.concatenate(times_s, axis=1)
        rate, accel = smoothest(time_s, value, np.zeros((len(time_s), 2, 2)))
        return Knots(time_s=time_s, value=value, rate=rate, accel=accel)

    def _at_contact(self, points: Points) -> tuple[FloatArray, FloatArray]:
        """Return slope and bend (strides, 1) at contact by phase of the usual stride.

        Of three equal strides in a row the second knows nothing of the ends any more.
        """
        phases, values = self.phases(points), points.values
        thrice = np.concatenate([phases - 1.0, phases, phases + 1.0])
        rate, accel = smoothest(
            np.tile(thrice, (3, 1)), np.tile(values.T, (1, 3)), np.zeros((3, 2, 2))
        )
        at = len(phases)
        return self._mixed(1, rate[:, at : at + 1].T), self._mixed(1, accel[:, at : at + 1].T)

    def _mixed(self, n_stance: int, points: FloatArray) -> FloatArray:
        """Return points (m, 3) at each stride's speed and strike angle, shape (strides, m)."""
        faster = self.length_m / self.lasts_s - USUAL_MPS
        steeper = (self.strike_deg - USUAL_STRIKE_DEG) / 10.0
        ahead = np.append(steeper[1:], steeper[-1:])  # a swing ends in the next landing
        in_stance = np.arange(len(points)) < n_stance
        steep = np.where(in_stance, steeper[:, np.newaxis], ahead[:, np.newaxis])
        return np.asarray(points[:, 0] + faster * points[:, 1] + steep * points[:, 2])
