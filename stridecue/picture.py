"""A picture of a simulated run: signal, what was found in it, and what really happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.errors import InputError
from analytics.records import Side
from stridecue.files import writing

if TYPE_CHECKING:
    from stridecue.simulated import DataSet

PICTURE = "picture.png"
_LOOKED_AT_S = 3.0  # of the signal: four strides a leg
_TRUE, _FOUND = "#0072b2", "#d55e00"  # blue and orange: told apart by everybody


def draw(data: DataSet, *, from_s: float | None = None) -> Path:
    """Draw the run's strides, and three seconds of each leg's signal; the middle, if not told.

    Raises
    ------
    InputError
        matplotlib is not installed.

    """
    try:
        from matplotlib import pyplot as plt  # noqa: PLC0415 - an extra
    except ImportError as error:
        mend = "pip install 'stridecue[plot]', or leave --plot out"
        raise InputError("needs matplotlib", where="--plot", mend=mend) from error
    plt.switch_backend("Agg")
    path = data.folder / PICTURE
    figure, axes = plt.subplots(1 + len(data.samples), figsize=(12, 9), layout="constrained")
    figure.suptitle(f"{data.story['scenario']}, seed {data.story['seed']}: a simulated run")
    _draw_run(axes[0], data)
    begin_s = _middle_s(data) if from_s is None else from_s
    for axis, side in zip(axes[1:], data.samples, strict=True):
        _draw_leg(axis, data, side, begin_s)
    with writing(path):
        figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


def _middle_s(data: DataSet) -> float:
    return data.truth[len(data.truth) // 2].contact_s if data.truth else 0.0


def _draw_run(axis: Any, data: DataSet) -> None:  # noqa: ANN401 - matplotlib has no types for it
    for times, what, color, size in (
        ([(s.contact_s, s.stride_time_s) for s in data.truth], "truth", _TRUE, 14),
        ([(s.contact_s, s.stride_time_s) for s in data.found], "found", _FOUND, 3),
    ):
        at = np.array(times).reshape(-1, 2)
        axis.scatter(at[:, 0], 120.0 / at[:, 1], s=size, color=color, label=what)
    for gap in data.gaps:
        axis.axvspan(gap.start_s, gap.end_s, color="0.85", label="nothing came")
    axis.set(xlabel="s", ylabel="cadence of each stride, spm")
    handles, labels = axis.get_legend_handles_labels()
    named = dict(zip(labels, handles, strict=True))
    axis.legend(named.values(), named.keys(), loc="best")


def _draw_leg(axis: Any, data: DataSet, side: Side, begin_s: float) -> None:  # noqa: ANN401
    rows = data.samples[side]
    rows = rows[(rows[:, 0] >= begin_s) & (rows[:, 0] < begin_s + _LOOKED_AT_S)]
    size_g = np.linalg.norm(rows[:, 1:4], axis=1)
    axis.plot(rows[:, 0], size_g, color="0.3", linewidth=0.9, label="length of the acceleration")
    top_g = 1.15 * float(size_g.max(initial=1.0))
    true = [s for s in data.truth if s.side is side]
    found = [s for s in data.found if s.worn.side is side]
    for what, strides, color, low in (("true", true, _TRUE, 0.0), ("found", found, _FOUND, 0.5)):
        ends = (low * top_g, (low + 0.5) * top_g)
        axis.vlines([s.contact_s for s in strides], *ends, color=color, label=f"{what} contact")
        offs = [s.toe_off_s for s in strides if s.toe_off_s is not None]
        axis.vlines(offs, *ends, color=color, linestyle=":", label=f"{what} toe-off")
    axis.set(
        xlim=(begin_s, begin_s + _LOOKED_AT_S),
        ylim=(0.0, 1.25 * top_g),
        xlabel="s",
        ylabel=f"{side} {data.story['placement']}, g",
    )
    axis.legend(loc="upper right", ncols=3, fontsize="small")
