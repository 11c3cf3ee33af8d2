"""Strides of shoes that roll: as worn at the right feet, then as if worn at the wrong ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analytics.merge import Second
from analytics.records import Side
from tests.analytics.paces import paces, seconds

WORN_RIGHT = {Side.LEFT: 14.0, Side.RIGHT: 11.0}
SWAPPED = {Side.LEFT: 0.5, Side.RIGHT: 1.5}


def rolling(*stretches: Mapping[Side, float | None], each_s: float = 30.0) -> Sequence[Second]:
    """Return seconds of running; in every stretch each foot rolls inwards by so many degrees."""
    strides = [
        replace(one, pronation_excursion_deg=roll_deg)
        for number, stretch in enumerate(stretches)
        for side, roll_deg in stretch.items()
        for one in paces(side, from_s=number * each_s, until_s=(number + 1) * each_s)
    ]
    return seconds(int(len(stretches) * each_s) + 5, strides=strides)


ROLLS = rolling(WORN_RIGHT, SWAPPED, WORN_RIGHT)
