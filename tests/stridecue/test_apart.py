"""Processes of a pool end with what they are for."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Event

from stridecue.apart import belong_to_parent, pool

_deaf: Event


def begin(deaf: Event) -> None:
    belong_to_parent()
    global _deaf  # noqa: PLW0603 - how a pool's processes share a value
    _deaf = deaf


def stays() -> None:
    """Do as a session does: take SIGTERM for itself."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _deaf.set()
    time.sleep(600.0)


def broken_off() -> multiprocessing.process.BaseProcess:
    """Return the process of a pool that was left by Ctrl-C."""
    context = multiprocessing.get_context("fork")
    deaf = context.Event()
    started: Callable[[], None] = partial(begin, deaf)
    child = multiprocessing.process.current_process()
    try:
        with pool(1, context, started) as processes:
            processes.submit(stays)
            assert deaf.wait(30.0)
            (child,) = multiprocessing.active_children()
            raise KeyboardInterrupt  # noqa: TRY301 - as Ctrl-C does, inside
    except KeyboardInterrupt:
        return child


def test_what_breaks_off_does_not_wait_for_a_process_that_is_deaf_to_sigterm() -> None:
    child = broken_off()
    child.join(10.0)
    assert child.exitcode == -signal.SIGKILL
