"""Who wears which sensor: many at once from a file, one line for whatever is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.errors import InputError
from analytics.records import Placement, Side
from stridecue.roster_file import ROSTER, read_roster, with_first, write_roster
from stridecue.settings import load_settings

GOOD = """\ufeffName;Runner;Side;Placement;Gateway
# the juniors

pod-1;anna;Left;shoe;start
pod-2;anna;right;shoe;
"""


def roster(folder: Path, text: str) -> Path:
    path = folder / ROSTER
    path.write_text(text, encoding="utf-8")
    return path


def test_a_spreadsheets_csv_is_read_as_it_comes(tmp_path: Path) -> None:
    left, right = read_roster(roster(tmp_path, GOOD))
    assert (left.name, left.runner, left.side, left.gateway) == ("pod-1", "anna", "left", "start")
    assert (right.side, right.placement, right.gateway) == (Side.RIGHT, Placement.SHOE, None)


HEAD = "address,name,profile,runner,side,placement,rate_hz\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "roster.csv: has no header line; columns: address, name"),
        ("adress,runner\n", "line 1: 'adress' is no column, or stands there twice; columns:"),
        (
            HEAD + ",p,,anna,lft,shoe,\n",
            "line 2: side 'lft' is not allowed; input should be 'left'",
        ),
        (HEAD + ",p,,anna,,shoe,\n", "line 2: no side; field required"),
        (HEAD + ",,,anna,left,shoe,\n", "line 2: neither an address nor a name; give what"),
        (HEAD + ",p,,an na,left,shoe,\n", "line 2: runner 'an na' is not allowed; "),
        (HEAD + ",p,,anna,left,shoe,fast\n", "line 2: rate_hz 'fast' is not allowed; input sh"),
        (HEAD + ",p,,anna,left,shoe,200,7,8\n", "line 2: has 9 cells under 7 columns; columns:"),
        (
            HEAD + ",p,,anna,left,shoe,\n,p,,ben,left,shoe,\n",
            "line 3: p is also in line 2; leave one of the two",
        ),
        (
            HEAD + "\n,p,,anna,left,shoe,\n,q,,anna,left,shin,\n",
            "line 4: anna's left sensor is also in line 3; leave one of the two",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(InputError) as caught:
        read_roster(roster(tmp_path, text))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    sensors = read_roster(roster(tmp_path, GOOD))
    write_roster(tmp_path / "again.csv", sensors)
    assert read_roster(tmp_path / "again.csv") == sensors


def test_the_roster_beside_the_store_comes_before_the_settings_own_sensors(
    tmp_path: Path,
) -> None:
    entry = '[[sensors]]\nname = "{}"\nrunner = "{}"\nside = "left"\nplacement = "shin"\n'
    settings = tmp_path / "stridecue.toml"
    entries = entry.format("old", "anna") + entry.format("pod-3", "ben")
    settings.write_text(
        f'store.path = "{tmp_path / "stridecue.db"}"\n[[gateways]]\nid = "start"\n{entries}'
    )
    roster(tmp_path, GOOD)
    assert [s.name for s in load_settings(settings).sensors] == ["pod-1", "pod-2", "pod-3"]


def test_a_sensor_that_changes_legs_is_there_once(tmp_path: Path) -> None:
    left, right = read_roster(roster(tmp_path, GOOD))
    moved = left.model_copy(update={"side": Side.RIGHT})
    assert with_first([moved], [left, right]) == (moved,)
