"""Rows of the store with what belongs to them, as lines: the reading half of the feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, TypeAlias

from analytics.changes import Fresh
from analytics.records import Baseline
from analytics.targets import own_form
from dashboards import influx_columns
from dashboards.influx_columns import Columns
from dashboards.influx_lines import line, point
from dashboards.influx_load import load_lines
from dashboards.influx_own import own_fields, standing_fields, thirds
from dashboards.judged_shelf import JudgedShelf, baseline_of
from dashboards.load_shelf import LoadShelf
from dashboards.sharing import Topic, topic_of
from dashboards.store import Store

Row: TypeAlias = Mapping[str, Any]


class Points:
    """Lines of stored rows.

    Parameters
    ----------
    team : str
        The tag `team` of every line.
    private : callable
        Returns what a runner does not share.

    """

    def __init__(
        self, store: Store, *, team: str, private: Callable[[str], frozenset[Topic]]
    ) -> None:
        self._store = store
        self._team = team
        self._private = private
        self._more = {
            "load": self._load,
            "judged_by": self._judged,
            "gaps": self._gaps,
            "latency": self._latency,
            "sessions": self._sessions,
            "alerts": self._alerts,
        }

    def lines(self, name: str, columns: Columns) -> Iterator[str]:
        """Give a table's rows as lines; `columns` are its columns by name."""
        if name == "windows":
            columns = self._judged_windows(columns)
        if name in self._more:
            yield from filter(None, self._more[name](_rows(columns)))
        elif not any(map(self._private, set(columns.get("runner", ())))):
            yield from influx_columns.lines(name, columns, team=self._team)
        else:
            yield from filter(None, (self._line(name, row) for row in _rows(columns)))

    def _line(self, name: str, row: Row, more: Iterable[tuple[str, Any]] = ()) -> str:
        private = self._private(row.get("runner", ""))
        return line(name, row, team=self._team, more=more, private=private)

    def _judged_windows(self, columns: Columns) -> Columns:
        """Return windows with the runner's own band at their speed, and what had been noticed."""
        sessions = set(zip(columns["runner"], columns["session"], strict=True))
        known = {
            (runner, session): (
                self._own(runner, session),
                self._in_time("drift", runner, session),
                self._in_time("guidance", runner, session),
            )
            for runner, session in sessions
        }
        told: list[dict[str, Any]] = []
        for row in _rows(columns):
            own, drifts, guided = known[row["runner"], row["session"]]
            fields = dict(own_fields(row, own))
            fields.update(standing_fields(row, drifts=drifts, guided=guided, judged=bool(own)))
            told.append(fields)
        names = dict.fromkeys(chain.from_iterable(told))
        more = {name: [fields.get(name) for fields in told] for name in names}
        return {**columns, "at_s": columns["time_s"], **more}

    def _load(self, rows: Sequence[Row]) -> Iterator[str]:
        shelf = LoadShelf(self._store)
        for runner, some in groupby(sorted(rows, key=itemgetter("runner")), itemgetter("runner")):
            shoes = shelf.shoes(runner)
            real = shelf.entries(runner)
            every = shelf.entries(runner, simulated=True)
            lived = {entry.session for entry in real}
            by_session = {entry.session: entry for entry in every}
            for row in some:
                # A simulated run is in nobody's history, but has one of its own.
                past = real if row["session"] in lived else every
                yield from load_lines(
                    by_session[row["session"]],
                    past,
                    shoes=shoes,
                    when_utc_ns=row["time_utc_ns"],
                    team=self._team,
                    private=self._private(runner),
                )

    def _judged(self, rows: Sequence[Row]) -> Iterator[str]:
        """Give the baseline a session began with, a point a metric."""
        for row in rows:
            baseline = baseline_of(row)
            if baseline is None:
                continue
            began = self._session(row["runner"], row["session"])
            private = self._private(row["runner"])
            for metric in sorted(baseline.usual):
                if topic_of(metric) in private:
                    continue
                tags = [("runner", row["runner"]), ("session", row["session"]), ("metric", metric)]
                values = _baseline_values(baseline, metric)
                when = began["started_utc_ns"]
                yield point("baseline", tags, values, when_utc_ns=when, team=self._team)

    def _gaps(self, rows: Sequence[Row]) -> Iterator[str]:
        for row in rows:
            length = [("length_s", row["end_s"] - row["time_s"])]
            yield self._line("gaps", row, length)

    def _latency(self, rows: Sequence[Row]) -> Iterator[str]:
        """Give the ledger with the time every station took, in milliseconds."""
        for row in rows:
            yield self._line("latency", row, _stages_ms(row))

    def _alerts(self, rows: Sequence[Row]) -> Iterator[str]:
        """Give alerts with what the coach did about them."""
        for row in rows:
            found = self._store.read("SELECT * FROM alert_marks WHERE alert = ?", (row["id"],))
            more = [("standing", _standing(found[0] if found else None))]
            yield self._line("alerts", row, more)

    def _sessions(self, rows: Sequence[Row]) -> Iterator[str]:
        for row in rows:
            judged = self._store.read(
                "SELECT version, configuration FROM judged_by WHERE runner = ? AND session = ?",
                (row["runner"], row["session"]),
            )
            more = judged[0].items() if judged else ()
            yield self._line("sessions", row, more)
            if row["summary"] is not None:
                yield from self._thirds(row)

    def _thirds(self, session: Row) -> Iterator[str]:
        """Give the means of an ended session's thirds."""
        runner, name = session["runner"], session["session"]
        windows = self._store.read(
            "SELECT * FROM windows WHERE runner = ? AND session = ? AND activity = 'running'"
            " ORDER BY time_s",
            (runner, name),
        )
        own = self._own(runner, name)
        for part, values in thirds(windows, own):
            tags = [("runner", runner), ("session", name), ("part", part)]
            when = session["started_utc_ns"]
            dated = [*values, ("utc_ms", when / 1e6)]
            yield point(
                "third",
                tags,
                dated,
                when_utc_ns=when,
                team=self._team,
                private=self._private(runner),
            )

    def _own(self, runner: str, session: str) -> dict[str, Fresh]:
        """Return the runner's own form as it was when a session began; empty for a first run."""
        baseline = JudgedShelf(self._store).baseline(runner, session)
        return {} if baseline is None else own_form(baseline)

    def _session(self, runner: str, session: str) -> Row:
        (found,) = self._store.read(
            "SELECT * FROM sessions WHERE runner = ? AND session = ?", (runner, session)
        )
        return found

    def _in_time(self, table: str, runner: str, session: str) -> list[dict[str, Any]]:
        return self._store.rows(table, runner=runner, session=session)


def _rows(columns: Columns) -> list[Row]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _standing(mark: Row | None) -> str:
    """Return how an alert stands: for a table, in a word."""
    if mark is None:
        return "open"
    return "acknowledged" if mark["until_utc_ns"] is None else "later"


def _baseline_values(baseline: Baseline, metric: str) -> list[tuple[str, Any]]:
    """Return what is usual for a runner in one metric; the band is two spreads of blocks."""
    usual = baseline.usual[metric]
    slope = baseline.slopes.get(metric)
    return [
        ("median", usual.median),
        ("low", usual.median - 2.0 * usual.sigma),
        ("high", usual.median + 2.0 * usual.sigma),
        ("n_blocks", usual.n_blocks),
        ("runs", baseline.runs),
        ("age_days", baseline.age_days),
        ("per_mps", None if slope is None else slope.per_mps),
    ]


def _stages_ms(row: Row) -> Iterator[tuple[str, float]]:
    stations = ("sample_s", "gateway_s", "analytics_s", "published_s", "shown_s")
    names = ("gateway_ms", "analytics_ms", "published_ms", "shown_ms")
    for before, after, name in zip(stations, stations[1:], names, strict=False):
        if row[after] is not None:
            yield name, 1000.0 * (row[after] - row[before])
    if row["shown_s"] is not None:
        yield "whole_ms", 1000.0 * (row["shown_s"] - row["sample_s"])
