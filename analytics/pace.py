"""How often a runner may be spoken to: the budget, and the distance between cues."""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.cue_settings import CueSettings

BUDGET, COOLDOWN = "budget", "cooldown"  # why a cue is held back


@dataclass(slots=True, kw_only=True)
class PaceState:
    """When something was told, and how many cues in a row have not helped yet."""

    told_s: list[float] = field(default_factory=list)
    unheeded: int = 0


class Pace:
    """Every cue that has not helped yet doubles the silence after it."""

    def __init__(self, settings: CueSettings) -> None:
        self._settings = settings
        self.state = PaceState()

    def reason(self, time_s: float, *, told: int = 0, told_s: float | None = None) -> str | None:
        """Return why it is too early; None: it is not.

        `told` is how often the kind was told in its episode, `told_s` when it was told last.
        """
        s, state = self._settings, self.state
        recent = [t for t in state.told_s if time_s - t < s.budget_s]
        if len(recent) >= s.most_cues:
            return BUDGET
        turn_s = s.same_cue_s * 2.0 ** max(0, told - 1)
        if told_s is not None and time_s - told_s < turn_s:
            return COOLDOWN
        silence_s = s.any_cue_s * 2.0 ** max(0, state.unheeded - 1)
        return COOLDOWN if recent and time_s - recent[-1] < silence_s else None

    def told(self, time_s: float) -> None:
        """Note that something was told."""
        horizon_s = time_s - self._settings.budget_s
        self.state.told_s = [*(t for t in self.state.told_s if t > horizon_s), time_s]
