"""The whole service in simulated time, started as a user starts it."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.running import finished

FILES = ("strides.jsonl", "windows.jsonl", "drift.jsonl", "cues.jsonl", "events.jsonl")


def summary_of(folder: Path, *arguments: str) -> dict[str, object]:
    result = finished(folder, "demo", "--speed", "max", "--json", *arguments)
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_a_typical_tired_runner_is_found_whole_and_told_that_form_is_fading(
    tmp_path: Path,
) -> None:
    summary = summary_of(tmp_path, "--scenario", "typical-tired", "--minutes", "25", "--seed", "7")
    truth = summary["truth"]
    assert isinstance(truth, dict)
    assert truth["strides"] > 3500
    assert abs(truth["cadence_error_spm"]) <= 0.5
    assert truth["found_pct"] >= 99.0
    assert truth["false_pct"] < 0.2
    shown = summary["cues_shown"]
    assert isinstance(shown, dict)
    assert shown.get("fading", 0) >= 1


def test_a_fresh_runner_hears_nothing_in_an_hour(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, "--scenario", "fresh", "--minutes", "60", "--seed", "7")
    assert summary["cues_shown"] == {}
    windows = summary["windows"]
    assert isinstance(windows, dict)
    assert windows["running"] > 700


@pytest.mark.parametrize("placement", ["shin", "shoe"])
def test_the_demo_tells_its_runner_within_90_seconds(tmp_path: Path, placement: str) -> None:
    arguments = ("--minutes", "2", "--seed", "11", "--placement", placement)
    summary_of(tmp_path, *arguments, "--out", str(tmp_path / "out"))
    lines = (tmp_path / "out" / "cues.jsonl").read_text().splitlines()
    shown = [cue for cue in map(json.loads, lines) if cue["shown"]]
    assert shown[0]["t_s"] <= 90.0
    assert "Quicker, lighter steps." in {cue["text"] for cue in shown if cue["t_s"] <= 120.0}


def test_a_replayed_recording_gives_the_same_files_to_the_byte(tmp_path: Path) -> None:
    summary_of(tmp_path, "--minutes", "2", "--seed", "3", "--out", str(tmp_path / "live"))
    for name in ("again", "once-more"):
        arguments = ("--speed", "max", "--out", str(tmp_path / name))
        result = finished(tmp_path, "replay", str(tmp_path / "live" / "recording.scue"), *arguments)
        assert result.returncode == 0, result.stderr
    for name in FILES:
        live = (tmp_path / "live" / name).read_bytes()
        assert live == (tmp_path / "again" / name).read_bytes(), name
        assert live == (tmp_path / "once-more" / name).read_bytes(), name
    assert len((tmp_path / "live" / "strides.jsonl").read_bytes()) > 100_000
