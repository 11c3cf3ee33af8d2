"""All settings of one runner's analysis."""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.baseline import BaselineSettings
from analytics.blocks import BlockSettings
from analytics.cue_settings import CueSettings
from analytics.drift import DriftSettings
from analytics.gate import GateSettings
from analytics.signs import SignSettings
from analytics.window import WindowSettings

DEMO_LEAN = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsSettings:
    """Settings of windows, drift and cues; the defaults are the product's."""

    window: WindowSettings = field(default_factory=WindowSettings)
    drift: DriftSettings = field(default_factory=DriftSettings)
    cues: CueSettings = field(default_factory=CueSettings)


def demo_settings(*, warm_up_s: float = 15.0) -> AnalyticsSettings:
    """Return settings for a session of a few minutes that comes with a stored baseline.

    Short warm-up; blocks of 10 strides instead of 25; nothing is learnt from the session itself,
    and the stored baseline is trusted as if it were of the same day. A single metric is cued on
    half the evidence, because an hour's patience is more than a show has.
    """
    return AnalyticsSettings(
        drift=DriftSettings(
            blocks=BlockSettings(strides=10, settle_s=5.0),
            baseline=BaselineSettings(learn_from_s=0.0, learn_until_s=0.0, between_days=0.0),
        ),
        cues=CueSettings(
            gate=GateSettings(warm_up_s=warm_up_s), signs=SignSettings(least_lean=DEMO_LEAN)
        ),
    )
