"""How far a stride's impact figures can be trusted."""

from __future__ import annotations

from analytics.records import FootStrike

CLIPPED = 0.5  # a clipped peak errs by -1.4 +- 4.5 g even when restored (science.md, 2)
NO_TOE_OFF = 0.9
NO_AXIS = 0.9


def reliability(strike: FootStrike) -> float:
    """Return 0..1: what of a landing was seen whole."""
    parts = (
        (strike.clipped, CLIPPED),
        (strike.toe_off_s is None, NO_TOE_OFF),
        (strike.peak_accel_axial_g is None, NO_AXIS),
    )
    quality = 1.0
    for applies, factor in parts:
        if applies:
            quality *= factor
    return round(quality, 3)
