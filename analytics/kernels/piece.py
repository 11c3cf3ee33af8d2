"""Pieces of motion, and how they join.

A piece knows how far the sensor turned and what specific force did over it, in the sensor's own
frame at the piece's start. Gravity and the speed at the start are not in it: whoever knows
something about the ends of the motion solves for them (trajectory.py). Pieces join exactly, so
a motion may be cut wherever its parts become known later.
"""

from __future__ import annotations

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.vectors import Quaternion, Vector, product, turned

PIECE = np.dtype(
    [
        ("lasts_s", np.float64),
        ("spin", np.float64, (4,)),  # unit quaternion: from the frame at the end to the start's
        ("push", np.float64, (3,)),  # integral of specific force, g s...
        ("path", np.float64, (3,)),  # ...and its integral, g s²
    ]
)


@compiled
def clear(p: np.record) -> None:
    """Make a piece of motion that lasts no time."""
    p.lasts_s = 0.0
    p.spin[0] = 1.0
    for a in range(3):
        p.spin[a + 1] = 0.0
        p.push[a] = 0.0
        p.path[a] = 0.0


@compiled
def copy(p: np.record, out: np.record) -> None:
    """Put a piece into another's place."""
    out.lasts_s = p.lasts_s
    out.spin[0] = p.spin[0]
    for a in range(3):
        out.spin[a + 1] = p.spin[a + 1]
        out.push[a] = p.push[a]
        out.path[a] = p.path[a]


@compiled
def join(p: np.record, after: np.record) -> None:
    """Let piece p go on with the piece that came after it."""
    spin, push, path = after.spin, after.push, after.path
    add(
        p,
        after.lasts_s,
        (spin[0], spin[1], spin[2], spin[3]),
        (push[0], push[1], push[2]),
        (path[0], path[1], path[2]),
    )


@compiled
def add(p: np.record, lasts_s: float, spin: Quaternion, push: Vector, path: Vector) -> None:
    """Let piece p go on with what came after it, in the frame at its end."""
    w, x, y, z = p.spin[0], p.spin[1], p.spin[2], p.spin[3]
    pushed = turned(w, x, y, z, push[0], push[1], push[2])
    went = turned(w, x, y, z, path[0], path[1], path[2])
    for a in range(3):
        p.path[a] += p.push[a] * lasts_s + went[a]
        p.push[a] += pushed[a]
    p.spin[0], p.spin[1], p.spin[2], p.spin[3] = product((w, x, y, z), spin)
    p.lasts_s += lasts_s
