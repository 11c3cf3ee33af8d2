"""Processes that a command starts: whose they are, and that none of them stays behind."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_END_WITHIN_S = 60.0
# What a shell starts in the background ignores Ctrl-C, and so does what that starts.
_AS_FROM_A_TERMINAL = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("stridecue", run_name="__main__")
"""


@contextmanager
def begun(
    words: list[str], *, said: str, settings: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Give a command that has said a line that begins so; it does not outlive the test."""
    with subprocess.Popen(
        [sys.executable, "-c", _AS_FROM_A_TERMINAL, *words],
        cwd=_ROOT,
        env={**os.environ, **(settings or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert any(line.startswith(said) for line in process.stdout)
            yield process
        finally:
            process.kill()


def children_of(pid: int) -> list[Path]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [Path("/proc", child) for child in found]


def wait_for_the_end_of(processes: list[Path]) -> None:
    until_s = time.monotonic() + _END_WITHIN_S
    while any(process.exists() for process in processes):
        assert time.monotonic() < until_s
        time.sleep(0.05)
