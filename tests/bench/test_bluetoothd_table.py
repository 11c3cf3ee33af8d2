"""The run with a real bluetoothd counts what is missing and says where it cannot run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.records import Placement, SampleBlock, Side, Worn
from bench import bluetoothd
from bench.bluetoothd import Heard, Run, rows_of

WORN = Worn(runner="r", session="s", side=Side.LEFT, placement=Placement.SHOE)


def block(first: int, n: int = 10, *, late: bool = False) -> SampleBlock:
    return SampleBlock(
        worn=WORN,
        first_index=first,
        time_s=np.arange(n) / 200.0,
        accel_g=np.zeros((n, 3)),
        gyro_radps=None,
        range_g=16.0,
        rate_hz=200.0,
        late=late,
    )


def figures(*blocks: SampleBlock) -> dict[str, float | None]:
    heard = Heard()
    for each in blocks:
        heard.take("r-left", each)
    run = Run(found=1, heard=heard, connect_s=1.0, resume_s=[0.5, 2.5, 1.0], cpu_pct=5.0)
    return {row.name: row.value for row in rows_of(run)}


def test_what_came_late_is_not_lost_and_what_came_twice_is_doubled() -> None:
    told = figures(block(0), block(30), block(10, 8, late=True), block(30))
    assert (told["samples_lost"], told["samples_duplicated"], told["samples_late"]) == (12, 10, 8)


def test_how_soon_links_are_back() -> None:
    told = figures(block(0))
    assert (told["resume_median_s"], told["resume_worst_s"]) == (1.0, 2.5)


def test_without_a_virtual_controller_it_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bluetoothd, "_DEVICE", tmp_path / "vhci")
    assert bluetoothd.main([]) == 3
    assert capsys.readouterr().err.count("\n") == 1
