"""What is usual for a runner, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.records.terms import DriftLevel, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What changed, from what, to what, by how much, how sure (0..1)."""

    metric: str
    from_value: float
    to_value: float
    change_pct: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A change of one metric (or of `form` as a whole) against the runner's own baseline.

    `contact_index` and `side` name the stride that completed the deciding block.
    """

    runner: str
    session: str
    time_s: float
    side: Side
    contact_index: int
    level: DriftLevel
    why: Why

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        key = f"{self.side}-{self.contact_index}-{self.why.metric}-{self.level}"
        return f"{self.runner}/{self.session}/drift/{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual for a runner in one metric: centre, spread of block medians, blocks seen."""

    median: float
    sigma: float
    n_blocks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """How one metric follows speed: change of its natural logarithm per m/s, and how sure."""

    per_mps: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A runner's own fresh form by metric; `source` says where it comes from.

    Attributes
    ----------
    slopes : mapping of str to Slope
        How the runner's form follows speed; without a metric, as people's does.
    session : str
        The run that gave or last updated it; empty where there was none.
    age_days : float
        How long ago that was, on the day it is read for a new run.
    runs : int
        Runs it was learnt from.

    """

    runner: str
    source: str
    usual: Mapping[str, Usual]
    slopes: Mapping[str, Slope] = field(default_factory=dict)
    session: str = ""
    age_days: float = 0.0
    runs: int = 1
