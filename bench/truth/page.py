"""docs/validation.md, made from the rows and scores of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module

import numpy as np

from analytics.records import Placement
from bench.truth import prose
from bench.truth.laps import pooled as pool_laps
from bench.truth.measure import OURS, Measured
from bench.truth.plate import RANKED, PlateScore
from bench.truth.plate import pooled as pool_legs
from bench.truth.rows import Row
from bench.truth.tables import Spread
from bench.truth.vocabulary import STRIDE, WINDOW, Metric

PEERS = ("mizrahi", "mercer", "sinclair", "purcell", "fadillioglu", "falbriard", "gaitmap_foot")
WORN = {Placement.SHIN: "shank", Placement.SHOE: "shoe"}
LAPS = "laps"


def page(rows: Sequence[Row], found: Measured, pictures: Sequence[str]) -> str:
    """Return the whole page."""
    parts = [
        prose.HEAD,
        _summary(rows),
        prose.TRUTHS,
        *_targets(rows),
        *_metrics(found),
        *_pictures(pictures),
        *_left_out(rows),
        *_ranking(found),
        prose.LIMITS,
        prose.NOT_VALIDATED,
        _peers(),
        prose.OWN_DATA,
        prose.SOURCES,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _summary(rows: Sequence[Row]) -> str:
    asked = [row for row in rows if row.target is not None]
    met = sum(row.met() is True for row in asked)
    told = [row for row in rows if row.ahead() is not None]
    ahead = sum(row.ahead() is True for row in told)
    return (
        f"{met} of {len(asked)} targets are met; in {ahead} of {len(told)} rows with a peer ours "
        "is at least as good as the best of them, and the other rows say why not."
    )


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    out = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join([*out, *(f"| {' | '.join(line)} |" for line in lines)])


def number(value: float | None) -> str:
    """Return a figure with as many digits as it deserves; a dash for none."""
    if value is None:
        return "-"
    size = abs(round(value, 2))
    digits = 0 if size >= 100 and size == round(size) else 1 if size >= 10 else 2  # noqa: PLR2004
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _targets(rows: Sequence[Row]) -> Iterable[str]:
    yield "## Rows\n\n" + prose.ROWS.strip()
    head = ("figure", "ours", "target", "met", "best peer", "its figure", "if it is ahead")
    for group in dict.fromkeys(row.group for row in rows):
        some = [row for row in rows if row.group == group and "left_out" not in row.name]
        if some:
            lines = [_line(row, row.name.removeprefix(f"{group}_")) for row in some]
            yield f"### {prose.TITLES.get(group, group)}\n\n" + table(head, lines)


def _line(row: Row, name: str) -> tuple[str, ...]:
    sign = {"least": "≤", "most": "≥", "near": "±"}[row.aim]
    return (
        f"`{name}`",
        f"{number(row.value)} {row.unit}".strip(),
        "" if row.target is None else f"{sign} {row.target:g}",
        {True: "yes", False: "**no**", None: ""}[row.met()],
        row.peer or "",
        "" if row.peer_value is None else number(row.peer_value),
        row.note if row.ahead() is False else "",
    )


def _metrics(found: Measured) -> Iterable[str]:
    plates = {
        (where, worn): {name: pool_legs(legs) for name, legs in by_method.items() if legs}
        for (where, worn), by_method in found.plates.items()
    }
    yield "## Every metric\n\n" + prose.METRICS.strip()
    for title, metrics in (("Of a stride", STRIDE), ("Of a window", WINDOW)):
        lines = [(f"`{name}`", m.what, m.truth) for name, m in metrics.items()]
        yield f"### {title}\n\n" + table(("metric", "what it is", "checked against"), lines)
    yield "### Errors, ours and the peers'\n\n" + prose.ERRORS.strip()
    for name, metric in STRIDE.items():
        figures = [*_plate_lines(metric, plates), *_lap_lines(metric, found)]
        if figures:
            head = ("set", "unit", "method", "n", "bias", "SD", "within", "between", "worst")
            yield f"#### `{name}`\n\n" + table(head, figures)


def _plate_lines(
    metric: Metric, plates: Mapping[tuple[str, Placement], Mapping[str, PlateScore]]
) -> Iterable[tuple[str, ...]]:
    for error in metric.errors:
        for (where, worn), scores in plates.items():
            for method, score in scores.items():
                if score.errors[error].n:
                    unit = prose.UNITS[error.rpartition("_")[2]]
                    yield _spread_line(f"{where} {WORN[worn]}", unit, method, score.errors[error])


def _lap_lines(metric: Metric, found: Measured) -> Iterable[tuple[str, ...]]:
    pooled = {name: pool_laps(trials) for name, trials in found.laps.items()}
    for error in metric.laps:
        for method, score in pooled.items():
            if score.errors[error].n:
                name, _, unit = error.rpartition("_")
                what = {"landing_time": ", landings", "mean_stride_time": ", trial means"}
                yield _spread_line(
                    LAPS + what.get(name, ""), prose.UNITS[unit], method, score.errors[error]
                )


def _spread_line(where: str, unit: str, method: str, s: Spread) -> tuple[str, ...]:
    bold = f"**{method}**" if method == OURS else method
    values = (s.bias, s.sd, s.within, s.between, s.worst)
    return (where, unit, bold, str(s.n), *(number(v) for v in values))


def _pictures(names: Sequence[str]) -> Iterable[str]:
    if names:
        shown = "\n\n".join(f"![{prose.PICTURES[name]}]({name})" for name in names)
        yield "## Agreement, stride by stride\n\n" + prose.AGREEMENT.strip() + "\n\n" + shown


def _left_out(rows: Sequence[Row]) -> Iterable[str]:
    held = [row for row in rows if "left_out" in row.name]
    if held:
        by_name = {row.name: row for row in rows}
        lines = [
            (
                f"`{row.name.replace('left_out_', '')}`",
                number(getattr(by_name.get(row.name.replace("left_out_", "")), "value", None)),
                number(row.value),
                row.unit,
            )
            for row in held
        ]
        head = ("figure", "as shipped", "refitted on the other runners", "unit")
        yield "## Leave one runner out\n\n" + prose.LEFT_OUT.strip() + "\n\n" + table(head, lines)


def _ranking(found: Measured) -> Iterable[str]:
    lines = []
    for (where, worn), by_method in found.plates.items():
        score = pool_legs(by_method[OURS])
        for name in RANKED:
            asked = score.ranking[name]
            given = any(np.isfinite(leg.means[name]) for leg in by_method[OURS])
            if given and asked.right is not None:
                right = round(asked.right * asked.n)
                lines.append((f"{where} {WORN[worn]}", f"`{name}`", f"{right} of {asked.n}"))
    if lines:
        head = ("set", "metric", "right order of the legs")
        yield "## Which leg lands harder\n\n" + prose.RANKING.strip() + "\n\n" + table(head, lines)


def _peers() -> str:
    texts = []
    for name in PEERS:
        doc = (import_module(f"bench.peers.{name}").__doc__ or "").strip()
        texts.append("* " + doc.replace("\n\n", "\n").replace("\n", "\n  "))
    return prose.PEERS.strip() + "\n\n" + "\n".join(texts)
