"""What goes wrong is one line that says what, where and how to mend it; nothing stored is lost."""

import shlex
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.running import environment, finished

SENSORS = '[[sensors]]\nname = "pod"\nrunner = "anna"\nside = "left"\nplacement = "shoe"\n'
KILOBYTES_LEFT = 400  # enough for the schema and some tens of seconds of strides


def complaint(result: subprocess.CompletedProcess[str], *, code: int) -> str:
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("stridecue: ")
    return lines[0]


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("demo --scenario nowhere", 2, ["--scenario nowhere", "demo, fresh, typical-tired"]),
        ("demo --speed fast", 2, ["--speed fast", "or max"]),
        ("demo --config gone.toml", 2, ["gone.toml", "no such file"]),
        ("run", 2, ["no sensors are set", "[[sensors]]"]),
        ("run --config sensors.toml", 3, ["Bluetooth adapter", "--radio virtual"]),
        ("record run.scue --config sensors.toml", 3, ["Bluetooth adapter", "--radio virtual"]),
        ("scan", 3, ["Bluetooth adapter", "--radio virtual"]),
        ("replay gone.scue", 2, ["gone.scue", "cannot be opened"]),
        ("replay sensors.toml", 2, ["sensors.toml", "no recording"]),
        ("analyze gone.csv --placement shoe --side left", 2, ["gone.csv"]),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, command: str, code: int, words: list[str]) -> None:
    (tmp_path / "sensors.toml").write_text(SENSORS)
    line = complaint(finished(tmp_path, *shlex.split(command)), code=code)
    assert all(word in line for word in words), line


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - as the pages do
        taken.listen()
        port = taken.getsockname()[1]
        line = complaint(finished(tmp_path, "demo", "--port", str(port)), code=3)
    assert f"port {port} is in use" in line
    assert "web.port" in line


def test_a_full_disk_ends_the_store_but_not_the_run_and_loses_nothing_stored(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "stridecue", "demo", "--minutes", "3", "--speed", "max"]
    limited = f"ulimit -f {2 * KILOBYTES_LEFT}; exec {shlex.join(command)}"
    result = subprocess.run(
        ["sh", "-c", limited],
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    line = complaint(result, code=3)
    assert "disk takes no more" in line
    assert "1 fading" in result.stdout or "cues shown" in result.stdout
    store = sqlite3.connect(tmp_path / "data" / "stridecue" / "stridecue.db")
    assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert store.execute("SELECT count(*) FROM strides").fetchone()[0] > 0
    store.close()


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "run.scue").write_bytes(b"precious")
    (tmp_path / "sensors.toml").write_text(SENSORS)
    words = ("record", "run.scue", "--config", "sensors.toml")
    complaint(finished(tmp_path, *words), code=2)
    assert (tmp_path / "run.scue").read_bytes() == b"precious"


def test_a_recording_cut_short_replays_up_to_the_cut(tmp_path: Path) -> None:
    arguments = ("demo", "--minutes", "0.6", "--speed", "max", "--out", "out")
    assert finished(tmp_path, *arguments).returncode == 0
    whole = (tmp_path / "out" / "recording.scue").read_bytes()
    (tmp_path / "cut.scue").write_bytes(whole[: len(whole) // 2])
    result = finished(tmp_path, "replay", "cut.scue", "--speed", "max", "--out", "again")
    assert result.returncode == 0, result.stderr
    strides = (tmp_path / "out" / "strides.jsonl").read_text().splitlines()
    again = (tmp_path / "again" / "strides.jsonl").read_text().splitlines()
    assert 5 < len(again) < len(strides)
    assert set(again) <= set(strides)
