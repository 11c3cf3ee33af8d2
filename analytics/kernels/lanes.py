"""Four numbers in one operation, side by side in a vector of the processor.

A core adds four doubles in the time of one. `Lanes` is a value as a float is one: `+`, `-`, `*`
and `abs` work lane by lane, a float counts for all four, and each lane gets the bits that its
numbers would have by themselves. What is the same for a sensor's three axes (axes.py) or for four
stretches of a row (row.py) is reckoned so.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numba import types
from numba.core import cgutils, config
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model
from numpy.typing import NDArray

from analytics.records import FloatArray

Four: TypeAlias = tuple[float, float, float, float]

WIDTH = 4  # numbers in one

_llvm: Any = cgutils
_numba: Any = types
ir = _llvm.ir
WORD = ir.IntType(32)
FOUR = ir.VectorType(ir.DoubleType(), WIDTH)


class Lanes:
    """Four numbers: one for each axis and one that is nobody's, or one for each of four rows."""

    def __init__(self, x: float, y: float, z: float, w: float = 0.0) -> None:
        """Take the numbers."""
        self.x, self.y, self.z, self.w = x, y, z, w

    def __add__(self, o: Lanes) -> Lanes:
        """Add lane by lane."""
        return Lanes(self.x + o.x, self.y + o.y, self.z + o.z, self.w + o.w)

    def __sub__(self, o: Lanes) -> Lanes:
        """Subtract lane by lane."""
        return Lanes(self.x - o.x, self.y - o.y, self.z - o.z, self.w - o.w)

    def __rsub__(self, f: float) -> Lanes:
        """Subtract every lane from a number."""
        return Lanes(f - self.x, f - self.y, f - self.z, f - self.w)

    def __mul__(self, o: Lanes) -> Lanes:
        """Multiply lane by lane."""
        return Lanes(self.x * o.x, self.y * o.y, self.z * o.z, self.w * o.w)

    def __rmul__(self, f: float) -> Lanes:
        """Multiply every lane by a factor."""
        return Lanes(f * self.x, f * self.y, f * self.z, f * self.w)

    def __abs__(self) -> Lanes:
        """Return the size in each lane."""
        return Lanes(abs(self.x), abs(self.y), abs(self.z), abs(self.w))


Value = TypeVar("Value", float, Lanes)

if cast("Any", config).DISABLE_JIT:

    def alike(value: float) -> Lanes:
        """Return a number in all four lanes."""
        return Lanes(value, value, value, value)

    def four(line: FloatArray, first: int, apart: int) -> Lanes:
        """Return four numbers of a line, so many places apart."""
        x, y, z, w = (float(line[first + lane * apart]) for lane in range(WIDTH))
        return Lanes(x, y, z, w)

    def numbers(v: Lanes) -> Four:
        """Return the numbers in the lanes."""
        return v.x, v.y, v.z, v.w

    def next_four(line: NDArray[np.floating[Any]], first: int) -> Lanes:
        """Return four numbers of a line, one behind the other."""
        x, y, z, w = (float(line[first + lane]) for lane in range(WIDTH))
        return Lanes(x, y, z, w)

    def put_four(v: Lanes, line: FloatArray, first: int) -> None:
        """Put the numbers in the lanes into a line, one behind the other."""
        line[first], line[first + 1], line[first + 2], line[first + 3] = numbers(v)

    def larger(u: Lanes, v: Lanes) -> Lanes:
        """Return the larger in each lane."""
        return Lanes(max(u.x, v.x), max(u.y, v.y), max(u.z, v.z), max(u.w, v.w))

else:

    class _LanesType(types.Type):
        def __init__(self) -> None:
            super().__init__(name="Lanes")

    LANES = _LanesType()
    _infer_global: Any = infer_global
    _lower: Any = lower_builtin
    _signature: Any = signature

    @register_model(_LanesType)
    class _LanesModel(models.PrimitiveModel):
        def __init__(self, manager: Any, kind: Any) -> None:  # noqa: ANN401
            _base: Any = super()
            _base.__init__(manager, kind, FOUR)

    def _lift(operation: Callable[..., Any], build: Callable[..., Any], *kinds: Any) -> None:  # noqa: ANN401
        """Let an operator of Python work on lanes."""
        cases = {"cases": [_signature(LANES, *kinds)]}
        _infer_global(operation)(type("LanesOperator", (ConcreteTemplate,), cases))

        def lower(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            return build(builder, *arguments)

        _lower(operation, *kinds)(lower)

    def splat(builder: Any, value: Any) -> Any:  # noqa: ANN401
        """Put a number into all four lanes."""
        first = builder.insert_element(ir.Constant(FOUR, ir.Undefined), value, WORD(0))
        return builder.shuffle_vector(
            first, first, ir.Constant(ir.VectorType(WORD, WIDTH), [0] * WIDTH)
        )

    def _absolute(builder: Any, v: Any) -> Any:  # noqa: ANN401
        kind = ir.FunctionType(FOUR, [FOUR])
        fabs = _llvm.get_or_insert_function(builder.module, kind, "llvm.fabs.v4f64")
        return builder.call(fabs, [v])

    _lift(operator.add, lambda b, u, v: b.fadd(u, v), LANES, LANES)
    _lift(operator.sub, lambda b, u, v: b.fsub(u, v), LANES, LANES)
    _lift(operator.sub, lambda b, f, v: b.fsub(splat(b, f), v), types.float64, LANES)
    _lift(operator.mul, lambda b, u, v: b.fmul(u, v), LANES, LANES)
    _lift(operator.mul, lambda b, f, v: b.fmul(splat(b, f), v), types.float64, LANES)
    _lift(abs, _absolute, LANES)

    @intrinsic
    def alike(context: Any, value: Any) -> Any:  # noqa: ANN401, ARG001
        """Return a number in all four lanes."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            return splat(builder, arguments[0])

        return LANES(types.float64), code

    @intrinsic
    def four(context: Any, line: Any, first: Any, apart: Any) -> Any:  # noqa: ANN401, ARG001
        """Return four numbers of a line, so many places apart."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            array = context.make_array(sig.args[0])(context, builder, arguments[0])
            at, v = arguments[1], ir.Constant(FOUR, ir.Undefined)
            for lane in range(WIDTH):
                value = builder.load(builder.gep(array.data, [at]))
                v = builder.insert_element(v, value, WORD(lane))
                at = builder.add(at, arguments[2])
            return v

        return LANES(line, types.int64, types.int64), code

    @intrinsic
    def numbers(context: Any, v: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the numbers in the lanes."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            each = [builder.extract_element(arguments[0], WORD(lane)) for lane in range(WIDTH)]
            return context.make_tuple(builder, sig.return_type, each)

        return _numba.UniTuple(types.float64, WIDTH)(LANES), code

    def _four_at(context: Any, builder: Any, kind: Any, array: Any, first: Any) -> Any:  # noqa: ANN401
        """Return where four numbers of a line begin, as a vector, and the size of one."""
        data = context.make_array(kind)(context, builder, array).data
        at = builder.gep(data, [first])
        vector = ir.VectorType(data.type.pointee, WIDTH)
        return builder.bitcast(at, vector.as_pointer()), context.get_abi_sizeof(data.type.pointee)

    @intrinsic
    def next_four(context: Any, line: Any, first: Any) -> Any:  # noqa: ANN401, ARG001
        """Return four numbers of a line, one behind the other."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            at, size = _four_at(context, builder, sig.args[0], *arguments)
            v = builder.load(at, align=size)
            return v if v.type == FOUR else builder.fpext(v, FOUR)

        return LANES(line, types.int64), code

    @intrinsic
    def put_four(context: Any, v: Any, line: Any, first: Any) -> Any:  # noqa: ANN401, ARG001
        """Put the numbers in the lanes into a line, one behind the other."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            at, size = _four_at(context, builder, sig.args[1], *arguments[1:])
            builder.store(arguments[0], at, align=size)
            return context.get_dummy_value()

        return _numba.void(LANES, line, types.int64), code

    @intrinsic
    def larger(context: Any, u: Any, v: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the larger in each lane."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            u, v = arguments
            return builder.select(builder.fcmp_ordered(">", v, u), v, u)

        return LANES(LANES, LANES), code
