"""Kernels that only kernels call, made callable for the tests."""

from collections.abc import Callable
from typing import TypeVar, cast

from analytics.kernels.jit import entry

F = TypeVar("F", bound=Callable[..., object])


def callable_kernel(kernel: F) -> F:
    """Return a `compiled` function as an `entry`."""
    return entry(cast("F", getattr(kernel, "py_func", kernel)))
