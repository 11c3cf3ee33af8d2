"""Every command's help carries an example, and the example works as printed."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from analytics.records import Side
from stridecue.cli import app
from tests.end_to_end.running import environment
from tests.stridecue.running import shoe_file

COMMANDS = ["", *sorted(str(name) for name in typer.main.get_command(app).commands)]  # type: ignore[attr-defined]
# Files the examples speak of come from other examples, so those run first.
FIRST = ["record"]


def help_of(command: str) -> str:
    words = [sys.executable, "-m", "stridecue", *command.split(), "--help"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def example_in(text: str) -> str:
    found = re.search(r"Example: (.+)\Z", text, re.DOTALL)
    assert found, f"no example in:\n{text}"
    return " ".join(found.group(1).split())


def accelerometer_only(path: Path) -> None:
    lines = [",".join(line.split(",")[:4]) for line in path.read_text().splitlines()]
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_carries_an_example_of_it(command: str) -> None:
    assert shlex.split(example_in(help_of(command)))[:1] == ["stridecue"]
    assert command in example_in(help_of(command))


@pytest.mark.timeout(900)  # eight commands one after another, runs of half an hour among them
def test_every_example_works_as_printed(tmp_path: Path) -> None:
    accelerometer_only(shoe_file(tmp_path / "left.csv", Side.LEFT))
    (tmp_path / "stricter.toml").write_text("[cues]\nmost_per_30_min = 4\n")
    ordered = sorted(COMMANDS, key=lambda command: command not in FIRST)
    for command in ordered:
        words = shlex.split(example_in(help_of(command)))
        result = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert result.returncode == 0, f"{shlex.join(words)}:\n{result.stdout}{result.stderr}"
    assert (tmp_path / "again" / "strides.jsonl").stat().st_size > 0
    assert (tmp_path / "out" / "summary.json").exists()


def test_every_command_stands_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    for command in filter(None, COMMANDS):
        assert f"`{command}`" in readme, f"{command} is not in README.md"
