"""Writes a stored session's report: one HTML file that opens anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from analytics.errors import InputError
from analytics.load.past import history_of
from analytics.load.records import LoadEntry, LoadReport
from analytics.load.report import report
from dashboards.load_shelf import LoadShelf
from dashboards.plots.session import SessionRows, session_rows
from dashboards.report_page import report_html
from dashboards.report_text import Facts, report_of
from dashboards.sharing import ALL_SHARED, Sharing, Topic
from dashboards.store import Store
from stridecue.files import writing
from stridecue.stored import configuration, entry_of, session_row, started_text


def write_report(
    store: Store,
    row: dict[str, Any],
    *,
    out: Path,
    zone: str,
    names: Mapping[str, str],
    compare: str | None = None,
    for_runner: bool = False,
) -> None:
    """Write the report of a stored session.

    Parameters
    ----------
    row : mapping
        The session, as `session_row` gives it.
    names : mapping of str to str
        Runners' names by their ids.
    compare : str, optional
        Another session of the same runner.
    for_runner : bool
        Also with what the runner does not share with the team.

    Raises
    ------
    InputError
        Nothing of the session is stored that could be shown, or there is no such other one.
    ServiceError
        The file cannot be written.

    """
    sharing = Sharing(store)
    private = ALL_SHARED if for_runner else sharing.private(row["runner"])
    rows = _seen(store, row, None if for_runner else sharing)
    if not rows.strides:
        what, mend = "no stride is kept of it", "an imported run has no form to report on"
        raise InputError(what, where=f"session {row['session']}", mend=mend)
    other = None
    if compare is not None:
        with_row = session_row(store, compare, runner=row["runner"])
        other = (compare, _seen(store, with_row, None if for_runner else sharing))
    facts = _facts(store, row, zone=zone, names=names, private=private)
    page = report_html(report_of(rows, facts, compare=other))
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")


def _facts(
    store: Store,
    row: dict[str, Any],
    *,
    zone: str,
    names: Mapping[str, str],
    private: frozenset[Topic],
) -> Facts:
    """Return what is known of the session as a whole."""
    entry = entry_of(store, row)
    shoes = {shoe.id: shoe.name for shoe in LoadShelf(store).shoes(row["runner"])}
    shoe = None if entry is None or entry.shoe is None else shoes.get(entry.shoe, entry.shoe)
    return Facts(
        runner=names.get(row["runner"], row["runner"]),
        session=row["session"],
        started=started_text(row["started_utc_ns"], zone=zone),
        source=row["source"],
        simulated=row["simulated"],
        configuration=configuration(store, row),
        entry=entry,
        load=None if entry is None else _load(store, row, entry),
        shoe=shoe,
        private=private,
    )


def _seen(store: Store, row: dict[str, Any], sharing: Sharing | None) -> SessionRows:
    """Return a session's rows, for the team without what its runner does not share."""
    rows = session_rows(store, runner=row["runner"], session=row["session"])
    if sharing is None or not sharing.private(row["runner"]):
        return rows
    return replace(
        rows,
        windows=list(sharing.rows("windows", map(dict, rows.windows))),
        drift=list(sharing.rows("drift", map(dict, rows.drift))),
        cues=list(sharing.rows("cues", map(dict, rows.cues))),
    )


def _load(store: Store, row: Mapping[str, Any], entry: LoadEntry) -> LoadReport:
    """Return what the run means after those before it.

    A simulated run's history is not in the store: what the summary said counts.
    """
    told = (row["summary"] or {}).get("load")
    if row["simulated"] and told is not None:
        whose = {"runner": entry.runner, "session": entry.session, "day": entry.day}
        return msgspec.convert({**told, **whose}, LoadReport)
    shelf = LoadShelf(store)
    runs = shelf.entries(entry.runner, simulated=True)
    shoes = shelf.shoes(entry.runner)
    past = history_of(runs, start_utc_ns=entry.start_utc_ns, day=entry.day, shoes=shoes)
    return report(entry, past)
