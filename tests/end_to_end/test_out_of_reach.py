"""Sensors out of reach, through the whole command: every stride once, and replay the same."""

import functools
import json
import sqlite3
import tempfile
from pathlib import Path

from tests.end_to_end.running import finished

FILES = ("strides.jsonl", "windows.jsonl", "drift.jsonl", "cues.jsonl", "events.jsonl")


@functools.cache
def home() -> Path:
    """Return the folder of a demo of a minute and a half, and its replay."""
    folder = Path(tempfile.mkdtemp())
    arguments = ("--scenario", "out-of-reach", "--minutes", "1.5", "--seed", "4", "--json")
    live = finished(folder, "demo", "--speed", "max", *arguments, "--out", str(folder / "live"))
    assert live.returncode == 0, live.stderr
    (folder / "summary.json").write_text(live.stdout)
    recording = str(folder / "live" / "recording.scue")
    again = finished(folder, "replay", recording, "--speed", "max", "--out", str(folder / "again"))
    assert again.returncode == 0, again.stderr
    return folder


def rows(name: str) -> list[dict[str, object]]:
    lines = (home() / "live" / name).read_text().splitlines()
    return [dict(json.loads(line)) for line in lines]


def test_no_stride_is_lost_or_doubled_in_the_files() -> None:
    summary = json.loads((home() / "summary.json").read_text())
    assert summary["truth"]["found_pct"] == 100.0
    assert summary["truth"]["false"] == 0
    ids = [row["id"] for row in rows("strides.jsonl")]
    assert len(ids) == len(set(ids)) == summary["strides"]
    assert 20 < sum(1 for row in rows("strides.jsonl") if row["revision"] == 2) < 60
    assert all(leg["gaps"] == 0 for leg in summary["legs"].values())
    assert 0.0 < summary["left_right_alignment_s"] < 0.02


def test_windows_are_in_the_files_once_in_their_last_revision() -> None:
    ends_s = [row["t_s"] for row in rows("windows.jsonl")]
    assert len(ends_s) == len(set(ends_s))
    assert {row["revision"] for row in rows("windows.jsonl")} == {1, 2}


def test_the_store_has_every_stride_once() -> None:
    (path,) = home().glob("data/**/stridecue.db")
    with sqlite3.connect(path) as store:
        kept = store.execute("SELECT id, revision FROM strides ORDER BY time_s, id").fetchall()
        left = store.execute("SELECT sum(n_samples) FROM gaps").fetchone()
    store.close()
    assert kept == [(row["id"], row["revision"]) for row in rows("strides.jsonl")]
    assert left == (0,)


def test_replay_gives_the_same_revisions_to_the_byte() -> None:
    for name in FILES:
        assert (home() / "live" / name).read_bytes() == (home() / "again" / name).read_bytes(), name
