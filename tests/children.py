"""Processes that a command starts: whose they are, and that none of them stays behind."""

import time
from pathlib import Path

_END_WITHIN_S = 60.0
# What a shell starts in the background ignores Ctrl-C, and so does what that starts.
AS_FROM_A_TERMINAL = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("stridecue", run_name="__main__")
"""


def children_of(pid: int) -> list[Path]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [Path("/proc", child) for child in found]


def wait_for_the_end_of(processes: list[Path]) -> None:
    until_s = time.monotonic() + _END_WITHIN_S
    while any(process.exists() for process in processes):
        assert time.monotonic() < until_s
        time.sleep(0.05)
