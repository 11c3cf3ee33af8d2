"""How what was found compares with what the simulated runner really did."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np

from analytics.records import Side, Stride

TRUE_STRIDES = "truth_strides.jsonl"
TRUE_SESSION = "truth_session.json"
_RUN = "running"
_RAN = {_RUN, "turn"}  # what running strides are made in
SAME_LANDING_S = 0.06  # a found contact this near a true one is that one; a third of a step


class TrueStride(Protocol):
    """What the simulated world says of one stride."""

    @property
    def side(self) -> Side:
        """Return the leg."""
        ...

    @property
    def contact_s(self) -> float:
        """Return the initial contact in session seconds."""
        ...

    @property
    def stride_time_s(self) -> float:
        """Return the time to the next initial contact of the same foot."""
        ...

    @property
    def activity(self) -> str:
        """Return what the leg did: running strides are to be found, of turns they may be."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Found strides beside true ones; errors are found minus true."""

    n_true: int
    n_found: int
    n_false: int
    cadence_spm: float
    true_cadence_spm: float
    contact_bias_ms: float
    contact_sd_ms: float

    @property
    def found_pct(self) -> float:
        """Return the share of true strides that were found."""
        return 100 * self.n_found / max(1, self.n_true)

    @property
    def false_pct(self) -> float:
        """Return the share of reported strides that are not true ones."""
        return 100 * self.n_false / max(1, self.n_found + self.n_false)

    @property
    def cadence_error_spm(self) -> float:
        """Return the error of the mean cadence."""
        return self.cadence_spm - self.true_cadence_spm


def compare(
    found: Sequence[Stride], true: Sequence[TrueStride], *, until_s: float = math.inf
) -> Comparison:
    """Pair found and true strides of each leg by their initial contact, one to one.

    Parameters
    ----------
    until_s : float
        True strides that end later need not be found: the session did not hear their end.

    """
    errors: list[float] = []
    missed: list[TrueStride] = []
    for side in Side:
        mine = np.sort([s.contact_s for s in found if s.worn.side == side])
        ours = (s for s in true if s.side == side and s.activity in _RAN)
        theirs = sorted(ours, key=lambda s: s.contact_s)
        i = 0
        for stride in theirs:
            while i < len(mine) and mine[i] < stride.contact_s - SAME_LANDING_S:
                i += 1
            if i < len(mine) and mine[i] <= stride.contact_s + SAME_LANDING_S:
                errors.append(float(mine[i] - stride.contact_s))
                i += 1
            elif stride.contact_s + stride.stride_time_s <= until_s and stride.activity == _RUN:
                missed.append(stride)
    told = [s for s in true if s.contact_s + s.stride_time_s <= until_s and s.activity in _RAN]
    return Comparison(
        n_true=len(errors) + len(missed),
        n_found=len(errors),
        n_false=len(found) - len(errors),
        cadence_spm=_mean_cadence(s.stride_time_s for s in found),
        true_cadence_spm=_mean_cadence(s.stride_time_s for s in told),
        contact_bias_ms=1e3 * float(np.mean(errors)) if errors else 0.0,
        contact_sd_ms=1e3 * float(np.std(errors)) if errors else 0.0,
    )


def _mean_cadence(stride_times_s: Iterable[float]) -> float:
    """Return steps a minute over all strides (their count over their time)."""
    times = list(stride_times_s)
    return 120 * len(times) / math.fsum(times) if times else 0.0


def write_truth(folder: Path, strides: Iterable[TrueStride], story: dict[str, Any]) -> None:
    """Keep what really happened beside a run's files."""
    lines = (msgspec.json.encode(stride) + b"\n" for stride in strides)
    (folder / TRUE_STRIDES).write_bytes(b"".join(lines))
    (folder / TRUE_SESSION).write_text(json.dumps(story, indent=2) + "\n")
