"""Earlier runs come into the history once, labelled as imported, and mistakes are one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.errors import InputError
from analytics.load.longest import longest_m
from analytics.load.once import counted_once
from analytics.load.records import LoadEntry
from analytics.records import SpeedSource, Surface
from dashboards.import_csv import read_csv
from dashboards.import_plan import Fate, Planned, carry_out, plan, read_files
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from tests.dashboards import loads, people

ZONE = "Europe/Berlin"
SIMPLE = """date,distance_km,duration_min,shoe,surface
2025-11-01,10.2,58:30,blue,Asphalt
2025-11-03T07:00,5,30,,
2025-11-03T18:00+00:00,,45,,grass
"""
BULK = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Activity Gear,"
    "Elapsed Time,Moving Time,Distance\n"
    '1,"Nov 12, 2025, 7:15:02 AM",Morning,Run,3605,"10.01",Blue,3605.0,3550.0,10013.5\n'
    '2,"Nov 13, 2025, 7:15:02 PM",Ride,Ride,7200,"40.00",,7200.0,7000.0,40000.0\n'
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as held:
        yield held


@pytest.fixture
def simple(tmp_path: Path) -> Path:
    path = tmp_path / "runs.csv"
    path.write_text(SIMPLE)
    return path


def imported(store: Store, *paths: Path) -> list[Planned]:
    kept = LoadShelf(store).entries(people.RUNNER, simulated=True)
    planned = plan(read_files(paths, zone=ZONE), kept, runner=people.RUNNER, zone=ZONE)
    carry_out(store, planned, runner=people.RUNNER)
    return planned


def measured(store: Store, entry: LoadEntry) -> None:
    store.begin_session(
        session=entry.session,
        runner=entry.runner,
        started_utc_ns=entry.start_utc_ns,
        source="run",
        simulated=False,
    )
    store.write([entry])


def kept(store: Store) -> list[LoadEntry]:
    return LoadShelf(store).entries(people.RUNNER)


def test_a_simple_table_gives_its_runs_with_their_source(store: Store, simple: Path) -> None:
    imported(store, simple)
    first, second, third = kept(store)
    assert (first.day, first.distance_m, first.duration_s) == ("2025-11-01", 10_200.0, 3510.0)
    assert (first.shoe, first.surface, first.source) == (
        "blue",
        Surface.ASPHALT,
        SpeedSource.IMPORTED,
    )
    assert first.imported == "runs.csv row 2"
    assert second.start_utc_ns // 10**9 == 1_762_149_600  # 07:00 in Berlin is 06:00 UTC
    assert (third.distance_m, third.source, third.duration_s) == (None, None, 2700.0)
    (session, *_) = store.sessions(runner=people.RUNNER)
    assert session["source"] == "import: runs.csv row 4"
    assert session["summary"]["distance_source"] == "unknown"
    assert longest_m(kept(store), day="2025-11-20").value == 10_200.0


def test_the_same_file_twice_is_once(store: Store, simple: Path) -> None:
    assert {one.fate for one in imported(store, simple)} == {Fate.NEW}
    before = kept(store)
    assert {one.fate for one in imported(store, simple)} == {Fate.KNOWN}
    assert kept(store) == before


def test_a_dry_plan_changes_nothing(store: Store, simple: Path) -> None:
    plan(read_files([simple], zone=ZONE), [], runner=people.RUNNER, zone=ZONE)
    assert kept(store) == []


def test_a_bulk_export_gives_runs_in_metres_and_leaves_rides_out(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(BULK)
    run, ride = imported(store, path)
    assert (ride.fate, ride.why) == (Fate.NO_RUN, "a ride")
    assert run.entry.distance_m == 10_013.5
    assert (run.entry.duration_s, run.entry.running_s) == (3605.0, 3550.0)
    assert run.entry.start_utc_ns // 10**9 == 1_762_931_702
    assert run.entry.shoe == "Blue"
    assert len(kept(store)) == 1


def test_an_imported_run_that_was_measured_is_not_counted_twice(
    store: Store, tmp_path: Path
) -> None:
    measured(store, loads.load_entry(session="live"))
    path = tmp_path / "runs.csv"
    path.write_text("date,distance_km,duration_min\n2025-11-24T16:05:00+00:00,5.1,25\n")
    (one,) = imported(store, path)
    assert (one.fate, one.session) == (Fate.KNOWN, "live")
    assert [e.session for e in kept(store)] == ["live"]


def test_a_run_measured_after_its_import_counts_alone(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("date,distance_km,duration_min\n2025-11-24T16:00:00+00:00,5.1,30\n")
    imported(store, path)
    measured(store, loads.load_entry(session="synced"))
    assert [e.session for e in kept(store)] == ["synced"]


def test_an_import_gives_a_measured_run_the_distance_it_has_not(
    store: Store, tmp_path: Path
) -> None:
    unknown = replace(
        loads.load_entry(session="live"), distance_m=None, source=None, parts_m={}, covered=0.0
    )
    measured(store, unknown)
    path = tmp_path / "runs.csv"
    path.write_text("date,distance_km,duration_min\n2025-11-24T16:00:00+00:00,5.1,30\n")
    (one,) = imported(store, path)
    assert one.fate is Fate.COMPLETES
    (entry,) = kept(store)
    assert (entry.session, entry.distance_m, entry.source) == ("live", 5100.0, SpeedSource.MANUAL)


def test_a_day_alone_cannot_say_that_it_is_another_run(store: Store, tmp_path: Path) -> None:
    measured(store, loads.load_entry(session="live"))
    path = tmp_path / "runs.csv"
    path.write_text("date,distance_km,duration_min\n2025-11-24,5.1,30\n2025-11-23,4,20\n")
    day_before, same_day = imported(store, path)
    assert day_before.fate is Fate.NEW
    assert (same_day.fate, same_day.why) == (
        Fate.KNOWN,
        "a run of that day was measured; give the time of day",
    )


def test_two_runs_of_one_day_without_times_are_two(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("date,distance_km,duration_min\n2025-11-24,5,30\n2025-11-24,6,30\n")
    imported(store, path)
    imported(store, path)
    assert [e.distance_m for e in kept(store)] == [5000.0, 6000.0]


def test_runs_that_only_touch_are_two() -> None:
    first = loads.load_entry(session="a")
    second = replace(
        loads.load_entry(session="b"),
        start_utc_ns=first.end_utc_ns - 60 * 10**9,
        imported="watch.fit",
    )
    assert counted_once([first, second]) == [first, second]
    assert counted_once([first, replace(second, start_utc_ns=first.start_utc_ns + 1)]) == [first]


def test_measured_runs_are_never_left_out() -> None:
    first = loads.load_entry(session="a")
    second = replace(first, session="b", start_utc_ns=first.start_utc_ns + 1)
    watch = replace(first, session="c", imported="watch.fit", start_utc_ns=first.start_utc_ns + 2)
    assert counted_once([first, second, watch]) == [first, second]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("when,km\n1,2\n", "no column date"),
        ("date,distance_km,duration_min\nyesterday,1,2\n", "row 2: no date 'yesterday'"),
        ("date,distance_km,duration_min\n2025-11-24,1,5,30,0\n", "row 2: more cells"),
        ("date,distance_km,duration_min\n2025-11-24,ten,30\n", "row 2: no number 'ten'"),
        ("date,distance_km\n2025-11-24,10\n", "row 2: no duration"),
        ("date,duration_min,surface\n2025-11-24,10,sand\n", "row 2: no surface 'sand'"),
        ("date,duration_min\n2025-11-24,-3\n", "row 2: '-3' cannot be"),
        (BULK.replace("Nov 12", "12 nov."), "row 2: no date '12 nov., 2025, 7:15:02 AM'"),
    ],
)
def test_a_mistake_in_a_table_is_one_line_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "runs.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_csv(path, zone=ZONE)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.gpx"
    path.write_text("<gpx/>")
    with pytest.raises(InputError, match="not known here"):
        read_files([path], zone=ZONE)
