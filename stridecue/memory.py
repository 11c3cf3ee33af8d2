"""The garbage collector while a session goes on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled_memory(*, new_objects: int = 10_000) -> Iterator[None]:
    """Keep what the start has made out of the garbage collector's sight while sessions go on.

    To look through half a million objects of libraries takes it 0.1 s, in the middle of a run and
    again and again: a third of a simulated hour. What a run makes hangs together in circles
    seldom enough to be looked through after ten thousand new objects instead of 700; or after
    `new_objects`, where a whole run's records are held at once.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(new_objects, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
