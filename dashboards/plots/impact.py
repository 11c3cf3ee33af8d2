"""Impact of one run: against speed, how often how hard, and how it added up over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

from analytics import form, slopes
from analytics.load.dose import HIGH_G, LOW_G
from analytics.records import Side, Slope
from dashboards.plots.picture import (
    BLUE,
    GREY,
    ORANGE,
    STRIPES,
    Picture,
    Row,
    Trace,
    clock,
    columns,
    dots,
    line,
)
from dashboards.plots.windows import apart, fullest, running, values

_WINDOW_STRIDES = 40  # of one leg in a window of half a minute
_LEAST_WINDOWS = 6
_BIN_G = 1.0
_MOST_BARS = 24
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60)
_LOOKS: Mapping[Side, dict[str, object]] = {
    Side.LEFT: {"color": BLUE},
    Side.RIGHT: {"color": ORANGE, "pattern": STRIPES},
}


def speed_picture(windows: Sequence[Row], *, known: Mapping[str, Slope] | None = None) -> Picture:
    """Draw every window's impact against its speed, and the runner's own line.

    The line is that of the fresh windows (the first third): their mean, and the slope that
    stored runs and these windows say by Bayes' rule (`analytics.slopes`).

    Parameters
    ----------
    windows : sequence of rows
        Of the store's table `windows`.
    known : mapping of str to Slope
        The runner's slopes from earlier runs.

    """
    title = "Impact against speed"
    blocks = [values(row) for row in apart(running(windows))]
    name = fullest("peak_accel", blocks)
    points = [(b[form.SPEED], b[name]) for b in blocks if form.SPEED in b and name in b]
    if len(points) < _LEAST_WINDOWS:
        few = f"fewer than {_LEAST_WINDOWS} half minutes with a speed so far"
        why = few if points else "the speed is unknown" if blocks else "nobody ran"
        return Picture(name="impact-speed", title=title, text=f"No data: {why}.")
    own = _Line(blocks, points[: len(points) // 3], known or {})
    layout = {
        "xaxis": {"title": {"text": "speed in m/s"}},
        "yaxis": {"title": {"text": "impact in g"}},
    }
    return Picture(
        name="impact-speed",
        title=title,
        text=_speed_text(points, own),
        data=tuple(_clouds(points, own)),
        layout=layout,
    )


def _clouds(points: Sequence[tuple[float, float]], own: _Line) -> list[Trace]:
    """Return the first third, the last, what lies between, and the line."""
    third = len(points) // 3
    parts = (
        ("first third", points[:third], BLUE, "circle"),
        ("between", points[third:-third], GREY, "circle-open"),
        ("last third", points[-third:], ORANGE, "triangle-up"),
    )
    speeds = [v for v, _ in points]
    ends = [min(speeds), (min(speeds) + max(speeds)) / 2.0, max(speeds)]
    return [
        *(
            dots(
                label,
                [v for v, _ in part],
                [g for _, g in part],
                marker={"color": colour, "symbol": symbol, "size": 9},
                hover="%{y:.1f} g at %{x:.2f} m/s",
            )
            for label, part, colour, symbol in parts
        ),
        line("the runner's own, fresh", ends, [own.at(v) for v in ends], color=BLUE),
    ]


def _speed_text(points: Sequence[tuple[float, float]], own: _Line) -> str:
    last = points[-(len(points) // 3) :]
    above = 100.0 * math.expm1(fmean(math.log(g / own.at(v)) for v, g in last))
    where = "above" if above >= 0.0 else "below"
    return (
        f"Fresh, impact rises by {100 * math.expm1(own.per_mps):.0f} % for each m/s; the last "
        f"third lies {abs(above):.0f} % {where} that line."
    )


class _Line:
    """Fresh impact at a speed: a straight line of the logarithm through the fresh mean."""

    def __init__(
        self,
        blocks: Sequence[Mapping[str, float]],
        fresh: Sequence[tuple[float, float]],
        known: Mapping[str, Slope],
    ) -> None:
        learnt = slopes.learnt(blocks[: len(fresh)], known=known, block_strides=_WINDOW_STRIDES)
        self.per_mps = learnt["peak_accel"].per_mps
        self._speed_mps = fmean(v for v, _ in fresh)
        self._log_g = fmean(math.log(g) for _, g in fresh)

    def at(self, speed_mps: float) -> float:
        """Return the impact to expect at a speed, in g."""
        return math.exp(self._log_g + self.per_mps * (speed_mps - self._speed_mps))


def peaks_picture(strides: Sequence[Row]) -> Picture:
    """Draw how many steps landed how hard, by leg, in bins of 1 g."""
    title = "Steps by impact"
    column, kind = _peak(strides)
    if column is None:
        return Picture(name="peaks", title=title, text="No data: there are no strides.")
    data = []
    for side, look in _LOOKS.items():
        peaks = [row[column] for row in strides if row["side"] == side]
        if peaks:
            bins = _counts(peaks)
            data.append(
                columns(
                    str(side),
                    [(b + 0.5) * _BIN_G for b in bins],
                    list(bins.values()),
                    marker=look,
                    hover="%{y} steps near %{x} g",
                )
            )
    layout = {
        "barmode": "group",
        "xaxis": {"title": {"text": f"{kind} peak in g"}},
        "yaxis": {"title": {"text": "steps"}},
    }
    return Picture(
        name="peaks",
        title=title,
        text=_peaks_text(strides, column),
        data=tuple(data),
        layout=layout,
    )


def _peak(strides: Sequence[Row]) -> tuple[str | None, str]:
    """Return the peak's column: axial where every stride has one, else the resultant."""
    if not strides:
        return None, ""
    if all(row["peak_accel_axial_g"] is not None for row in strides):
        return "peak_accel_axial_g", "axial"
    return "peak_accel_resultant_g", "resultant"


def _counts(peaks: Sequence[float]) -> dict[int, int]:
    found = [math.floor(max(peak, 0.0) / _BIN_G) for peak in peaks]
    return {b: found.count(b) for b in range(min(found), max(found) + 1)}


def _peaks_text(strides: Sequence[Row], column: str) -> str:
    peaks = [row[column] for row in strides]
    low = sum(1 for peak in peaks if peak < LOW_G)
    high = sum(1 for peak in peaks if peak > HIGH_G)
    middle = len(peaks) - low - high
    clipped = sum(1 for row in strides if row["clipped"])
    text = f"{low} steps below {LOW_G:.0f} g, {middle} of {LOW_G:.0f}-{HIGH_G:.0f} g, {high} above"
    return f"{text}; {clipped} clipped, which landed harder than seen." if clipped else f"{text}."


def dose_picture(strides: Sequence[Row], *, until_s: float) -> Picture:
    """Draw the impact dose (sum of peaks) of each leg over the run, in equal parts of time."""
    title = "Impact dose over the run"
    column, kind = _peak(strides)
    if column is None:
        return Picture(name="dose", title=title, text="No data: there are no strides.")
    step_min = next((m for m in _STEPS_MIN if until_s / 60.0 / m <= _MOST_BARS), _STEPS_MIN[-1])
    n_parts = max(1, math.ceil(until_s / 60.0 / step_min))
    data = []
    for side, look in _LOOKS.items():
        mine = [row for row in strides if row["side"] == side]
        if not mine:
            continue
        sums = [0.0] * n_parts
        for row in mine:
            part = min(int(row["time_s"] / 60.0 / step_min), n_parts - 1)
            sums[part] += max(row[column], 0.0)
        data.append(
            columns(
                str(side),
                [(i + 0.5) * step_min for i in range(n_parts)],
                [round(g, 1) for g in sums],
                marker=look,
                hover="%{y:.0f} g near minute %{x}",
            )
        )
    layout = {
        "barmode": "group",
        "xaxis": {"title": {"text": "minutes"}},
        "yaxis": {"title": {"text": f"g in {step_min} min"}},
    }
    text = _dose_text(strides, column, kind, until_s)
    return Picture(name="dose", title=title, text=text, data=tuple(data), layout=layout)


def _dose_text(strides: Sequence[Row], column: str, kind: str, until_s: float) -> str:
    parts = []
    for side in Side:
        peaks = [max(row[column], 0.0) for row in strides if row["side"] == side]
        if peaks:
            parts.append(f"{side} {math.fsum(peaks):.0f} g over {len(peaks)} steps")
    least = "at least " if any(row["clipped"] for row in strides) else ""
    return f"Dose ({kind} peak): {least}{', '.join(parts)} in {clock(until_s)}."
