"""The last third of a run against the first, beside what the runner's own noise would do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, variance

from analytics import baseline, form, noise, slopes
from analytics.records import Slope
from dashboards.plots.picture import (
    BLUE,
    FRAME_PX,
    GREY,
    ORANGE,
    TWO_LINES_PX,
    Picture,
    Row,
    dots,
    signed,
    within,
)
from dashboards.plots.windows import apart, fullest, running, values
from dashboards.words import figure_text, metric_name

LEAST_WINDOWS = 3  # in a third: fewer say nothing of the runner's noise
_WIDTH = 1.96  # standard deviations: noise alone stays inside 95 times in 100
_METRICS = (*form.METRICS, form.SPEED)
_POINTS = "asymmetry"  # a percentage of a percentage near zero means nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Third:
    """One metric in the first and the last third of a run.

    `change_pct` is in per cent (asymmetry: points), `adjusted_pct` the same at the speed of the
    first third (None without a speed), `band_pct` what noise alone stays below.
    """

    metric: str
    first: float
    last: float
    change_pct: float
    adjusted_pct: float | None
    band_pct: float

    @property
    def told_pct(self) -> float:
        """The change at the same speed where that is known, else as it was run."""
        return self.change_pct if self.adjusted_pct is None else self.adjusted_pct

    @property
    def stands_out(self) -> bool:
        """Tell whether it changed by more than the runner's own noise."""
        return abs(self.told_pct) > self.band_pct


def thirds(windows: Sequence[Row], *, known: Mapping[str, Slope] | None = None) -> list[Third]:
    """Compare the last third of a run with the first, metric by metric.

    The band is 1.96 standard deviations of the difference of two means under long-range noise
    (`analytics.noise`), with the spread of the first third's own windows, none of them sharing a
    stride.

    Parameters
    ----------
    windows : sequence of rows
        Of the store's table `windows`.
    known : mapping of str to Slope
        How this runner's form follows speed; people's where it is not known.

    """
    blocks = [values(row) for row in apart(running(windows))]
    n = len(blocks) // 3
    if n < LEAST_WINDOWS:
        return []
    return compared(blocks[:n], blocks[-n:], known=known)


def compared(
    first: Sequence[Mapping[str, float]],
    last: Sequence[Mapping[str, float]],
    *,
    known: Mapping[str, Slope] | None = None,
    between: Mapping[str, float] | None = None,
) -> list[Third]:
    """Compare later blocks with earlier ones, metric by metric.

    Parameters
    ----------
    first, last : sequences of values by metric
        In order of time.
    known : mapping of str to Slope
        How this runner's form follows speed.
    between : mapping of str to float
        Standard deviation between two days, by metric, on the scale of `form.difference`: the
        blocks are of two days then.

    """
    now_mps, was_mps = _mean(form.SPEED, last), _mean(form.SPEED, first)
    by_mps = None if now_mps is None or was_mps is None else now_mps - was_mps
    out = []
    for metric in _METRICS:
        name = fullest(metric, first)
        faster = None if metric == form.SPEED else by_mps
        found = _third(name, first, last, faster, known or {})
        if found is not None:
            days = 0.0 if metric == form.SPEED else (between or {}).get(metric, 0.0)
            days_pct = 100.0 * math.sqrt(2.0) * days
            band_pct = math.hypot(found.band_pct, _WIDTH * days_pct)
            out.append(replace(found, band_pct=band_pct))
    return out


def _third(
    name: str,
    first: Sequence[Mapping[str, float]],
    last: Sequence[Mapping[str, float]],
    faster_mps: float | None,
    known: Mapping[str, Slope],
) -> Third | None:
    before = [block[name] for block in first if name in block]
    after = [block[name] for block in last if name in block]
    if min(len(before), len(after)) < LEAST_WINDOWS:
        return None
    was, now = fmean(before), fmean(after)
    adjusted = None
    if faster_mps is not None:
        at_speed = now * math.exp(-slopes.slope_of(name, known).per_mps * faster_mps)
        adjusted = _change(name, at_speed, was)
    scale = 1.0 if name == _POINTS else 100.0 / was
    return Third(
        metric=name,
        first=was,
        last=now,
        change_pct=_change(name, now, was),
        adjusted_pct=adjusted,
        band_pct=_WIDTH * scale * _difference_sd(before, len(after)),
    )


def _change(name: str, now: float, was: float) -> float:
    return now - was if name == _POINTS else 100.0 * (now / was - 1.0)


def _difference_sd(before: Sequence[float], n_after: int) -> float:
    """Return the standard deviation of the difference of two means of one's own noise.

    The variance within n blocks of long-range noise is too small by what their mean itself
    wanders: n / (n - 1) (1 - n^(2 H - 2)) of the whole (Beran 1994, Statistics for Long-Memory
    Processes, ch. 1).
    """
    n = len(before)
    share = n / (n - 1) * (1.0 - noise.mean_variance(n))
    of_one = variance(before) / share
    return math.sqrt(of_one * (noise.mean_variance(n) + noise.mean_variance(n_after)))


def _mean(name: str, blocks: Sequence[Mapping[str, float]]) -> float | None:
    found = [block[name] for block in blocks if name in block]
    return fmean(found) if found else None


def thirds_picture(windows: Sequence[Row], *, known: Mapping[str, Slope] | None = None) -> Picture:
    """Draw `thirds`: a grey band of noise a metric, the change at the same speed, the raw one."""
    found = thirds(windows, known=known)
    title = "Last third against the first"
    if not found:
        text = "No data: the run is too short to compare its last third with its first."
        return Picture(name="thirds", title=title, text=text)
    return _drawn("thirds", title, found, told=("from the first third to the last", "own noise"))


def compare_picture(
    windows: Sequence[Row],
    earlier: Sequence[Row],
    *,
    name: str,
    known: Mapping[str, Slope] | None = None,
) -> Picture:
    """Draw a run against another one: the band is of both runs' noise and of days that differ.

    Parameters
    ----------
    windows, earlier : sequences of rows
        Of the run and of the one it is compared with.
    name : str
        The other run's, for the title.

    """
    title = f"This run against {name}"
    first, last = ([values(r) for r in apart(running(w))] for w in (earlier, windows))
    found: list[Third] = []
    if min(len(first), len(last)) >= LEAST_WINDOWS:
        found = compared(first, last, known=known, between=baseline.BETWEEN_DAYS)
    if not found:
        text = "No data: one of the two runs is too short."
        return Picture(name="compare", title=title, text=text)
    return _drawn("compare", title, found, told=(f"from {name} to this run", "noise of two days"))


def _drawn(name: str, title: str, found: Sequence[Third], *, told: tuple[str, str]) -> Picture:
    what, noise_name = told
    labels = [_label(third) for third in found]
    band_pct = [t.band_pct for t in found]
    noise_band = within(noise_name, [-b for b in band_pct], [2 * b for b in band_pct], labels)
    raw = dots(
        "as run",
        [t.change_pct for t in found],
        labels,
        marker={"symbol": "line-ns-open", "color": GREY, "line": {"width": 2}},
        hover="%{x:+.1f} as run",
    )
    marks = dots(
        "at the same speed",
        [t.told_pct for t in found],
        labels,
        marker={
            "symbol": ["triangle-up" if t.stands_out else "circle" for t in found],
            "color": [ORANGE if t.stands_out else BLUE for t in found],
        },
        hover="%{x:+.1f}; noise alone: ± %{customdata:.1f}",
        customdata=band_pct,
    )
    layout = {
        "height": FRAME_PX + TWO_LINES_PX * len(found),
        "xaxis": {"title": {"text": "change in % (left-right: points)"}},
        "yaxis": {"autorange": "reversed"},
    }
    return Picture(
        name=name,
        title=title,
        text=_text(found, what, noise_name),
        data=(noise_band, raw, marks),
        layout=layout,
    )


def _label(third: Third) -> str:
    name = metric_name(third.metric).capitalize()
    return (
        f"{name}<br>{figure_text(third.metric, third.first)} → "
        f"{figure_text(third.metric, third.last)}"
    )


def _text(found: Sequence[Third], what: str, noise_name: str) -> str:
    out = [t for t in found if t.stands_out and t.metric != form.SPEED]
    speed = next((t for t in found if t.metric == form.SPEED), None)
    where = "" if speed is None else " at the same speed"
    if not out:
        return f"{what[0].upper()}{what[1:]} nothing changed{where} beyond the {noise_name}."
    parts = [
        f"{metric_name(t.metric)} {signed(t.told_pct)} {'points' if t.metric == _POINTS else '%'}"
        for t in out
    ]
    return f"Beyond the {noise_name}, {what}{where}: {', '.join(parts)}."
