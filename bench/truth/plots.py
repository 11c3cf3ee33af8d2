"""Pictures of agreement (Bland and Altman 1986, Lancet 327:307-310): difference over mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analytics.records import FloatArray, Placement
from bench.truth.measure import OURS, Measured

Pair = tuple[FloatArray, FloatArray]
LIMITS = 1.96  # SD: 95 % of normal differences
DPI = 110


def write(found: Measured, folder: Path) -> list[str]:
    """Write the pictures there is data for; return their file names."""
    panels: dict[str, list[tuple[str, list[Pair], float, str]]] = {
        "validation-contact-time.png": [
            (f"contact time, {placement.value}", pairs, 1e3, "ms")
            for placement in Placement
            if (pairs := _of_plates(found, placement, "contact_time_ms"))
        ],
        "validation-stride-length.png": [
            (title, pairs, 100.0, "cm")
            for title, pairs in (
                ("stride length, treadmill", _of_plates(found, Placement.SHOE, "length_pct")),
                ("stride length, laps", [t.pairs["length_m"] for t in found.laps.get(OURS, [])]),
            )
            if any(np.isfinite(mine).any() for mine, _ in pairs)
        ],
    }
    drawn = []
    for name, some in panels.items():
        if some:
            _draw(some, folder / name)
            drawn.append(name)
    return drawn


def _of_plates(found: Measured, placement: Placement, error: str) -> list[Pair]:
    return [
        leg.pairs[error]
        for (_, where), by_method in found.plates.items()
        if where is placement
        for leg in by_method[OURS]
    ]


def _draw(panels: Sequence[tuple[str, list[Pair], float, str]], path: Path) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only where pictures are made

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(1, len(panels), figsize=(5.4 * len(panels), 3.8), squeeze=False)
    for axis, (title, pairs, scale, unit) in zip(axes[0], panels, strict=True):
        both = [np.isfinite(mine) & np.isfinite(true) for mine, true in pairs]
        mean = [scale * (m[k] + t[k]) / 2 for (m, t), k in zip(pairs, both, strict=True)]
        difference = [scale * (m[k] - t[k]) for (m, t), k in zip(pairs, both, strict=True)]
        every = np.concatenate(difference)
        axis.plot(np.concatenate(mean), every, ".", ms=2.4, alpha=0.35, color="#5b7c99")
        legs = [(x.mean(), y.mean()) for x, y in zip(mean, difference, strict=True) if len(x)]
        axis.plot(*np.array(legs).T, "o", ms=4, color="#c2542d", label="mean of a leg or trial")
        bias, spread = float(every.mean()), float(every.std(ddof=1))
        for level, style in (
            (bias, "-"),
            (bias - LIMITS * spread, "--"),
            (bias + LIMITS * spread, "--"),
        ):
            axis.axhline(level, color="black", lw=0.9, ls=style)
        axis.set_title(
            f"{title}: bias {bias:+.1f} {unit}, 95 % within ±{LIMITS * spread:.1f} {unit}",
            fontsize=9,
        )
        axis.set_xlabel(f"mean of ours and truth, {unit}")
        axis.set_ylabel(f"ours less truth, {unit}")
        axis.legend(loc="best", fontsize=7, frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(figure)
