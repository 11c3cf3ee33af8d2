"""The one place where numba is named: a typed decorator for the per-sample state machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a scalar function; with NUMBA_DISABLE_JIT=1 it stays plain Python.

    No fastmath: the compiler may then neither fuse nor reorder the float64 arithmetic, so the
    results are the same to the last bit with and without numba.
    """
    return cast("F", njit(cache=True)(function))
