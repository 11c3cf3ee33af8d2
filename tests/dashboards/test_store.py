from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import Any, get_args

import pytest

from analytics.codec import Record
from analytics.errors import ServiceError
from analytics.records import Baseline, Programme, SpeedModel, Surface
from dashboards import store as store_module
from dashboards.ledger import LedgerEntry
from dashboards.store import Store
from dashboards.tables import NAMES, TABLES
from tests.dashboards import people
from tests.dashboards.every_kind import one_of_each

ENTRY = LedgerEntry(
    id="mia/s1/left/70",
    kind="stride",
    runner="mia",
    session="s1",
    time_s=1.05,
    sample_s=1001.05,
    gateway_s=1001.1,
    analytics_s=1001.11,
    published_s=1001.12,
    shown_s=1001.15,
    shown_error_s=0.001,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stridecue.db"


def begin(store: Store, *, session: str = "s1", simulated: bool = True, utc_ns: int = 0) -> None:
    store.begin_session(
        session=session,
        runner="mia",
        started_utc_ns=people.STARTED_UTC_NS + utc_ns,
        source="test",
        simulated=simulated,
    )


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    return {name: store.rows(name) for name in NAMES}


def test_every_kind_of_record_is_stored_and_comes_back(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store.write([*one_of_each(), ENTRY])
        stored = everything(store)
    assert {name: len(rows) for name, rows in stored.items()} == dict.fromkeys(NAMES, 1)
    one = stored["strides"][0]
    assert one["id"] == "mia/s1/right/70"
    assert one["side"] == "right"
    assert one["cadence_spm"] == people.stride(1).cadence_spm
    assert one["flight_time_s"] is None
    assert json.loads(one["reasons"]) == {"speed_mps": "no speed source"}
    assert one["time_utc_ns"] == people.STARTED_UTC_NS + 350_000_000
    assert stored["windows"][0]["peak_accel_left_g"] == 6.0
    assert stored["windows"][0]["peak_accel_right_g"] is None
    assert stored["cues"][0]["shown"] == 1
    assert stored["latency"][0]["shown_s"] == 1001.15


def test_no_kind_of_record_is_forgotten_by_the_store() -> None:
    assert {*TABLES} == {*get_args(Record), LedgerEntry} - {Baseline, Programme, SpeedModel}


def test_a_store_of_the_first_version_keeps_its_rows_and_takes_new_ones(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = store_module.migrations()
    monkeypatch.setattr(store_module, "migrations", lambda: released[:1])
    with Store(path) as store:
        begin(store)
    with sqlite3.connect(path) as raw:
        raw.execute(
            "INSERT INTO windows (id, runner, session, time_s, time_utc_ns, length_s, activity,"
            " n_strides, coverage, quality)"
            " VALUES ('w', 'mia', 's1', 5.0, 0, 30.0, 'running', 9, 1.0, 1.0)"
        )
    raw.close()
    monkeypatch.undo()
    with Store(path) as store:
        begin(store, session="s2")
        store.write([replace(people.window(30.0, session="s2"), surface=Surface.GRASS)])
        old, new = store.rows("windows")
    assert (old["n_strides"], old["surface"]) == (9, None)
    assert new["surface"] == "grass"


def test_writing_again_changes_nothing(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store.write([*one_of_each(), ENTRY])
        before = everything(store)
        store.write([*one_of_each(), ENTRY])
        store.write(one_of_each()[::-1])
        assert everything(store) == before


def test_what_came_of_a_cue_stands_in_its_row(path: Path) -> None:
    told = people.cue(32.0)
    with Store(path) as store:
        begin(store)
        store.write([told])
        store.write([people.heeded(told)])
        (row,) = store.rows("cues")
    assert (row["outcome"], row["outcome_before"], row["outcome_after"]) == ("worked", 6.9, 6.2)
    assert (row["haptic"], row["metronome_spm"], row["revision"]) == ("[400]", 178.5, 2)


def test_a_second_revision_replaces_the_first(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store.write([people.stride(1, stride_time_s=0.70)])
        store.write([people.stride(1, stride_time_s=0.71)])
        assert [row["stride_time_s"] for row in store.rows("strides")] == [0.71]


def test_of_two_revisions_in_one_commit_the_later_stays(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store.write([people.stride(1, stride_time_s=0.72), people.stride(1, stride_time_s=0.71)])
        assert [row["stride_time_s"] for row in store.rows("strides")] == [0.71]


def test_rows_hold_nothing_that_sqlite_would_have_to_ask_about() -> None:
    for record in one_of_each():
        if type(record) in TABLES:
            columns = TABLES[type(record)].by_column([record], {("mia", "s1"): 0})
            kinds = {type(value) for column in columns for value in column}
            assert kinds <= {float, int, str, NoneType}, columns


def test_what_was_written_is_there_after_opening_again(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store.write(one_of_each())
        before = everything(store)
    with Store(path) as store:
        assert everything(store) == before


def test_a_simulated_session_replaces_the_earlier_one_of_its_name(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store.write(one_of_each())
        begin(store, session="other")
        begin(store, utc_ns=60_000_000_000)
        assert all(not rows for rows in everything(store).values())
        assert [s["session"] for s in store.sessions()] == ["s1", "other"]


def test_a_real_session_goes_on_where_it_stopped(path: Path) -> None:
    with Store(path) as store:
        begin(store, simulated=False)
        store.write([people.stride(1)])
    with Store(path) as store:
        begin(store, simulated=False, utc_ns=60_000_000_000)
        store.write([people.stride(2)])
        times_utc_ns = [row["time_utc_ns"] - people.STARTED_UTC_NS for row in store.rows("strides")]
    assert times_utc_ns == [350_000_000, 700_000_000]


def test_a_simulation_never_replaces_a_real_session(path: Path) -> None:
    with Store(path) as store:
        begin(store, simulated=False)
        store.write([people.stride(1)])
        with pytest.raises(ServiceError, match="s1 of mia is stored as real"):
            begin(store, simulated=True)
        assert len(store.rows("strides")) == 1


def test_the_summary_is_kept_with_the_session(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        assert store.sessions()[0]["summary"] is None
        store.end_session(session="s1", summary={"cues": 2, "cadence_spm": 171.2})
        found = store.sessions(runner="mia")[0]
        assert found["summary"] == {"cues": 2, "cadence_spm": 171.2}
        assert found["started_utc_ns"] == people.STARTED_UTC_NS
        assert found["simulated"] is True
        assert not store.sessions(runner="noah")


def test_a_record_of_a_session_that_was_not_begun_is_a_mistake(path: Path) -> None:
    with Store(path) as store, pytest.raises(ValueError, match="s1 of mia was not begun"):
        store.write([people.stride(1)])


def test_a_write_that_fails_stores_nothing_and_the_next_one_works(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        wrong = replace(people.stride(2), cadence_spm="fast")  # type: ignore[arg-type]
        with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
            store.write([people.window(5.0), people.stride(1), wrong])
        assert all(not rows for rows in everything(store).values())
        store.write([people.stride(1)])
        assert len(store.rows("strides")) == 1


def test_rows_can_be_paged_by_time(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store.write([people.stride(n) for n in range(20)])
        assert len(store.rows("strides", runner="mia", session="s1", since_s=3.5)) == 10
        assert len(store.rows("strides", limit=7)) == 7
        assert not store.rows("strides", runner="noah")
        with pytest.raises(ValueError, match="no table sqlite_schema"):
            store.rows("sqlite_schema")


def test_the_tables_have_the_columns_that_records_fill(path: Path) -> None:
    with Store(path):
        pass
    with sqlite3.connect(path) as raw:
        for table in TABLES.values():
            found = [row[1] for row in raw.execute(f"PRAGMA table_info({table.name})")]
            common = ["id", "runner", "session", "time_s", "time_utc_ns"]
            assert found[:5] == common
            assert sorted(found[5:]) == sorted(table.columns)
    raw.close()


def test_a_store_of_an_earlier_version_is_brought_up_to_date(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = store_module.migrations()
    with Store(path) as store:
        begin(store)
        store.write(one_of_each())
        before = everything(store)
    step = "CREATE TABLE medals (shoe TEXT PRIMARY KEY) STRICT;"
    monkeypatch.setattr(store_module, "migrations", lambda: [*released, step])
    with Store(path) as store:
        assert everything(store) == before
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(released) + 1,)
        raw.execute("INSERT INTO medals VALUES ('blue')")
    raw.close()
    monkeypatch.undo()
    with pytest.raises(ServiceError, match="use a newer stridecue"):
        Store(path)


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = store_module.migrations()
    with Store(path) as store:
        begin(store)
        store.write(one_of_each())
        before = everything(store)
    broken = "CREATE TABLE medals (medal TEXT) STRICT; CREATE TABLE strides (again TEXT) STRICT;"
    monkeypatch.setattr(store_module, "migrations", lambda: [*released, broken])
    with pytest.raises(ServiceError, match="strides already exists"):
        Store(path)
    monkeypatch.undo()
    with Store(path) as store:
        assert everything(store) == before


def test_a_file_that_is_no_store_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("my diary, page one\n" * 100)
    with pytest.raises(ServiceError, match=r"stridecue\.db: not a stridecue store; give another"):
        Store(path)
    assert path.read_text().startswith("my diary")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match="check the path and its rights"):
        Store(tmp_path / "file" / "stridecue.db")
