"""The first start on a machine: the analysis is compiled once, and who runs live need not wait.

The kernels give the same results as plain Python, to the last bit, so a live run can begin
without machine code while another process makes it for the next start.
"""

from __future__ import annotations

import os
import subprocess
import sys

from rich.console import Console

from analytics.kernels import machine_code

_PLAIN = "NUMBA_DISABLE_JIT"
_SLOW_ENOUGH = 8.0  # sensors in real time that plain Python follows: 2 % of a core each
_handle: list[subprocess.Popen[bytes]] = []  # let go of, it would complain of being unfinished


def be_ready(console: Console, *, sensors: float) -> None:
    """See that the analysis can run; do this before anything imports it.

    `sensors`: how many there are, times how much faster than real time they run.
    """
    if machine_code.is_complete() or os.environ.get(_PLAIN):
        return
    if sensors > _SLOW_ENOUGH:
        console.print("Compiling the analysis for this machine (once, about a minute)")
        from analytics.kernels.compile import compile_all  # noqa: PLC0415 - loads the compiler

        compile_all()
        return
    os.environ[_PLAIN] = "1"
    if not machine_code.claim():
        return
    console.print("Compiling the analysis in the background; the next start will be quicker")
    _handle.append(
        subprocess.Popen(
            [sys.executable, "-m", "analytics.kernels.compile"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C ends the run, not this
        )
    )
