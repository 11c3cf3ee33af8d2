"""How far a stride's impact figures can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CLIPPED = 0.5  # a clipped peak errs by -1.4 +- 4.5 g even when restored (science.md, 2)
NO_TOE_OFF = 0.9
NO_AXIS = 0.9


def reliability(known: Mapping[str, Any]) -> float:
    """Return 0..1: what of a stride was seen whole; `known` has its fields by name.

    Examples
    --------
    >>> reliability({"clipped": True, "toe_off_s": None, "peak_accel_axial_g": 6.0})
    0.45

    """
    parts = (
        (known["clipped"], CLIPPED),
        (known["toe_off_s"] is None, NO_TOE_OFF),
        (known["peak_accel_axial_g"] is None, NO_AXIS),
    )
    quality = 1.0
    for applies, factor in parts:
        if applies:
            quality *= factor
    return round(quality, 3)
