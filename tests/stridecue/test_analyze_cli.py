"""`stridecue analyze` as it is typed: the example in its help, its report, its mistakes."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from analytics.records import Side
from stridecue.analyze_cli import _EXAMPLE, register
from stridecue.cli import main
from tests.stridecue.running import shoe_file
from tests.stridecue.test_analyze import FILES


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shoe_file(tmp_path_factory.mktemp("imu") / "left.csv", Side.LEFT)


def app() -> typer.Typer:
    application = typer.Typer()
    register(application)
    application.callback()(lambda: None)
    return application


def test_the_example_in_the_help_works_as_printed(
    left: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = left.read_text().splitlines()
    (tmp_path / "left.csv").write_text("\n".join(row.rsplit(",", 3)[0] for row in text))
    monkeypatch.chdir(tmp_path)
    helped = CliRunner().invoke(app(), ["analyze", "--help"])
    assert _EXAMPLE.removeprefix("Example: ") in " ".join(helped.output.split())
    words = shlex.split(_EXAMPLE.removeprefix("Example: stridecue "))
    result = CliRunner().invoke(app(), words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "left.csv: left shoe, 60.0 s at 200 Hz, no gyroscope" in result.output
    assert "running strides, cadence 16" in result.output
    assert "clipped unknown" in result.output
    assert "look again" not in result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES


def test_the_summary_is_json_when_asked(left: Path) -> None:
    words = ["analyze", str(left), "--placement", "shoe", "--side", "left", "--json"]
    units = ["--units", "g", "--gyro-units", "deg/s"]
    result = CliRunner().invoke(app(), [*words, *units], catch_exceptions=False)
    assert json.loads(result.output)["legs"]["left"]["strides"] > 60


@pytest.mark.parametrize(
    ("words", "exit_code", "what"),
    [
        ("none.csv --placement shoe --side left", 2, "none.csv: no such file"),
        (". --placement shoe --side left", 2, "this is a folder"),
        ("left.csv --placement shoe --side left", 2, "add --units g|m/s2"),
        ("left.csv --placement shoe --side left --units g --out left.csv", 2, "--gyro-units"),
        (
            "left.csv --placement shoe --side left --units g --gyro-units deg/s --out left.csv",
            3,
            "name another folder with --out",
        ),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    left: Path,
    words: str,
    exit_code: int,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(left.parent)
    monkeypatch.setattr(sys, "argv", ["stridecue", "analyze", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == exit_code
    said = capsys.readouterr()
    assert what in said.err
    assert said.err.count("\n") == 1
    assert not said.out
