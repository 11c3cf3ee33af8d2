"""Samples from anywhere go through the service as a recording does."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from analytics.errors import InputError
from analytics.records import Placement, Side
from sensor_gateway.columns import AccelUnit, GyroUnit
from stridecue.analyze import Reading, analyze
from stridecue.replay import Playing, replay_tables
from stridecue.service import Speed, latency_lines
from stridecue.settings import Settings
from tests.stridecue.running import shoe_file

NAMES = ("strides.jsonl", "windows.jsonl", "drift.jsonl")
READING = Reading(placement=Placement.SHOE, units=AccelUnit.G, gyro_units=GyroUnit.DPS)


def settings(folder: Path) -> Settings:
    return Settings.model_validate({"store": {"path": folder / "store.sqlite"}})


def test_tables_replayed_at_most_speed_give_what_analyze_gives(tmp_path: Path) -> None:
    files = [
        shoe_file(tmp_path / f"{side}.csv", side, duration_s=50.0, gap=side is Side.LEFT)
        for side in Side
    ]
    analyze(files, sides=list(Side), reading=READING, out=tmp_path / "analyzed")
    shown: list[dict[str, Any]] = []
    playing = Playing(
        settings=settings(tmp_path),
        speed=Speed.parse("max"),
        out=tmp_path / "replayed",
        console=Console(file=io.StringIO()),
        show=shown.append,
    )
    replay_tables(files, sides=list(Side), reading=READING, playing=playing)
    for name in NAMES:
        analyzed = (tmp_path / "analyzed" / name).read_bytes()
        assert (tmp_path / "replayed" / name).read_bytes() == analyzed
    assert shown[0]["strides"] > 80
    assert shown[0]["legs"]["left"]["gaps"] == 1


def test_a_table_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text("nothing")
    playing = Playing(
        settings=settings(tmp_path),
        speed=Speed.parse("max"),
        out=None,
        console=Console(file=io.StringIO()),
        show=lambda _: None,
    )
    with pytest.raises(InputError, match=r"left\.csv"):
        replay_tables([tmp_path / "left.csv"], sides=[Side.LEFT], reading=READING, playing=playing)


def test_percentiles_are_told_of_what_was_shown_only() -> None:
    told: dict[str, dict[str, Any]] = {
        "stride": {"n": 0, "p50_s": None, "p95_s": None, "max_s": None},
        "cue": {"n": 3, "p50_s": 0.1, "p95_s": 0.2, "max_s": 0.2},
    }
    assert latency_lines(told) == [
        "cue latency, sensor to page: p50 100 ms, p95 200 ms, at most 200 ms of 3"
    ]
