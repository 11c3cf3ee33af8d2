"""How far a stride's impact figures can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CLIPPED = 0.5  # a clipped peak errs by -1.4 +- 4.5 g even when restored (science.md, 2)
TURN_CLIPPED = 0.9  # what a gyroscope lost is put back but for a part (kernels/plateau.py)
FROZEN = 0.5  # a contact beside a freeze may be a tenth of a second off
NO_TOE_OFF = 0.9
NO_AXIS = 0.9
# Sharp shocks read low on slow sensors: a 25 Hz half-sine by a fifth at 100 Hz (science.md, 2),
# where 199 Hz and more are recommended; at 50 Hz by a third to a half.
RATE_HZ, SLOW_RATE_HZ = 199.0, 95.0
SLOW, SLOWEST = 0.9, 0.7


def reliability(known: Mapping[str, Any], *, rate_hz: float) -> float:
    """Return 0..1: what of a stride was seen whole; `known` has its fields by name, and the row's.

    A product of one factor for each thing that was not: docs/conventions.md lists them.

    Examples
    --------
    >>> stride = {"clipped": True, "turn_clipped": False, "frozen": False}
    >>> stride |= {"toe_off_s": None, "peak_accel_axial_g": 6.0}
    >>> reliability(stride, rate_hz=200.0), reliability(stride, rate_hz=100.0)
    (0.45, 0.405)

    """
    parts = (
        (rate_hz < SLOW_RATE_HZ, SLOWEST),
        (SLOW_RATE_HZ <= rate_hz < RATE_HZ, SLOW),
        (known["clipped"], CLIPPED),
        (known["turn_clipped"], TURN_CLIPPED),
        (known["frozen"], FROZEN),
        (known["toe_off_s"] is None, NO_TOE_OFF),
        (known["peak_accel_axial_g"] is None, NO_AXIS),
    )
    quality = 1.0
    for applies, factor in parts:
        if applies:
            quality *= factor
    return round(quality, 3)


def slow_sensor(rate_hz: float) -> str | None:
    """Return what a sensor is too slow for, in words; None if it is not.

    Examples
    --------
    >>> slow_sensor(50.0)
    'sampled at 50 Hz: impact peaks read up to a half low, and there are no loading rates'
    >>> slow_sensor(200.0)

    """
    if rate_hz >= RATE_HZ:
        return None
    if rate_hz >= SLOW_RATE_HZ:
        return f"sampled at {rate_hz:g} Hz: sharp impacts read up to a fifth low"
    what = "impact peaks read up to a half low, and there are no loading rates"
    return f"sampled at {rate_hz:g} Hz: {what}"
