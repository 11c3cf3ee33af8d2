"""Rows as line protocol, and the feed of rows that InfluxDB lacks."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ServiceError
from dashboards import influx_columns
from dashboards.influx import Database, InfluxSender
from dashboards.influx_feed import Feed
from dashboards.influx_lines import MEASUREMENTS, TAGS, line
from dashboards.sharing import Sharing
from dashboards.store import Store
from dashboards.tables import NAMES
from tests.dashboards import people
from transport.backoff import Backoff

DATABASE = Database(url="http://127.0.0.1:9", version=1, bucket="club")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with people.begun_store(tmp_path / "store.db") as store:
        yield store


def test_every_table_has_a_measurement() -> None:
    assert set(MEASUREMENTS) == {*NAMES, "sessions", "judged_by", "pain", "ticks", "health"}


def test_a_tag_with_spaces_commas_equals_and_a_line_break_stays_one_tag_of_one_line() -> None:
    row = {"runner": "a b", "session": "x,y=z\nw\\", "time_utc_ns": 1, "distance_m": 2.0}
    assert line("distance", row, team="t") == (
        "distance,team=t,runner=a\\ b,session=x\\,y\\=z\\ w distance_m=2.0,utc_ms=1e-06 1"
    )


def test_texts_keep_quotes_and_what_is_not_a_number_is_left_out() -> None:
    row = {
        "runner": "r", "session": "s", "side": None, "kind": "note", "time_utc_ns": 1,
        "text": 'say "go" \\ now', "a": float("nan"), "b": float("inf"), "c": None, "n": 3,
    }  # fmt: skip
    assert line("events", row, team="t") == (
        'event,team=t,runner=r,session=s,kind=note text="say \\"go\\" \\\\ now",n=3i 1'
    )


@pytest.mark.parametrize("name", ["strides", "pain", "health", "cues"])
def test_many_rows_at_once_give_the_same_lines_as_row_by_row(name: str) -> None:
    whose: dict[str, Sequence[Any]] = {
        "runner": ["a", "b c", "a"], "session": ["s", "s,t", "s"], "side": ["left", None, "right"],
        "kind": ["fading", "impact", "fading"], "place": ["knee", None, "shin=r"],
        "gateway": ["g", "g", "h"], "part": ["disk", "disk", "store"],
    }  # fmt: skip
    tags = {tag: column for tag, column in whose.items() if tag in TAGS[name]}
    fields: dict[str, Sequence[Any]] = {
        "id": ["1", "2", "3"], "reasons": ["{}", "{}", "{}"], "time_utc_ns": [1, 2, 3],
        "never": [None, None, None], "n": [None, -3, 2**62], "m": [1, 2, None],
        "x": [1e-7, None, 171.0], "y": [float("inf"), 0.1 + 0.2, -1e300], "z": [2.5, 1e22, None],
        "text": [None, 'say "go", \\ now', "null,5"],
    }  # fmt: skip
    columns = {**tags, **fields}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    at_once = [_plainly(one) for one in influx_columns.lines(name, columns, team="t")]
    assert at_once == [_plainly(line(name, row, team="t")) for row in rows]


def _plainly(one: str) -> str:
    """Return a line with its numbers written in one way."""
    return re.sub(r"=(-?\d[\d.e+-]*)(?=[, ])", lambda found: f"={float(found[1])!r}", one)


@given(values=st.lists(st.floats() | st.none(), min_size=1, max_size=5))
def test_numbers_have_six_decimals_whichever_way_they_are_told(values: list[float | None]) -> None:
    n = len(values)
    columns: dict[str, Sequence[Any]] = {
        "runner": ["r"] * n, "session": ["s"] * n, "side": ["left"] * n,
        "time_utc_ns": range(n), "speed_mps": values, "clipped": [0] * n,
    }  # fmt: skip
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    at_once = [_plainly(one) for one in influx_columns.lines("strides", columns, team="t")]
    assert at_once == [_plainly(line("strides", row, team="t")) for row in rows]
    for one, value in zip(at_once, values, strict=True):
        told = re.search("speed_mps=([^ ,]*)", one)
        assert (told is None) == (value is None or not isfinite(value))
        if told is not None and value is not None:
            assert float(told[1]) == pytest.approx(value, rel=0, abs=0.501e-6)


def test_a_strides_line_has_every_field_that_no_other_field_tells(store: Store) -> None:
    feed = Feed(store, team="club", sharing=Sharing(store))
    stride = people.stride(1)
    store.write([stride])
    _, (one,) = feed.head(10)
    told = {field.partition("=")[0] for field in one.split(" ")[1].split(",")}
    (row,) = store.rows("strides")
    kept = {name for name, value in row.items() if value is not None}
    assert kept - told == {
        *("id", "runner", "session", "side", "time_s", "time_utc_ns", "reasons"),
        *({"placement", "contact_index", "toe_off_s", "duty_factor", "revision"} & kept),
    }
    assert told <= kept


def test_a_row_without_any_field_gives_no_line() -> None:
    columns: dict[str, Sequence[Any]] = {
        "runner": ["a", "b"], "session": ["s", "s"], "time_utc_ns": [1, 2],
        "kind": ["k", "k"], "shown": [None, 1],
    }  # fmt: skip
    assert list(influx_columns.lines("cues", columns, team="t")) == [
        "cue,team=t,runner=b,session=s,kind=k shown=1i 2"
    ]


def test_a_sessions_line_has_its_summarys_numbers_all_as_floats() -> None:
    row = {
        "runner": "r", "session": "s", "started_utc_ns": 5, "source": "run", "simulated": 0,
        "summary": '{"strides": 7, "simulated": false, "legs": {"left": {"gaps": 0}},'
        ' "files": ["a"], "mean": 1.5}',
    }  # fmt: skip
    assert line("sessions", row, team="t") == (
        'session,team=t,runner=r,session=s source="run",simulated=0i,'
        "strides=7.0,legs_left_gaps=0.0,mean=1.5,finished=1i 5"
    )


def test_two_cues_of_one_moment_are_two_points(store: Store) -> None:
    feed = Feed(store, team="club", sharing=Sharing(store))
    store.write([people.cue(60.0, kind="impact"), people.cue(60.0, kind="cadence")])
    _, lines = feed.head(10)
    points = {one.split(" ")[0] for one in lines}
    assert len(points) == 2


def test_two_alerts_of_one_moment_are_two_points(store: Store) -> None:
    feed = Feed(store, team="club", sharing=Sharing(store))
    whys = [people.drift(60.0, metric=metric) for metric in ("cadence", "form")]
    store.write([replace(people.alert(60.0), about=one.id, why=one.why) for one in whys])
    _, lines = feed.head(10)
    assert len({one.split(" ")[0] for one in lines}) == 2


@pytest.mark.parametrize(
    ("url", "version", "near", "most"),
    [
        ("http://localhost:8086", 2, True, 1000),
        ("http://[::1]:8086", 1, True, 5000),
        ("https://influx.example/x", 1, False, 5000),
        ("http://192.168.1.7:8086", 2, False, 1000),
    ],
)
def test_requests_are_as_long_as_the_version_takes_well_and_packed_only_to_go_elsewhere(
    url: str,
    version: int,
    near: bool,  # noqa: FBT001 - a column of the table above
    most: int,
) -> None:
    database = Database(url=url, version=version, bucket="b")
    lines = [str(n) for n in range(6001)]
    requests = list(database.requests(lines))
    assert database.near is near
    assert max(map(len, requests)) == most
    assert [line for some in requests for line in some] == lines


def test_rows_wait_from_the_feeds_making_on_until_they_are_forgotten(store: Store) -> None:
    store.write([people.stride(0)])
    feed = Feed(store, team="club", sharing=Sharing(store))
    store.write([people.stride(n) for n in range(1, 6)])
    assert feed.waiting == 5
    mark, lines = feed.head(3)
    assert len(lines) == 3
    feed.forget(mark)
    assert feed.waiting == 2


def test_a_row_written_again_while_it_is_sent_is_sent_again_as_it_is_then(store: Store) -> None:
    feed = Feed(store, team="club", sharing=Sharing(store))
    store.write([people.stride(0, peak_accel_g=6.0)])
    mark, _ = feed.head(10)
    store.write([people.stride(0, peak_accel_g=7.25)])
    feed.forget(mark)
    _, (again,) = feed.head(10)
    assert "peak_accel_axial_g=7.25" in again


def test_what_a_rolled_back_commit_wrote_does_not_wait(store: Store) -> None:
    feed = Feed(store, team="club", sharing=Sharing(store))
    with pytest.raises(ValueError, match="not begun"):
        store.write([people.stride(0), people.stride(1, session="never begun")])
    assert feed.waiting == 0


def test_what_waits_is_there_in_the_next_process(store: Store, tmp_path: Path) -> None:
    Feed(store, team="club", sharing=Sharing(store))
    store.write([people.stride(0)])
    with Store(tmp_path / "store.db") as other:
        assert Feed(other, team="club", sharing=Sharing(other)).waiting == 1


class _Taking:
    """A database that takes every line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def write(self, lines: Sequence[str]) -> None:
        self.lines += lines


async def test_a_store_that_cannot_be_written_for_a_while_does_not_end_the_sending(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, taking = Feed(store, team="club", sharing=Sharing(store)), _Taking()
    forget, refused = feed.forget, iter([ServiceError("held", where="store", mend="wait")])

    def at_first_held(mark: int) -> None:
        if error := next(refused, None):
            raise error
        forget(mark)

    monkeypatch.setattr(feed, "forget", at_first_held)
    monkeypatch.setattr(Database, "open", lambda _: nullcontext(taking))
    sender = InfluxSender(feed, DATABASE, backoff=Backoff(rng=random.Random(1)))  # noqa: S311 - not for secrets
    store.write([people.stride(0)])
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(sender.run())
        assert await sender.drain(within_s=60.0)
        sending.cancel()
    assert len(taking.lines) == 2  # at least once: the same point again


def test_filling_notes_the_whole_store(store: Store) -> None:
    store.write([people.stride(0), people.window(30.0), people.cue(40.0)])
    feed = Feed(store, team="club", sharing=Sharing(store))
    feed.fill()
    _, lines = feed.head(10)
    kinds = [one.split(",")[0] for one in lines]
    assert sorted(kinds) == ["cue", "form", "session", "stride"]


def test_a_session_waits_when_it_begins_and_when_it_ends(store: Store) -> None:
    feed = Feed(store, team="club", sharing=Sharing(store))
    store.end_session(session=people.SESSION, summary={"strides": 4})
    _, (ended,) = feed.head(10)
    assert "strides=4.0" in ended
