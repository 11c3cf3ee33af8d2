"""What a session leaves on the disk, and what is left of it when things go wrong."""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from analytics.codec import Record
from analytics.errors import ServiceError
from analytics.records import (
    Activity,
    Alert,
    Baseline,
    Cue,
    Drift,
    DriftLevel,
    FormMetrics,
    Gap,
    LinkHealth,
    LinkState,
    PerSide,
    Placement,
    SessionEvent,
    Side,
    Stride,
    Usual,
    Why,
    Worn,
)
from stridecue.files import SessionFiles

WORN = Worn(runner="ada", session="s1", side=Side.LEFT, placement=Placement.SHOE)
WHY = Why(metric="cadence", from_value=170.0, to_value=165.0, change_pct=-2.9, confidence=0.8)
STRIDE = Stride(
    worn=WORN,
    contact_index=400,
    contact_s=2.0,
    toe_off_s=None,
    stride_time_s=0.7,
    contact_time_s=None,
    flight_time_s=None,
    cadence_spm=120 / 0.7,
    peak_accel_axial_g=None,
    peak_accel_resultant_g=8.5,
    loading_rate_gps=300.0,
    time_to_peak_s=0.02,
    stride_length_m=None,
    speed_mps=None,
    strike_angle_deg=None,
    pronation_velocity_dps=None,
    clipped=False,
    quality=1.0,
    reasons={"toe_off_s": "no gyroscope"},
)
WINDOW = FormMetrics(
    runner="ada",
    session="s1",
    end_s=30.0,
    length_s=30.0,
    activity=Activity.RUNNING,
    cadence_spm=170.0,
    peak_accel_g=PerSide(left=8.0, right=None),
    contact_time_s=PerSide(left=None, right=None),
    asymmetry_pct=None,
    stride_time_cv_pct=1.5,
    speed_mps=None,
    n_strides=42,
    coverage=1.0,
    quality=0.9,
)
DRIFT = Drift(
    runner="ada",
    session="s1",
    time_s=700.0,
    side=Side.LEFT,
    contact_index=140_000,
    level=DriftLevel.ALARM,
    why=WHY,
)
CUE = Cue(
    runner="ada",
    session="s1",
    time_s=705.0,
    kind="cadence",
    shown=True,
    suppressed_reason=None,
    text="Quicker, lighter steps.",
    why=WHY,
)
GAP = Gap(worn=WORN, first_index=9, start_s=1.0, end_s=1.5, n_samples=99, reason="radio")
LINK = LinkHealth(worn=WORN, time_s=0.5, state=LinkState.CONNECTED)
EVENT = SessionEvent(runner="ada", session="s1", time_s=0.0, kind="learning", text="Learning you")
ALERT = Alert(
    runner="ada", session="s1", time_s=700.0, kind="drift", text="x", why=WHY, about=DRIFT.id
)
BASELINE = Baseline(
    runner="ada", source="s1", usual={"cadence": Usual(median=170.0, sigma=1.0, n_blocks=9)}
)
ALL: list[Record] = [STRIDE, WINDOW, DRIFT, CUE, GAP, LINK, EVENT, ALERT, BASELINE]
SUMMARY = {"session": "s1", "cadence_spm": None}


def write(folder: Path, records: list[Record], *, clock_offset_s: float = 0.0) -> None:
    with SessionFiles(folder, clock_offset_s=clock_offset_s) as files:
        for record in records:
            files.write(record)
        files.close(SUMMARY)


def write_strides(files: SessionFiles, n: int) -> None:
    for i in range(n):
        files.write(replace(STRIDE, contact_index=i))


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_stride_has_the_names_of_the_interfaces_page(tmp_path: Path) -> None:
    write(tmp_path, ALL)
    [row] = rows(tmp_path, "strides.jsonl")
    assert set(row) >= {
        *("id", "side", "contact_s", "toe_off_s", "stride_time_s", "contact_time_s"),
        *("flight_time_s", "cadence_spm", "peak_accel_axial_g", "peak_accel_resultant_g"),
        *("loading_rate_gps", "time_to_peak_s", "stride_length_m", "speed_mps"),
        *("strike_angle_deg", "pronation_velocity_dps", "clipped", "quality", "reasons"),
    }
    assert (row["id"], row["side"]) == ("ada/s1/left/400", "left")
    assert row["reasons"] == {"toe_off_s": "no gyroscope"}
    assert set(row) - {"id", "side"} == {f.name for f in fields(Stride)} - {"worn", "contact_index"}


def test_a_window_has_the_names_of_the_interfaces_page(tmp_path: Path) -> None:
    write(tmp_path, ALL)
    [row] = rows(tmp_path, "windows.jsonl")
    assert set(row) >= {
        *("t_s", "activity", "cadence_spm", "peak_accel_g", "contact_time_s", "asymmetry_pct"),
        *("stride_time_cv_pct", "speed_mps", "n_strides", "coverage", "quality"),
    }
    left_out = {"runner", "session", "end_s", "length_s"}
    assert set(row) - {"t_s"} == {f.name for f in fields(FormMetrics)} - left_out
    assert (row["t_s"], row["peak_accel_g"]) == (30.0, {"left": 8.0, "right": None})


def test_drift_and_cues_say_why(tmp_path: Path) -> None:
    write(tmp_path, ALL)
    [drift], [cue] = rows(tmp_path, "drift.jsonl"), rows(tmp_path, "cues.jsonl")
    why = {"metric": "cadence", "from": 170.0, "to": 165.0, "change_pct": -2.9, "confidence": 0.8}
    assert drift == {"id": DRIFT.id, "t_s": 700.0, "level": "alarm", "side": "left", **why}
    assert list(cue) == [
        *("id", "t_s", "kind", "shown", "suppressed_reason", "text", "why"),
        *("haptic", "metronome", "target", "outcome", "revision"),
    ]
    assert cue["why"] == why


def test_everything_else_is_an_event_of_a_type(tmp_path: Path) -> None:
    write(tmp_path, ALL)
    events = {row["type"]: row for row in rows(tmp_path, "events.jsonl")}
    assert set(events) == {"gap", "link", "event", "alert", "baseline"}
    assert events["gap"]["n_samples"] == 99
    assert events["link"]["state"] == "connected"
    assert events["event"]["text"] == "Learning you"
    assert events["alert"]["about"] == DRIFT.id
    assert events["baseline"]["usual"]["cadence"]["n_blocks"] == 9


def test_all_files_are_there_even_when_nothing_happened(tmp_path: Path) -> None:
    write(tmp_path / "new" / "folder", [])
    assert set(contents(tmp_path / "new" / "folder")) == {
        *("strides.jsonl", "windows.jsonl", "drift.jsonl", "cues.jsonl", "distance.jsonl"),
        *("events.jsonl", "summary.json"),
    }
    assert json.loads((tmp_path / "new" / "folder" / "summary.json").read_text()) == SUMMARY


def test_the_order_of_arrival_does_not_show(tmp_path: Path) -> None:
    right = replace(WORN, side=Side.RIGHT)
    later = [replace(STRIDE, contact_index=i, contact_s=i / 200) for i in (541, 682)]
    other = [replace(s, worn=right, contact_s=s.contact_s + 0.35) for s in later]
    write(tmp_path / "a", [*later, *other, EVENT, LINK])
    write(tmp_path / "b", [*other, LINK, *later, EVENT])
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert [r["side"] for r in rows(tmp_path / "a", "strides.jsonl")] == ["left", "right"] * 2


def test_times_are_written_on_the_recordings_own_clock(tmp_path: Path) -> None:
    write(tmp_path, [replace(STRIDE, toe_off_s=2.25), WINDOW, GAP, CUE], clock_offset_s=1000.0)
    [stride], [window] = rows(tmp_path, "strides.jsonl"), rows(tmp_path, "windows.jsonl")
    [gap], [cue] = rows(tmp_path, "events.jsonl"), rows(tmp_path, "cues.jsonl")
    assert (stride["contact_s"], stride["toe_off_s"], stride["stride_time_s"]) == (
        1002.0,
        1002.25,
        0.7,
    )
    assert (window["t_s"], cue["t_s"], gap["start_s"], gap["end_s"]) == (1030, 1705, 1001, 1001.5)


def test_an_earlier_session_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    write(tmp_path, [STRIDE])
    before = contents(tmp_path)
    with SessionFiles(tmp_path) as files:
        files.write(replace(STRIDE, contact_index=1))
        assert {n: b for n, b in contents(tmp_path).items() if not n.endswith(".part")} == before
    files.abandon()
    assert contents(tmp_path) == before


def test_what_stops_a_session_leaves_its_lines(tmp_path: Path) -> None:
    def session_that_breaks() -> None:
        with SessionFiles(tmp_path) as files:
            files.write(STRIDE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session_that_breaks()
    assert rows(tmp_path, "strides.jsonl.part")[0]["id"] == STRIDE.id
    assert not (tmp_path / "summary.json").exists()


def test_an_abandoned_session_leaves_no_new_folder_behind(tmp_path: Path) -> None:
    with SessionFiles(tmp_path / "new") as files:
        files.write(STRIDE)
    files.abandon()
    assert not (tmp_path / "new").exists()


def test_a_full_disk_is_told_and_keeps_the_earlier_session(tmp_path: Path) -> None:
    write(tmp_path, [STRIDE])
    before = contents(tmp_path)
    (tmp_path / "strides.jsonl.part").symlink_to("/dev/full")
    with SessionFiles(tmp_path) as files, pytest.raises(ServiceError) as caught:
        files.write(STRIDE)
    assert "the disk is full; free some space" in str(caught.value)
    assert caught.value.exit_code == 3
    (tmp_path / "strides.jsonl.part").unlink()
    assert {n: b for n, b in contents(tmp_path).items() if not n.endswith(".part")} == before


def test_a_disk_that_fills_up_never_leaves_half_a_line(tmp_path: Path) -> None:
    files = SessionFiles(tmp_path)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, old[1]))
    try:
        with files, pytest.raises(ServiceError, match="disk is full"):
            write_strides(files, 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    written = rows(tmp_path, "strides.jsonl.part")
    assert [row["id"] for row in written] == [f"ada/s1/left/{i}" for i in range(len(written))]
    assert len(written) > 5


@pytest.mark.parametrize("folder", ["a-file", "a-file/in/it", "/proc/stridecue"])
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a-file").write_text("mine")
    with pytest.raises(ServiceError, match="name another folder with --out") as caught:
        SessionFiles(tmp_path / folder)
    assert str(caught.value).isprintable()
    assert (tmp_path / "a-file").read_text() == "mine"


def test_a_number_that_is_none_is_refused_rather_than_written(tmp_path: Path) -> None:
    with SessionFiles(tmp_path) as files, pytest.raises(ValueError, match="quality is nan"):
        files.write(replace(STRIDE, quality=float("nan")))


def test_the_recordings_page_names_every_field(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "recordings.md").read_text()
    write(tmp_path, ALL)
    for name in ("drift", "cues"):
        [line] = [line for line in page.splitlines() if line.startswith(f"* `{name}.jsonl`")]
        [row] = rows(tmp_path, f"{name}.jsonl")
        assert re.findall(r"`(\w+)`", line) == list(row)
    for name in ("strides", "windows"):
        table = page.split(f"### `{name}.jsonl`")[1].split("###")[0]
        [row] = rows(tmp_path, f"{name}.jsonl")
        assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(row)
