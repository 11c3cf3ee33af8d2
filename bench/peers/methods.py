"""The peers by name, and their contacts as stride records that the same scores read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from analytics.records import Placement, Side
from bench.peers import fadillioglu, falbriard, gaitmap_foot, mercer, mizrahi, purcell, sinclair
from bench.peers.leg import LONGEST_STRIDE_S, SHORTEST_STRIDE_S, Contacts, Leg


@dataclass(frozen=True, kw_only=True)
class Method:
    """A published method: where it is worn, what it needs, and how to run it."""

    name: str
    placement: Placement
    find: Callable[[Leg], Contacts]
    needs_gyro: bool = False
    needs_axes: bool = True  # more than the direction of gravity


METHODS = (
    Method(name="Mizrahi 2000", placement=Placement.SHIN, find=mizrahi.contacts, needs_axes=False),
    Method(name="Mercer 2003", placement=Placement.SHIN, find=mercer.contacts, needs_axes=False),
    Method(
        name="Sinclair 2013", placement=Placement.SHIN, find=sinclair.contacts, needs_axes=False
    ),
    Method(name="Purcell 2006", placement=Placement.SHIN, find=purcell.contacts),
    Method(
        name="Fadillioglu 2020",
        placement=Placement.SHIN,
        find=fadillioglu.contacts,
        needs_gyro=True,
    ),
    Method(
        name="Falbriard 2018", placement=Placement.SHOE, find=falbriard.contacts, needs_gyro=True
    ),
    Method(
        name="gaitmap (Herzer's events)",
        placement=Placement.SHOE,
        find=gaitmap_foot.events,
        needs_gyro=True,
    ),
    Method(
        name="gaitmap (stride by stride)",
        placement=Placement.SHOE,
        find=gaitmap_foot.per_stride,
        needs_gyro=True,
    ),
    Method(
        name="gaitmap (Kalman smoother)",
        placement=Placement.SHOE,
        find=gaitmap_foot.kalman,
        needs_gyro=True,
    ),
)


def usable(placement: Placement, *, gyro: bool, axes: bool) -> list[Method]:
    """Return the methods that a sensor can feed.

    A shoe without a gyroscope is given to the shank's methods: no foot method can use it.
    """
    worn = placement if gyro else Placement.SHIN
    return [
        m
        for m in METHODS
        if m.placement is worn and (gyro or not m.needs_gyro) and (axes or not m.needs_axes)
    ]


def strides(found: Contacts, side: Side) -> list[dict[str, Any]]:
    """Return contacts of one leg as strides: contact to contact, where that is a stride's time."""
    rows: list[dict[str, Any]] = []
    own_time = found.metrics.get("stride_time_s")
    for k, (begin, end) in enumerate(pairwise([*found.contact_s, np.nan])):
        lasts_s = float(end - begin if own_time is None else own_time[k])
        if not SHORTEST_STRIDE_S <= lasts_s <= LONGEST_STRIDE_S:
            continue
        toe_off_s = float(found.toe_off_s[k])
        rows.append(
            {
                "side": side.value,
                "contact_s": float(begin),
                "stride_time_s": lasts_s,
                "cadence_spm": 120.0 / lasts_s,
                "toe_off_s": toe_off_s,
                "contact_time_s": toe_off_s - float(begin),
                "clipped": False,
                **{
                    name: float(values[k])
                    for name, values in found.metrics.items()
                    if name != "stride_time_s"
                },
            }
        )
    return rows
