"""The first start on a machine: nobody who runs live waits for the compiler."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from analytics.kernels import machine_code
from stridecue import compiling


class Started:
    """Stands in for a process."""

    commands: list[list[str]]

    def __init__(self, command: list[str], **_: object) -> None:
        Started.commands.append(command)


@pytest.fixture(autouse=True)
def new_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Started.commands = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "0")  # so that what the code sets is undone
    monkeypatch.delenv("NUMBA_DISABLE_JIT")
    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(compiling, "_handle", [])


def told(*, sensors: float) -> str:
    console = Console(file=io.StringIO(), width=200)
    compiling.be_ready(console, sensors=sensors)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_live_run_begins_without_machine_code_while_it_is_being_made() -> None:
    assert "in the background" in told(sensors=2.0)
    assert Started.commands == [[sys.executable, "-m", "analytics.kernels.compile"]]
    assert os.environ["NUMBA_DISABLE_JIT"] == "1"


def test_two_starts_in_a_row_compile_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told(sensors=2.0)
    monkeypatch.delenv("NUMBA_DISABLE_JIT")
    assert told(sensors=2.0) == ""
    assert os.environ["NUMBA_DISABLE_JIT"] == "1"
    assert len(Started.commands) == 1


def test_what_runs_faster_than_life_waits_for_the_machine_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = []
    monkeypatch.setattr("analytics.kernels.compile.compile_all", lambda: compiled.append(1))
    assert "once, about a minute" in told(sensors=float("inf"))
    assert compiled == [1]
    assert "NUMBA_DISABLE_JIT" not in os.environ


def test_a_second_start_says_nothing() -> None:
    machine_code.complete()
    assert told(sensors=2.0) == ""
    assert Started.commands == []


def test_an_edited_kernel_is_a_new_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = tmp_path / "kernels"
    sources.mkdir()
    kernel = sources / "contact.py"
    kernel.write_text("A = 1\n")
    monkeypatch.setattr(machine_code, "_SOURCES", sources)
    machine_code.complete()
    assert machine_code.is_complete()
    kernel.write_text("A = 12\n")
    assert not machine_code.is_complete()


def test_only_the_latest_states_of_the_sources_keep_their_machine_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tmp_path / "kernels"
    sources.mkdir()
    monkeypatch.setattr(machine_code, "_SOURCES", sources)
    for n in range(6):
        (sources / "contact.py").write_text("A" * n)
        machine_code.complete()
    assert machine_code.is_complete()
    assert len(list(tmp_path.glob("kernels-*"))) <= 4
