"""The one place where numba is named: a typed decorator for the per-sample state machines.

The kernels are scalar functions over records (one numpy record a stream and part) and compiled
as they stand. Without the compiler each touch of a numpy record costs a microsecond, so plain
Python works on a copy in ordinary objects: `loaded` at the start of a block of samples, `stored`
at its end. Compiled, both do nothing. For that to work the kernels index the arrays inside a
record one axis at a time (`m[a][b]`).
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.core import cgutils, config
from numba.extending import intrinsic

from analytics.kernels import machine_code

F = TypeVar("F", bound=Callable[..., object])

cast("Any", config).CACHE_DIR = str(machine_code.folder())


# No fastmath: the compiler may then neither fuse nor reorder the float64 arithmetic, so the
# results are the same to the last bit with and without numba. What makes it six times faster,
# measured: kernels allocate nothing, so arrays are not reference-counted (`_nrt`); a division by
# zero is not looked for (the kernels must not divide by it: plain Python would raise); and
# functions are inlined into their callers. Loops over three axes are better written out: the
# vectorizer gathers and scatters them one lane short.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "forceinline": True, "_nrt": False}
# Three quarters of the compiler's time go into machine code of its own for each function.
_INNER: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# Of `ask_for`: a line of memory is 64 bytes on most machines, the rest is llvm.prefetch's code.
LINE, TO_WRITE, NEAREST, DATA = 64, 1, 3, 1


def compiled(function: F) -> F:
    """Compile a scalar function into the kernels that call it; Python itself cannot call it.

    With NUMBA_DISABLE_JIT=1 it stays plain Python, and so does an `entry`.
    """
    return cast("F", njit(**_OPTIONS, **_INNER)(function))


def entry(function: F) -> F:
    """Compile a kernel that Python calls, with all it calls, and keep the machine code on disk."""
    return cast("F", njit(cache=True, **_OPTIONS)(function))


def _plain(value: Any, names: tuple[str, ...] | None, kind: np.dtype[Any]) -> Any:  # noqa: ANN401
    """Return a record's value as ordinary objects: attributes, lists, floats and ints."""
    if names is None:
        return value.tolist() if isinstance(value, np.ndarray) else value
    parts = zip(names, value, strict=True)
    return SimpleNamespace(**{n: _plain(v, kind[n].names, kind[n]) for n, v in parts})


def _packed(state: Any) -> Any:  # noqa: ANN401
    """Return what `_plain` made as the nested tuples that numpy stores into a record."""
    if isinstance(state, SimpleNamespace):
        return tuple(_packed(value) for value in vars(state).values())
    return state


if cast("Any", config).DISABLE_JIT:

    def loaded(records: Any, i: int) -> Any:  # noqa: ANN401
        """Return record i to work on."""
        return _plain(records[i].item(), records.dtype.names, records.dtype)

    def stored(records: Any, i: int, state: Any) -> None:  # noqa: ANN401
        """Put the record back that `loaded` returned."""
        records[i] = _packed(state)

    def place(k: int) -> int:
        """Return an index that is not negative."""
        return k

    def ask_for(array: Any, at: int, n: int) -> None:  # noqa: ANN401
        """Do nothing: plain Python does not wait for memory."""

else:

    @compiled
    def loaded(records: Any, i: int) -> Any:  # noqa: ANN401
        """Return record i to work on, in place."""
        return records[i]

    @compiled
    def stored(records: Any, i: int, state: Any) -> None:  # noqa: ANN401
        """Do nothing: the record was worked on in place."""

    _unsigned: Any = np.uint64

    @compiled
    def place(k: int) -> int:
        """Return an index that is not negative: one that may be is looked at each time."""
        index: int = _unsigned(k)
        return index

    def _asking(context: Any, array: Any, at: Any) -> Any:  # noqa: ANN401, ARG001 - as numba wants it
        """Return how to ask for the line of memory that holds an array's byte."""

        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            place, word = _llvm.voidptr_t, _llvm.int32_t
            kind = _llvm.ir.FunctionType(_llvm.ir.VoidType(), [place, word, word, word])
            ask = _llvm.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
            line = builder.gep(builder.bitcast(array.data, place), [arguments[1]])
            builder.call(ask, [line, word(TO_WRITE), word(NEAREST), word(DATA)])
            return context.get_dummy_value()

        return types.void(array, types.int64), code

    _llvm: Any = cgutils
    _ask: Any = intrinsic(_asking)

    @compiled
    def ask_for(array: Any, at: int, n: int) -> None:  # noqa: ANN401
        """Ask the memory for n bytes of an array from byte `at` on, and do not wait for them."""
        for line in range(at, at + n, LINE):
            _ask(array, line)
