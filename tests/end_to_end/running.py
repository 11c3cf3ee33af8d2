"""Starts the real command as a user would, and reads what it says."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "stridecue"]


def environment(home: Path) -> dict[str, str]:
    """A user's environment with a home of its own; ports are any free ones, as others run too."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STRIDECUE_")}
    own = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "COLUMNS": "100"}
    return {**kept, **own, "STRIDECUE_MQTT__PORT": "0", "STRIDECUE_WEB__PORT": "0"}


def finished(
    home: Path, *arguments: str, timeout_s: float = 600.0
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(home),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


class Started:
    """A command that goes on while the test looks at it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        with self._changed:
            return "".join(self._lines)

    def wait_for(self, pattern: str, *, within_s: float) -> str:
        """Return the first group of the first match in the output."""
        until_s = time.monotonic() + within_s
        with self._changed:
            while not (found := re.search(pattern, "".join(self._lines))):
                left_s = until_s - time.monotonic()
                ended = self.process.poll() is not None and not self._reader.is_alive()
                if left_s <= 0 or ended:
                    message = f"no {pattern!r} in:\n{''.join(self._lines)}"
                    raise AssertionError(message)
                self._changed.wait(min(left_s, 1.0))
        return found.group(1) if found.groups() else found.group(0)

    def ended(self, *, within_s: float) -> int:
        """Return the exit code once the command has ended by itself."""
        code = self.process.wait(within_s)
        self._reader.join(10.0)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()


@contextlib.contextmanager
def started(
    *command: str,
    home: Path,
    stop: signal.Signals = signal.SIGTERM,
    more: Mapping[str, str] | None = None,
) -> Iterator[Started]:
    """Start a command, and stop it in the end if it has not ended by itself."""
    with subprocess.Popen(
        command,
        env={**environment(home), **(more or {})},
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    ) as process:
        try:
            yield Started(process)
        finally:
            if process.poll() is None:
                process.send_signal(stop)
                try:
                    process.wait(20.0)
                except subprocess.TimeoutExpired:
                    process.kill()


def stored(home: Path, sql: str) -> list[Any]:
    """Read from the store of the commands that were given this home."""
    store = sqlite3.connect(home / "data" / "stridecue" / "stridecue.db")
    try:
        return store.execute(sql).fetchall()
    finally:
        store.close()
