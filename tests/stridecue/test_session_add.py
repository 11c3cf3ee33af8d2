"""`stridecue session add`: a run that no sensor saw counts, once, and mistakes are one line."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.load.longest import longest_m
from analytics.records import SpeedSource, Surface
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from stridecue.cli import app, main
from tests.dashboards import loads, people

TOLD = "session add --runner mia --start 2025-11-25T18:30 --minutes 45"


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a measured run of half an hour on the day before; returns its folder."""
    monkeypatch.setenv("STRIDECUE_STORE__PATH", str(tmp_path / "s.db"))
    monkeypatch.setenv("STRIDECUE_TEAM__ZONE", "Europe/Berlin")
    monkeypatch.chdir(tmp_path)
    with people.begun_store(tmp_path / "s.db") as store:
        store.write([loads.load_entry()])
    return tmp_path


def said(words: str) -> str:
    result = CliRunner().invoke(app, shlex.split(words))
    assert result.exception is None, result.output
    return result.output


def test_the_load_rules_know_of_it(stored: Path) -> None:
    out = said(f"{TOLD} --km 8.2 --rpe 6 --surface treadmill --note 'no sensors on'")
    assert out == (
        "told-20251125T173000 is kept: 2025-11-25 18:30 Europe/Berlin, 45 min, 8.20 km,"
        " effort 6 of 10\n"
    )
    with Store(stored / "s.db") as store:
        entries = LoadShelf(store).entries(people.RUNNER, simulated=True)
        (row,) = store.sessions(runner=people.RUNNER)[:1]
    told = entries[-1]
    assert (told.distance_m, told.source, told.exertion) == (8200.0, SpeedSource.MANUAL, 6.0)
    assert (told.surface, told.running_s, told.left) == (Surface.TREADMILL, 2700.0, None)
    assert longest_m(entries, day="2025-11-25").value == 8200.0
    assert (row["source"], row["simulated"]) == ("told", False)
    assert row["summary"]["note"] == "no sensors on"


def test_a_run_of_unknown_distance_counts_as_one(stored: Path) -> None:
    (told,) = [json.loads(said(f"{TOLD} --json"))]
    assert (told["fate"], told["distance_m"], told["distance_source"]) == ("new", None, None)
    with Store(stored / "s.db") as store:
        assert len(LoadShelf(store).entries(people.RUNNER, simulated=True)) == 2


def test_a_measured_run_without_a_distance_takes_what_is_told(stored: Path) -> None:
    measured = loads.load_entry()
    with people.begun_store(stored / "s.db") as store:
        store.write([replace(measured, distance_m=None, source=None, covered=0.0, parts_m={})])
    out = said("session add --runner mia --start 2025-11-24T17:01 --minutes 29 --km 5.1 --rpe 7")
    assert out.startswith("s1 takes its distance from 2025-11-24 17:01")
    with Store(stored / "s.db") as store:
        (entry,) = LoadShelf(store).entries(people.RUNNER, simulated=True)
    assert (entry.distance_m, entry.exertion) == (5100.0, 7.0)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("--runner mya", "--runner mya: no such runner; known are: mia;"),
        ("--start 25.11.2025", "no date '25.11.2025'; write it as 2026-11-22"),
        ("--start 2999-01-01T10:00", "2999-01-01T10:00 is still to come"),
        ("--km 45", "45 km in 45 minutes is 17 m/s"),
        ("--shoe red", "--shoe red: no such pair of this runner; registered are: none"),
        ("--start 2025-11-24T17:10", "measured as s1; see `stridecue session show s1`"),
        ("--start 2025-11-24", "a run of that day was measured; give the time of day"),
        ("--rpe 11", "--rpe"),
        ("--minutes 0", "--minutes"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_kept(
    stored: Path,
    words: str,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["stridecue", *TOLD.split(), *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert what in error
    assert "Traceback" not in error
    with Store(stored / "s.db") as store:
        assert [row["session"] for row in store.sessions()] == ["s1"]


def test_it_is_told_once(stored: Path) -> None:
    said(TOLD)
    result = CliRunner().invoke(app, TOLD.split())
    assert "told as told-20251125T173000" in str(result.exception)
    said("session erase told-20251125T173000 --runner mia --yes")
    said(TOLD)
    assert (stored / "s.db").exists()


def test_the_example_in_the_help_works_as_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDECUE_STORE__PATH", str(tmp_path / "s.db"))
    monkeypatch.chdir(tmp_path)
    helped = " ".join(said("session add --help").split())
    found = re.search(r"Example: stridecue (.+)\Z", helped)
    assert found is not None
    assert "8.20 km" in said(found[1])
