"""A season that is broken off leaves no process behind that goes on writing to the store."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.children import AS_FROM_A_TERMINAL, children_of, wait_for_the_end_of

ROOT = Path(__file__).parents[2]
_WORDS = ["--runners", "2", "--weeks", "5"]


@contextmanager
def begun(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a season whose first runs are made; it does not outlive the test."""
    with subprocess.Popen(
        [sys.executable, "-c", AS_FROM_A_TERMINAL, "season", *_WORDS],
        cwd=ROOT,
        env={**os.environ, "STRIDECUE_STORE__PATH": str(folder / "stridecue.db")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert any(line.startswith("Simulated season: ") for line in process.stdout)
            yield process
        finally:
            process.kill()


def test_no_process_outlives_a_season_that_was_killed(tmp_path: Path) -> None:
    with begun(tmp_path) as process:
        children = children_of(process.pid)
        process.kill()
    assert len(children) == 2
    wait_for_the_end_of(children)


def test_ctrl_c_ends_a_season_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with begun(tmp_path) as process:
        children = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "is stored" not in told
    assert len(children) == 2
    wait_for_the_end_of(children)
