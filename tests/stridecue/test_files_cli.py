"""`stridecue export` and `import` on a store."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from stridecue.cli import app
from tests.dashboards import loads, people


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a session of a minute; returns its folder."""
    monkeypatch.setenv("STRIDECUE_STORE__PATH", str(tmp_path / "s.db"))
    monkeypatch.chdir(tmp_path)
    with people.begun_store(tmp_path / "s.db") as store:
        store.write([people.stride(n) for n in range(170)])
        store.write([people.window(30.0), people.drift(31.0), people.cue(32.0)])
        store.write([loads.load_entry()])
    return tmp_path


def said(*words: str) -> str:
    result = CliRunner().invoke(app, words)
    assert result.exception is None, result.output
    return result.output


def test_tables_hold_what_the_store_has_and_a_card_says_what_it_is(stored: Path) -> None:
    said("export", people.SESSION, "--format", "csv", "--out", "tables")
    with (stored / "tables" / "strides.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 170
    assert rows[1]["peak_accel_axial_g"] == "6.0"
    assert rows[1]["speed_mps"] == ""
    card = (stored / "tables" / "README.md").read_text()
    assert "## strides: 170 rows" in card
    assert "| contact_time_s | s," in card
    assert "(simulated)" in card
    assert "stridecue 0.1.0" in card


def test_parquet_in_a_zip_has_the_same_rows(stored: Path) -> None:
    said("export", people.SESSION, "--format", "parquet", "--out", "run.zip")
    with zipfile.ZipFile(stored / "run.zip") as archive:
        table = pq.read_table(io.BytesIO(archive.read("strides.parquet")))
        assert {"README.md", "windows.parquet", "cues.parquet"} <= set(archive.namelist())
    assert table.num_rows == 170
    assert table.column("cadence_spm").null_count == 0
    assert table.column("speed_mps").null_count == 170


def test_an_exported_run_comes_back_into_another_store(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said("export", people.SESSION, "--format", "fit", "--out", "run.fit")
    (known,) = json.loads(said("import", "run.fit", "--runner", people.RUNNER, "--json"))
    assert (known["fate"], known["session"]) == ("known", people.SESSION)
    monkeypatch.setenv("STRIDECUE_STORE__PATH", str(stored / "other.db"))
    assert "would be: 1 taken" in said("import", "run.fit", "--runner", "tom", "--dry-run")
    (new,) = json.loads(said("import", "run.fit", "--runner", "tom", "--json"))
    assert (new["fate"], new["distance_source"]) == ("new", "foot pod")
    assert new["distance_m"] == pytest.approx(5000.0, abs=0.01)


def test_an_unknown_session_names_those_there_are(stored: Path) -> None:
    result = CliRunner().invoke(app, ["export", "x", "--format", "fit", "--out", "x.fit"])
    assert "no such session is stored; the newest are: s1" in str(result.exception)
    assert not (stored / "x.fit").exists()
