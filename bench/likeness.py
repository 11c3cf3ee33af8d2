"""How simulated runs compare with real ones: the same figures of both, side by side.

`scripts/bench likeness [--data DIR] [--write]`. Real: running with a sensor on the shoe (laps of
jogging indoors, a run outdoors) and virtual sensors computed from markers (their shocks are
smoothed). Simulated: the three families at a jogging and a running pace. Every stride is what
`stridecue analyze` makes of the samples, simulated ones too. `--write` puts the table into
docs/simulated-runs.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analytics.records import FloatArray, Placement
from bench.peers.leg import Leg
from bench.truth.cells import NOISY, cell, ours, simulate
from bench.truth.recordings import Recording, recordings
from firmware_sim.gait.landing import FAMILIES

ROOT = Path(__file__).parents[1]
PAGE, BEGIN, END = ROOT / "docs" / "simulated-runs.md", "<!-- likeness -->\n", "<!-- end -->\n"
REAL = {"laps": "laps, 8 g", "outdoors": "outdoors, 8 g, 100 Hz", "plate": "from markers"}
SPEEDS_MPS = {"jogging": 2.5, "running": 3.5}
SEEDS = range(3)
BAND_HZ = (4.0, 20.0)
FROM_HZ, UP_TO_HZ = 0.5, 50.0
FEW = 6  # strides: fewer have no scatter worth a figure
FIELDS = {
    "peak_accel_resultant_g": "peak, g",
    "contact_time_s": "contact time, s",
    "loading_rate_gps": "jerk, g/s",
    "stride_time_s": "stride time, s",
}
CV, SHARE = "stride time CV, %", f"power in {BAND_HZ[0]:g}-{BAND_HZ[1]:g} Hz, %"
FIGURES = (*FIELDS.values(), CV, SHARE)


@dataclass(kw_only=True)
class Kind:
    """The figures of one kind of run: of every stride, CV and share of every leg."""

    name: str
    figures: Mapping[str, list[float]]

    def add(self, strides: Sequence[Mapping[str, Any]], legs: Sequence[Leg]) -> None:
        """Take in the strides of a session, and the samples they were found in."""
        for key, name in FIELDS.items():
            self.figures[name] += [s[key] for s in strides if s[key] is not None]
        for side in {stride["side"] for stride in strides}:
            mine = [stride for stride in strides if stride["side"] == side]
            if len(mine) >= FEW:
                self.figures[CV].append(own_cv_pct([s["stride_time_s"] for s in mine]))
        if len(strides) >= FEW:
            first, last = strides[0]["contact_s"], strides[-1]["contact_s"]
            self.figures[SHARE] += [share_pct(leg, first, last) for leg in legs]


def new_kind(name: str) -> Kind:
    """Return a kind of which nothing is known yet."""
    return Kind(name=name, figures={figure: [] for figure in FIGURES})


def own_cv_pct(times_s: Sequence[float]) -> float:
    """Return the variation from stride to stride, slow changes of pace left out."""
    steps = np.diff(np.asarray(times_s))
    return float(100.0 * np.sqrt(np.mean(steps**2) / 2.0) / np.mean(times_s))


def share_pct(leg: Leg, from_s: float, to_s: float) -> float:
    """Return which share of the acceleration's power, 0.5-50 Hz, lies in the band."""
    inside = (leg.time_s >= from_s) & (leg.time_s <= to_s)
    size: FloatArray = np.linalg.norm(leg.accel_g[inside], axis=1)
    step_s = float(np.median(np.diff(leg.time_s[inside])))
    power = np.abs(np.fft.rfft((size - size.mean()) * np.hanning(len(size)))) ** 2
    hz = np.fft.rfftfreq(len(size), step_s)
    low, high = BAND_HZ
    whole = power[(hz >= FROM_HZ) & (hz <= UP_TO_HZ)].sum()
    return float(100.0 * power[(hz >= low) & (hz <= high)].sum() / whole)


def real(data: Path, scratch: Path) -> Iterator[Kind]:
    """Yield the real kinds there are."""
    kinds = {kind: new_kind(name) for kind, name in REAL.items()}
    for recording in recordings(data, scratch):
        if recording.kind in kinds and recording.placement is Placement.SHOE:
            _add_real(kinds[recording.kind], recording, scratch)
    yield from (kind for kind in kinds.values() if kind.figures[FIGURES[0]])


def _add_real(kind: Kind, recording: Recording, scratch: Path) -> None:
    strides = recording.ours(scratch / "records")
    kind.add(strides, recording.legs() if strides else [])


def simulated() -> Iterator[Kind]:
    """Yield a kind a family and pace."""
    for family in FAMILIES:
        for pace, speed_mps in SPEEDS_MPS.items():
            kind = new_kind(f"simulated {family}, {pace}")
            usual = replace(cell(family, Placement.SHOE), faults=NOISY, speed_mps=speed_mps)
            for seed in SEEDS:
                made = simulate(replace(usual, seed=seed))
                kind.add(ours(made), [made.leg])
            yield kind


def table(kinds: Sequence[Kind]) -> str:
    """Return medians, and from the tenth to the ninetieth percentile, as Markdown."""
    head = ["", "strides", *FIGURES]
    lines = [head, ["---"] * len(head)]
    for kind in kinds:
        cells = [_spread(kind.figures[figure]) for figure in FIGURES]
        lines.append([kind.name, str(len(kind.figures[FIGURES[0]])), *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "not given"
    low, middle, high = np.percentile(values, [10, 50, 90])
    return f"{middle:.3g} ({low:.3g}-{high:.3g})"


def main() -> int:
    """Print the table, and put it into its page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        text = table([*real(asked.data, Path(scratch)), *simulated()])
    sys.stdout.write(text)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        PAGE.write_text(before + BEGIN + text + END + rest.split(END)[1], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
