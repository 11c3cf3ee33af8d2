"""How a cue reaches the runner: at most six words, and a vibration."""

from __future__ import annotations

from analytics import signs
from analytics.records import Side
from analytics.signs import Sign

RECOVERED, PRAISE, PROBE, RECALL = "recovered", "praise", "probe", "recall"

_TEXT = {
    signs.FADING: "Form is fading. Ease off.",
    signs.IMPACT: "Land quietly.",
    signs.CADENCE: "Quicker, lighter steps.",
    RECOVERED: "Better. Keep that.",
    PRAISE: "Good form. Keep it.",
    PROBE: "No cues for {minutes:.0f} minutes.",
    RECALL: "Remember: quick, quiet steps.",
}
# Milliseconds: the shortest pulse that is felt on the run, and how it grows with each further
# band until a vibration would say no more. Judgement.
_SHORT_MS, _SHORT_MORE_MS, _PAUSE_MS = 100, 50, 100
_LONG_MS, _LONG_MORE_MS = 300, 300
_MOST_BANDS = 3.0


def text_of(kind: str, leg: Side | None = None, *, probe_s: float = 0.0) -> str:
    """Return the words of a cue; of one leg, where it is that leg's.

    Examples
    --------
    >>> text_of("asymmetry", Side.LEFT), text_of("impact"), text_of("probe", probe_s=180.0)
    ('Softer on the left.', 'Land quietly.', 'No cues for 3 minutes.')

    """
    if leg is not None:
        return f"Softer on the {leg}."
    return _TEXT[kind].format(minutes=probe_s / 60.0)


def haptic_of(kind: str, sign: Sign) -> tuple[int, ...]:
    """Return the vibration, milliseconds on, off, on ...: two short quicker, one long softer.

    The longer the further the window is outside its band.
    """
    further = min(max(sign.excess - 1.0, 0.0), _MOST_BANDS)
    if kind == signs.CADENCE:
        pulse = round(_SHORT_MS + _SHORT_MORE_MS * further)
        return (pulse, _PAUSE_MS, pulse)
    return (round(_LONG_MS + _LONG_MORE_MS * further),)
