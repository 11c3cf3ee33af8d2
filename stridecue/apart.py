"""Processes beside this one for long work: none of them outlives it, or hears its Ctrl-C."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import BaseContext


def belong_to_parent(niceness: int = 0) -> None:
    """Be a process of a pool: leave Ctrl-C to the parent, and end when it is gone, however.

    `niceness`: how far behind others it stands where processors are short (0-19).
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        message = "there is no parent to belong to"
        raise RuntimeError(message)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(niceness)

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True, name="follows its parent").start()


@contextmanager
def pool(
    jobs: int, context: BaseContext, initializer: Callable[[], None] = belong_to_parent
) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes that end when what they are for breaks off."""
    with ProcessPoolExecutor(jobs, context, initializer=initializer) as processes:
        try:
            yield processes
        except BaseException:  # nobody waits for what is under way
            processes.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.kill()  # a session in it takes SIGTERM as its own, and the next one begins
            raise
