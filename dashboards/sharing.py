"""What of a runner the team may see: the runner's own switches, and what they take away.

Everything that leaves for the team goes through here: the coach's pages, MQTT, InfluxDB and
notices. The store and the runner's own page keep everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from dashboards import audit
from dashboards.audit import Deed
from dashboards.store import Store
from dashboards.words import WORDS


class Topic(StrEnum):
    """A switch: what a runner shares as one."""

    CADENCE = "cadence"
    IMPACT = "impact"
    CONTACT = "contact"
    BALANCE = "balance"
    TECHNIQUE = "technique"
    PACE = "pace"
    CUES = "cues"
    PAIN = "pain"


ALL_SHARED: frozenset[Topic] = frozenset()
NOT_SHARED = "not_shared"  # the field that names the topics something was relieved of
# How the names of a topic's fields begin, in records, rows, states and summaries alike.
_FIELDS: Mapping[Topic, tuple[str, ...]] = {
    Topic.CADENCE: ("cadence", "stride_time"),
    Topic.IMPACT: (
        "impact",
        "loading_rate",
        "average_loading_rate",
        "impulse",
        "time_to_peak",
        "dose",
        "acute",
        "chronic",
        "equivalent",
        "peak",
        "axial",
        "resultant",
    ),
    Topic.CONTACT: ("contact_time", "flight_time", "duty_factor", "toe_off"),
    Topic.BALANCE: ("asymmetry", "contact_asymmetry"),
    Topic.TECHNIQUE: ("strike_", "pronation", "tibia_angle", "braking", "overstride"),
    Topic.PACE: (
        *("speed", "stride_length", "pace", "distance", "longest"),
        *("week", "last_week", "over_longest", "spike", "shoe_distance"),
    ),
    Topic.CUES: ("cue",),
    Topic.PAIN: ("pain", "exertion", "doctor"),
}
_WHOLE = {"cues": Topic.CUES, "guidance": Topic.CUES, "distance": Topic.PACE, "pain": Topic.PAIN}
_METRIC_OF = {word: metric for metric, word in WORDS.items()}
_PLAIN_WORD = {"word": "Form has changed", "arrow": "none"}


class Sharing:
    """Every runner's switches, kept in the store and at hand; all is shared until one is off."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._private: dict[str, frozenset[Topic]] = {}
        for row in store.read("SELECT runner, topic FROM kept_private", ()):
            self._private[row["runner"]] = self.private(row["runner"]) | {Topic(row["topic"])}

    def private(self, runner: str) -> frozenset[Topic]:
        """Return what a runner keeps to herself."""
        return self._private.get(runner, ALL_SHARED)

    def keep_private(self, runner: str, topics: Iterable[Topic], *, now_utc_ns: int) -> None:
        """Set all of a runner's switches: these topics are off, from now on."""
        kept = frozenset(topics)
        deed = Deed(
            time_utc_ns=now_utc_ns,
            who=runner,
            what="sharing changed",
            runner=runner,
            before={"private": sorted(self.private(runner))},
            after={"private": sorted(kept)},
        )
        with self._store.transaction() as writer:
            audit.add(writer, deed)
            writer.execute("DELETE FROM kept_private WHERE runner = ?", (runner,))
            writer.executemany(
                "INSERT INTO kept_private VALUES (?, ?)", [(runner, str(one)) for one in kept]
            )
        self._private[runner] = kept

    def rows(self, table: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Give what the team may see of stored rows."""
        for row in rows:
            private = self.private(row["runner"])
            seen = veiled(table, row, private) if private else row
            if seen is not None:
                yield seen


def topic_of(field: str) -> Topic | None:
    """Return the topic of a field, metric or kind of cue; None for what is nobody's secret.

    Examples
    --------
    >>> topic_of("peak_accel_left_g")
    <Topic.IMPACT: 'impact'>
    >>> topic_of("battery_pct") is None
    True

    """
    return next((topic for topic, starts in _FIELDS.items() if field.startswith(starts)), None)


def veiled(table: str, row: Mapping[str, Any], private: frozenset[Topic]) -> dict[str, Any] | None:
    """Return what the team may see of a row: None in the place of what is private.

    A row that is about nothing else (a cue, a drift of a private metric) is not seen at all.
    """
    return None if is_hidden(table, row, private) else veiled_fields(row, private)


def veiled_fields(row: Mapping[str, Any], private: frozenset[Topic]) -> dict[str, Any]:
    """Return a row of figures with None in the place of what is private, and which topics are."""
    return {**_without(row, private), NOT_SHARED: sorted(private)}


def is_hidden(table: str, row: Mapping[str, Any], private: frozenset[Topic]) -> bool:
    """Say whether a row is about nothing but what is private."""
    about = {_WHOLE.get(table), topic_of(row.get("metric") or ""), topic_of(row.get("kind") or "")}
    return bool(about & private)


def veiled_line(line: Mapping[str, Any], private: frozenset[Topic]) -> dict[str, Any]:
    """Return what the team may see of a runner's line in its table (`team_row`).

    That form has changed is never hidden, only in what: the word says which metric it was.
    """
    if not private:
        return dict(line)
    shown = veiled_fields(line, private)
    if topic_of(_METRIC_OF.get(line["word"], "")) in private:
        shown |= _PLAIN_WORD
    cue = line["cue"]
    if cue is not None and {Topic.CUES, topic_of(cue["kind"])} & private:
        shown["cue"] = None
    return shown


def veiled_state(state: Mapping[str, Any], private: frozenset[Topic]) -> dict[str, Any]:
    """Return what the team may see of a runner's live state (`runner_state.as_dict`)."""
    if not private:
        return dict(state)
    shown = veiled_line(state, private)
    if Topic.CUES in private:
        shown["guidance"] = None
    shown["notices"] = [one for one in state["notices"] if topic_of(one["kind"]) not in private]
    return shown


def _without(tree: Mapping[str, Any], private: frozenset[Topic]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in tree.items():
        hidden = topic_of(key) in private
        if isinstance(value, Mapping):
            out[key] = dict.fromkeys(value) if hidden else _without(value, private)
        else:
            out[key] = None if hidden else value
    return out
