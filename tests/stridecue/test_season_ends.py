"""A season that is broken off leaves no process behind that goes on writing to the store."""

import signal
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

from tests.children import begun, children_of, wait_for_the_end_of

_WORDS = ["--runners", "2", "--weeks", "5"]


def season(folder: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    """Return a season whose first runs are made."""
    where = {"STRIDECUE_STORE__PATH": str(folder / "stridecue.db")}
    return begun(["season", *_WORDS], said="Simulated season: ", settings=where)


def test_no_process_outlives_a_season_that_was_killed(tmp_path: Path) -> None:
    with season(tmp_path) as process:
        children = children_of(process.pid)
        process.kill()
    assert len(children) == 2
    wait_for_the_end_of(children)


def test_ctrl_c_ends_a_season_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with season(tmp_path) as process:
        children = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "is stored" not in told
    assert len(children) == 2
    wait_for_the_end_of(children)
