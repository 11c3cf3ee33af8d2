"""Any run becomes a regression test: frozen without names, verified, and a change is named."""

from __future__ import annotations

from pathlib import Path

from sensor_gateway.recording import read_recording
from tests.end_to_end.running import finished

SESSION = ("strides", "windows", "drift", "cues", "distance", "events")


def test_a_recording_is_frozen_without_names_and_gives_the_same_again(tmp_path: Path) -> None:
    live, frozen = tmp_path / "live", tmp_path / "frozen"
    demo = ("demo", "--speed", "max", "--minutes", "1.5", "--seed", "5", "--out", str(live))
    assert finished(tmp_path, *demo).returncode == 0
    recording = str(live / "recording.scue")
    cut = ("--from", "20", "--to", "80")
    made = finished(tmp_path, "freeze", recording, "--out", str(frozen), *cut)
    assert made.returncode == 0, made.stderr
    header, events = read_recording(frozen / "recording.scue")
    assert header.started_utc_ns == 0
    assert {sensor.address for sensor in header.sensors} == {None}
    assert {header.context["runner"], header.context["name"]} == {"runner"}
    assert all(event.sensor.startswith("runner-") for event in events)
    again = finished(tmp_path, "verify", "--expect", str(frozen))
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("as expected: ")
    played = ("replay", str(frozen / "recording.scue"), "--speed", "max", "--out", "played")
    assert finished(tmp_path, *played).returncode == 0
    for name in SESSION:  # the chain alone gives what the whole service gives
        files = (frozen / "expected", tmp_path / "played")
        one, other = (folder.joinpath(f"{name}.jsonl").read_bytes() for folder in files)
        assert one == other, name
    assert b'"side"' in (frozen / "expected" / "strides.jsonl").read_bytes()


def test_verifying_what_was_never_frozen_is_one_clear_line(tmp_path: Path) -> None:
    result = finished(tmp_path, "verify", "--expect", str(tmp_path))
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "stridecue freeze" in result.stderr


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "left.csv").write_text("t_s,ax_g,ay_g,az_g\n")
    worn = ("--placement", "shoe", "--side", "left")
    result = finished(tmp_path, "freeze", "left.csv", *worn, "--out", "taken")
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1
    assert "taken: cannot be written" in result.stderr
