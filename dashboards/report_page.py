"""A report as one HTML file with its drawings and its style inside: it needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from dashboards.plots.picture import Picture
from dashboards.report_text import SessionReport

_SIMULATED = '<span class="mark">simulated</span>'
_WIDE = frozenset({"thirds", "compare", "drift", "cues"})


def report_html(report: SessionReport) -> str:
    """Return the page of a report."""
    facts = report.facts
    page = Template(_asset("report", "report.html"))
    return page.substitute(
        title=escape(f"{facts.session}: {facts.runner}"),
        heading=escape(facts.session),
        simulated=_SIMULATED if facts.simulated else "",
        about="".join(
            f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in report.about
        ),
        work=escape(report.advice.text),
        why=escape(report.advice.why),
        legs=_table(report.legs, caption="Both legs, means of unclipped steps"),
        figures="\n".join(_figure(picture) for picture in report.pictures),
        cues=_cues(report),
        honesty="".join(f"<li>{escape(line)}</li>" for line in report.honesty),
        configuration=escape(facts.configuration),
        style=_asset("report", "report.css") + _asset("web", "static", "drawing.css"),
    )


def _fact(name: str, value: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"


def _figure(picture: Picture) -> str:
    wide = ' class="wide"' if picture.name in _WIDE else ""
    drawn = picture.drawn()
    drawing = "" if drawn is None else f'<div id="{picture.name}" aria-hidden="true">{drawn}</div>'
    head = f"<h2>{escape(picture.title)}</h2><p>{escape(picture.text)}</p>"
    return f"<section{wide}>{head}{drawing}</section>"


def _cues(report: SessionReport) -> str:
    if not report.cues:
        return "<p>No cue was shown.</p>"
    rows = [["at", "cue", "why", "came of it"]]
    rows += [[cue.time, cue.text, cue.why, cue.outcome] for cue in report.cues]
    return _table(rows, caption="Every cue, and why")


def _table(rows: Sequence[Sequence[str]], *, caption: str) -> str:
    head, *body = rows
    if not body:
        return ""
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in body
    )
    return (
        f'<div class="table" tabindex="0" role="group" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )


def _asset(*path: str) -> str:
    return files("dashboards").joinpath(*path).read_text(encoding="utf-8")
