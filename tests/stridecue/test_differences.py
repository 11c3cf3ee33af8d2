"""What differs between two runs is told row by row and figure by figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from analytics.errors import InputError
from stridecue.differences import differences, lines_of
from stridecue.files import NAMES

Row = dict[str, Any]


def folder(path: Path, *strides: Row, **others: list[Row]) -> Path:
    path.mkdir()
    for name in NAMES:
        rows = list(strides) if name == "strides" else others.get(name, [])
        (path / f"{name}.jsonl").write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in rows))
    return path


def stride(contact_s: float, **more: object) -> Row:
    row = {"id": f"a/b/left/{contact_s}", "side": "left", "contact_s": contact_s}
    return {**row, "toe_off_s": contact_s + 0.25, "peak_accel_axial_g": 8.0, "reasons": {}, **more}


def told(expected: Path, found: Path, *, at_most: int = 20) -> list[str]:
    return [
        line
        for difference in differences(expected, found)
        if difference
        for line in lines_of(difference, at_most=at_most)
    ]


def test_equal_runs_differ_in_nothing(tmp_path: Path) -> None:
    rows = stride(1.0), stride(1.7)
    assert told(folder(tmp_path / "a", *rows), folder(tmp_path / "b", *rows)) == []


def test_a_stride_that_moved_is_named_with_how_far(tmp_path: Path) -> None:
    expected = folder(tmp_path / "a", stride(1.0), stride(1.7))
    found = folder(tmp_path / "b", stride(1.0), stride(1.708, toe_off_s=1.95))
    head, figure, row = told(expected, found)
    assert head == "strides: 2 expected, 0 missing, 0 new, 1 moved, 0 otherwise changed"
    assert figure == "  contact_s: 1 changed, median +8 ms, most +8 ms"
    assert row == "  moved    left 1.700 s: contact +8.0 ms"


def test_strides_lost_and_won_do_not_shift_their_neighbours(tmp_path: Path) -> None:
    expected = folder(tmp_path / "a", stride(1.0), stride(1.7), stride(2.4))
    found = folder(tmp_path / "b", stride(1.7), stride(2.4), stride(3.1))
    _, *rows = told(expected, found)
    assert rows == ["  missing  left 1.000 s", "  new      left 3.100 s"]


def test_a_figure_that_became_unknown_says_why(tmp_path: Path) -> None:
    expected = folder(tmp_path / "a", stride(1.0))
    lost = stride(1.0, peak_accel_axial_g=None, reasons={"peak_accel_axial_g": "clipped"})
    *_, row = told(expected, folder(tmp_path / "b", lost))
    assert "peak_accel_axial_g 8.0 -> None" in row
    assert "reasons.peak_accel_axial_g None -> clipped" in row


def test_a_cue_is_the_same_if_it_comes_later_and_another_if_it_is_of_another_kind(
    tmp_path: Path,
) -> None:
    def cue(kind: str, t_s: float) -> Row:
        return {"id": "x", "t_s": t_s, "kind": kind, "why": {"from": 170.0, "to": 160.0}}

    expected = folder(tmp_path / "a", cues=[cue("cadence", 60.0)])
    later = folder(tmp_path / "b", cues=[cue("cadence", 75.0)])
    other = folder(tmp_path / "c", cues=[cue("fading", 60.0)])
    assert told(expected, later)[-1] == "  moved    cadence 60.000 s: t +15000.0 ms"
    assert told(expected, other)[1:] == [
        "  missing  cadence 60.000 s",
        "  new      fading 60.000 s",
    ]


def test_long_differences_are_cut_and_say_so(tmp_path: Path) -> None:
    expected = folder(tmp_path / "a", *(stride(float(n)) for n in range(30)))
    lines = told(expected, folder(tmp_path / "b"), at_most=5)
    assert len(lines) == 7
    assert lines[-1] == "  ... and 25 more (--all)"


def test_the_last_digits_of_another_processor_are_no_difference(tmp_path: Path) -> None:
    expected = folder(tmp_path / "a", stride(1.0))
    found = folder(tmp_path / "b", stride(1.0, peak_accel_axial_g=8.0 * (1.0 + 1e-9)))
    assert told(expected, found) == []


def test_a_folder_without_files_is_one_clear_line(tmp_path: Path) -> None:
    expected = folder(tmp_path / "a", stride(1.0))
    with pytest.raises(InputError, match=r"strides\.jsonl: cannot be compared"):
        told(expected, tmp_path / "nowhere")
