"""What legs do in running and walking, as few numbers: points of mean curves of markers.

Regressed on speed and strike angle over 54 legs of Fukuchi 2017 (PeerJ 5:e3298: 9 runners at 2.5,
3.5 and 4.5 m/s on a treadmill), rounded. A column is a point of the stride; the rows are its value
at 3.5 m/s and a strike angle of 10 degrees, its change per m/s, and its change per 10 degrees of
strike angle. Between the points the smoothest curve runs; landings' shocks come on top
(landing.py). `stance` counts in contact times from contact, `swing` in swing times from toe-off.

Walking is one row: the median of 55 strides at 1.27 m/s of one walker's markers (gaitmap's example:
Kuederle et al. 2024, IEEE OJEMB); the shank's turn is that of another's gyroscope (RealWorld:
Sztyler & Stuckenschmidt 2016, IEEE PerCom), its way follows from both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.records import FloatArray

USUAL_MPS, USUAL_STRIKE_DEG = 3.5, 10.0
WALK_MPS, WALK_STRIKE_DEG = 1.27, 27.0
WALK_STRIDE_S, WALK_DUTY = 1.084, 0.676  # duty: contact time as a share of the stride's


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points of one curve; `unit` makes them SI."""

    stance: tuple[float, ...]
    swing: tuple[float, ...]
    unit: float
    rows: tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
    walk: tuple[float, ...]
    walk_grows: bool = False  # with the stride, as ways less a steady walk do

    @property
    def values(self) -> FloatArray:
        """Return the points in SI units, shape (points, 5): the rows, walking, its change per m/s.

        Walkers who go faster take longer strides of about the same time.
        """
        walk = np.array(self.walk)
        grows = walk / WALK_MPS if self.walk_grows else np.zeros(len(walk))
        return self.unit * np.stack([*np.array(self.rows), walk, grows], axis=1)


DEG, MM = np.pi / 180.0, 1e-3

# Foot's pitch, toes up, against the foot flat at 35 % of stance. Close points where it slaps down
# and where it pushes off.
PITCH = Points(
    stance=(0.0, 0.05, 0.10, 0.15, 0.22, 0.35, 0.60, 0.75, 0.85, 0.93, 1.0),
    swing=(0.04, 0.10, 0.20, 0.30, 0.45, 0.60, 0.75, 0.86, 0.92, 0.96),
    unit=DEG,
    rows=(
        (10.0, 6.1, 2.8, 2.2, 1.7, 0.0, -4.9, -15.4, -27.1, -37.9, -47.7,
         -57.0, -65.7, -79.5, -95.0, -95.3, -63.4, -22.4, 3.8, 11.4, 12.1),
        (0.0, 0.2, -0.1, 0.1, 0.3, 0.0, -0.6, -1.1, -1.8, -2.5, -4.0,
         -6.7, -7.4, -10.7, -13.3, -12.7, -6.3, -1.4, 1.2, 1.0, 0.3),
        (10.0, 8.4, 4.9, 1.9, 0.3, 0.0, 0.9, 1.1, 0.9, 0.8, 0.7,
         0.9, 1.7, 1.7, -0.6, -3.6, -3.4, -0.1, 5.1, 8.4, 9.7),
    ),
    walk=(27.1, 21.8, 11.8, 4.0, 0.3, 0.0, -0.4, -2.9, -17.1, -42.9, -66.2,
          -70.1, -67.3, -57.0, -45.9, -26.6, -7.0, 8.8, 21.1, 25.3, 26.7),
)  # fmt: skip
# Ball of the foot over the ground: on it from REST to LEAVE (parts of the contact time).
REST, LEAVE = 0.22, 0.70
WALK_LEAVE = 0.80
BALL_SWING = (0.0, 0.12, 0.25, 0.40, 0.55, 0.70, 0.82, 0.92, 1.0)
BALL_FORWARD = Points(  # in thousandths of the stride's length
    stance=(),
    swing=BALL_SWING,
    unit=MM,
    rows=(
        (3.3, 27.7, 88.7, 231.7, 419.2, 645.1, 835.6, 952.1, 993.6),
        (0.4, 4.4, 14.8, 25.7, 22.0, 17.2, 10.5, 2.9, -0.5),
        (-1.2, -2.7, -7.9, -12.9, -18.1, -21.6, -15.7, -7.5, -2.2),
    ),
    walk=(58.0, 134.6, 251.2, 402.8, 566.5, 731.9, 847.4, 917.5, 953.5),
)
BALL_UP = Points(
    stance=(),
    swing=BALL_SWING,
    unit=MM,
    rows=(
        (32.7, 134.3, 272.0, 350.5, 247.1, 93.9, 47.3, 56.9, 34.3),
        (3.0, 37.7, 87.8, 103.8, 65.8, 25.2, 13.3, 7.3, 0.1),
        (-0.3, -3.3, 3.4, 17.3, 16.9, 0.2, -0.9, 16.3, 20.7),
    ),
    walk=(39.3, 62.1, 63.8, 45.0, 24.7, 19.1, 44.5, 69.4, 71.8),
)
# Shank's inclination: positive with the knee ahead of the ankle. Close points about contact, where
# the landing first stops, then speeds up, its turn forward.
TIBIA = Points(
    stance=(0.0, 0.07, 0.14, 0.22, 0.35, 0.55, 0.75, 0.90, 1.0),
    swing=(0.12, 0.25, 0.40, 0.55, 0.70, 0.80, 0.87, 0.92, 0.965),
    unit=DEG,
    rows=(
        (-7.7, -3.7, 2.8, 10.7, 21.0, 31.2, 35.3, 35.2, 34.5,
         46.5, 69.0, 87.5, 72.8, 36.1, 12.2, -2.4, -8.9, -9.7),
        (-1.5, -1.8, -2.0, -1.8, -1.4, 0.3, 2.4, 2.7, 2.1,
         4.2, 7.5, 10.2, 6.2, 0.3, -1.0, -2.1, -2.6, -2.1),
        (-3.2, -3.0, -3.2, -2.3, -0.8, -0.2, 0.0, 0.4, 0.6,
         0.2, 0.6, 1.9, 3.7, 2.7, 0.4, -1.3, -2.3, -3.1),
    ),
    walk=(-20.0, -17.1, -16.2, -11.2, -5.9, 5.5, 19.2, 37.3, 54.3,
          61.9, 61.4, 49.8, 29.0, 4.6, -6.9, -13.9, -17.8, -19.7),
)  # fmt: skip
# A runner whose foot stays down longer than those marked do goes farther over it: the shank turns
# by so much more for each metre, as theirs do (0.74 rad in 0.81 m at 3.5 m/s), and the point
# stays so much behind the steady walk: all of the way but what that turn lifts it ahead of the
# ankle, 0.11 m below.
TURNS_RAD_A_M = 0.9
STAYS_BEHIND = 1.0 - 0.11 * TURNS_RAD_A_M
# Way of a point a quarter up the shank, less a steady walk at the stride's mean speed.
SHANK_STANCE, SHANK_SWING = (0.0, 0.25, 0.50, 0.75, 1.0), (0.15, 0.30, 0.50, 0.70, 0.82, 0.92)
SHANK_FORWARD = Points(
    stance=SHANK_STANCE,
    swing=SHANK_SWING,
    unit=MM,
    rows=(
        (9.5, -110.5, -271.7, -442.8, -542.7, -618.0, -592.2, -389.8, -156.0, -21.1, 29.2),
        (2.9, -15.3, -34.8, -54.0, -67.8, -86.3, -74.0, -31.9, 7.0, 23.1, 16.6),
        (-2.1, 11.2, 6.6, -2.7, -9.8, -18.4, -31.0, -38.4, -39.1, -28.0, -12.2),
    ),
    walk=(0.0, -135.4, -346.3, -546.5, -506.2, -441.8, -364.1, -243.9, -116.9, -45.5, -10.4),
    walk_grows=True,
)
SHANK_UP = Points(
    stance=SHANK_STANCE,
    swing=SHANK_SWING,
    unit=MM,
    rows=(
        (68.4, 21.2, 2.1, 21.4, 78.8, 152.6, 205.7, 200.2, 144.0, 108.3, 96.5),
        (5.3, 3.1, 1.1, -3.0, -2.5, 27.3, 54.3, 48.1, 33.9, 21.5, 12.7),
        (0.7, 2.5, 0.5, -2.0, -1.7, -1.9, 5.2, 5.8, -7.1, -8.6, -2.8),
    ),
    walk=(0.0, 0.6, 2.3, 3.2, 83.4, 96.9, 91.5, 55.7, 13.9, 2.8, 1.7),
)


def usual_contact_time_s(speed_mps: FloatArray) -> FloatArray:
    """Return how long a foot stays down: within 2 ms of 54 legs' means (Fukuchi 2017, PeerJ).

    They were 278, 233 and 201 ms at 2.5, 3.5 and 4.5 m/s.
    """
    return np.asarray(0.253 * (3.0 / speed_mps) ** 0.55)
