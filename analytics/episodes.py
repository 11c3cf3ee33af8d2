"""Episodes: from the windows in which form left its band to those in which it is back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.cue_settings import CueSettings
from analytics.signs import Sign


@dataclass(slots=True, kw_only=True)
class Episode:
    """What one kind of cue has seen and said since form left its band.

    `toward` is the direction in which form had changed, by metric, as it began.
    """

    active: bool = False
    bad: int = 0
    good: int = 0
    told: int = 0
    told_s: float | None = None
    told_excess: float = 0.0
    toward: dict[str, float] = field(default_factory=dict)
    held_back: list[str] = field(default_factory=list)

    def is_news(self, reason: str) -> bool:
        """Note why its cue is held back; tell whether that was not recorded yet."""
        if reason in self.held_back:
            return False
        self.held_back.append(reason)
        return True


def follow(
    episode: Episode, sign: Sign, toward: Mapping[str, float], settings: CueSettings
) -> Episode:
    """Return the episode after a window: begun, going on, or (not active any more) over."""
    episode.bad = episode.bad + 1 if sign.excess >= 1.0 else 0
    if not episode.active:
        if sign.evident and episode.bad >= settings.enter_windows:
            return Episode(active=True, toward=dict(toward), told_s=episode.told_s)
        return episode
    # Better is half of what was told about, or within half the band.
    home = settings.leave_share * max(1.0, episode.told_excess)
    episode.good = episode.good + 1 if sign.excess < home else 0
    if episode.good < settings.leave_windows:
        return episode
    return Episode(told_s=episode.told_s)
