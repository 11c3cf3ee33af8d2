"""Three numbers in one operation: a sensor's axes side by side in a vector of the processor.

A filter's arithmetic is the same for all three axes, and a core adds four doubles in the time of
one. `Lanes` is a value as a float is one: `+`, `-`, `*` and `abs` work axis by axis, a float
counts for all three, and each axis gets the bits that it would have by itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, cast

from numba import types
from numba.core import cgutils, config
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

from analytics.kernels.jit import compiled
from analytics.kernels.vectors import SingleArray, Vector
from analytics.records import FloatArray

_llvm: Any = cgutils
_numba: Any = types
_ir = _llvm.ir
_WORD, _SINGLE, _DOUBLE = _ir.IntType(32), _ir.FloatType(), _ir.DoubleType()
_FOUR = _ir.VectorType(_DOUBLE, 4)  # of which the last is nobody's: it is zero, or not looked at
_AXES = 3
_ANYWHERE = 1  # byte of memory: records are packed


class Lanes:
    """Three numbers, one for each axis."""

    def __init__(self, x: float, y: float, z: float) -> None:
        """Take the numbers of the axes."""
        self.x, self.y, self.z = x, y, z

    def __add__(self, other: Lanes) -> Lanes:
        """Add axis by axis."""
        return Lanes(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other: Lanes) -> Lanes:
        """Subtract axis by axis."""
        return Lanes(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, other: Lanes) -> Lanes:
        """Multiply axis by axis."""
        return Lanes(self.x * other.x, self.y * other.y, self.z * other.z)

    def __rmul__(self, factor: float) -> Lanes:
        """Multiply every axis by a factor."""
        return Lanes(factor * self.x, factor * self.y, factor * self.z)

    def __abs__(self) -> Lanes:
        """Return the size on each axis."""
        return Lanes(abs(self.x), abs(self.y), abs(self.z))


if cast("Any", config).DISABLE_JIT:

    def lanes(x: float, y: float, z: float) -> Lanes:
        """Return three numbers side by side."""
        return Lanes(float(x), float(y), float(z))

    def lanes_of(rows: FloatArray, k: int) -> Lanes:
        """Return the k-th of some rows of three numbers."""
        row = rows[k]
        return Lanes(float(row[0]), float(row[1]), float(row[2]))

    def parts(v: Lanes) -> Vector:
        """Return the numbers of the axes."""
        return v.x, v.y, v.z

    singles = parts

    def larger(u: Lanes, v: Lanes) -> Lanes:
        """Return the larger on each axis."""
        return Lanes(max(u.x, v.x), max(u.y, v.y), max(u.z, v.z))

    def within(v: Lanes, limit: float) -> bool:
        """Tell whether no axis has more than a limit."""
        return v.x <= limit and v.y <= limit and v.z <= limit

else:

    class _LanesType(types.Type):
        def __init__(self) -> None:
            super().__init__(name="Lanes")

    _lanes = _LanesType()
    _infer_global: Any = infer_global
    _lower: Any = lower_builtin
    _signature: Any = signature

    @register_model(_LanesType)
    class _LanesModel(models.PrimitiveModel):
        def __init__(self, manager: Any, kind: Any) -> None:  # noqa: ANN401
            _base: Any = super()
            _base.__init__(manager, kind, _FOUR)

    def _lift(operation: Callable[..., Any], build: Callable[..., Any], *kinds: Any) -> None:  # noqa: ANN401
        """Let an operator of Python work on lanes."""
        cases = {"cases": [_signature(_lanes, *kinds)]}
        _infer_global(operation)(type("LanesOperator", (ConcreteTemplate,), cases))

        def lower(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            return build(builder, *arguments)

        _lower(operation, *kinds)(lower)

    def _splat(builder: Any, value: Any) -> Any:  # noqa: ANN401
        first = builder.insert_element(_ir.Constant(_FOUR, _ir.Undefined), value, _WORD(0))
        return builder.shuffle_vector(first, first, _ir.Constant(_ir.VectorType(_WORD, 4), [0] * 4))

    def _absolute(builder: Any, v: Any) -> Any:  # noqa: ANN401
        kind = _ir.FunctionType(_FOUR, [_FOUR])
        fabs = _llvm.get_or_insert_function(builder.module, kind, "llvm.fabs.v4f64")
        return builder.call(fabs, [v])

    _lift(operator.add, lambda b, u, v: b.fadd(u, v), _lanes, _lanes)
    _lift(operator.sub, lambda b, u, v: b.fsub(u, v), _lanes, _lanes)
    _lift(operator.mul, lambda b, u, v: b.fmul(u, v), _lanes, _lanes)
    _lift(operator.mul, lambda b, f, v: b.fmul(_splat(b, f), v), types.float64, _lanes)
    _lift(abs, _absolute, _lanes)

    @intrinsic
    def lanes(context: Any, x: Any, y: Any, z: Any) -> Any:  # noqa: ANN401, ARG001
        """Return three numbers, all of single precision or none, side by side."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            kind = _ir.VectorType(arguments[0].type, 4)
            four = _ir.Constant(kind, [0.0] * 4)
            for axis, value in enumerate(arguments):
                four = builder.insert_element(four, value, _WORD(axis))
            return four if kind == _FOUR else builder.fpext(four, _FOUR)

        kind = types.float32 if x == types.float32 else types.float64
        return _lanes(kind, kind, kind), code

    @intrinsic
    def lanes_of(context: Any, rows: Any, k: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the k-th of some rows of three numbers."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            array = context.make_array(sig.args[0])(context, builder, arguments[0])
            at = builder.mul(arguments[1], builder.extract_value(array.strides, 0))
            place = builder.gep(builder.bitcast(array.data, _llvm.voidptr_t), [at])
            place = builder.bitcast(place, _FOUR.as_pointer())
            bit = _ir.IntType(1)
            mask = _ir.VectorType(bit, 4)
            kind = _ir.FunctionType(_FOUR, [_FOUR.as_pointer(), _WORD, mask, _FOUR])
            load = _llvm.get_or_insert_function(builder.module, kind, "llvm.masked.load.v4f64.p0")
            which = _ir.Constant(mask, [bit(1)] * _AXES + [bit(0)])
            none = _ir.Constant(_FOUR, [0.0] * 4)
            return builder.call(load, [place, _WORD(_ANYWHERE), which, none])

        return _lanes(rows, types.int64), code

    @intrinsic
    def parts(context: Any, v: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the numbers of the axes."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            each = [builder.extract_element(arguments[0], _WORD(a)) for a in range(_AXES)]
            return context.make_tuple(builder, sig.return_type, each)

        return _numba.UniTuple(types.float64, _AXES)(_lanes), code

    @intrinsic
    def singles(context: Any, v: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the numbers of the axes in single precision."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            four = builder.fptrunc(arguments[0], _ir.VectorType(_SINGLE, 4))
            each = [builder.extract_element(four, _WORD(a)) for a in range(_AXES)]
            return context.make_tuple(builder, sig.return_type, each)

        return _numba.UniTuple(types.float32, _AXES)(_lanes), code

    @intrinsic
    def larger(context: Any, u: Any, v: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the larger on each axis."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            u, v = arguments
            return builder.select(builder.fcmp_ordered(">", v, u), v, u)

        return _lanes(_lanes, _lanes), code

    @intrinsic
    def within(context: Any, v: Any, limit: Any) -> Any:  # noqa: ANN401, ARG001
        """Tell whether no axis has more than a limit."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            is_in = builder.fcmp_ordered("<=", arguments[0], _splat(builder, arguments[1]))
            bits = builder.bitcast(is_in, _ir.IntType(4))
            axes = _ir.IntType(4)(2**_AXES - 1)
            return builder.icmp_unsigned("==", builder.and_(bits, axes), axes)

        return types.boolean(_lanes, types.float64), code


@compiled
def across(v: Lanes) -> float:
    """Return the sum over the axes."""
    x, y, z = parts(v)
    return x + y + z


@compiled
def lay(v: Lanes, row: FloatArray) -> None:
    """Put the numbers of the axes into a row."""
    row[0], row[1], row[2] = parts(v)


@compiled
def spread(v: Lanes, columns: SingleArray, first: int, k: int) -> None:
    """Put the numbers of the axes into the k-th places of neighbouring columns."""
    columns[first, k], columns[first + 1, k], columns[first + 2, k] = singles(v)
