"""A sensor's axes side by side: `Lanes` whose last number is nobody's, zero or not looked at."""

from __future__ import annotations

from typing import Any, cast

from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic

from analytics.kernels.jit import compiled
from analytics.kernels.lanes import Lanes
from analytics.kernels.vectors import SingleArray, Vector
from analytics.records import FloatArray

_llvm: Any = cgutils
_numba: Any = types
_AXES = 3
_ANYWHERE = 1  # byte of memory: records are packed

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

    def within(v: Lanes, limit: float) -> bool:
        """Tell whether no axis has more than a limit."""
        return v.x <= limit and v.y <= limit and v.z <= limit

else:
    from analytics.kernels.lanes import FOUR, LANES, WORD, ir, splat

    @intrinsic
    def lanes(context: Any, x: Any, y: Any, z: Any) -> Any:  # noqa: ANN401, ARG001
        """Return three numbers, all of single precision or none, side by side."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            kind = ir.VectorType(arguments[0].type, 4)
            four = ir.Constant(kind, [0.0] * 4)
            for axis, value in enumerate(arguments):
                four = builder.insert_element(four, value, WORD(axis))
            return four if kind == FOUR else builder.fpext(four, FOUR)

        kind = types.float32 if x == types.float32 else types.float64
        return LANES(kind, kind, kind), code

    @intrinsic
    def lanes_of(context: Any, rows: Any, k: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the k-th of some rows of three numbers."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            array = context.make_array(sig.args[0])(context, builder, arguments[0])
            at = builder.mul(arguments[1], builder.extract_value(array.strides, 0))
            place = builder.gep(builder.bitcast(array.data, _llvm.voidptr_t), [at])
            place = builder.bitcast(place, FOUR.as_pointer())
            bit = ir.IntType(1)
            mask = ir.VectorType(bit, 4)
            kind = ir.FunctionType(FOUR, [FOUR.as_pointer(), WORD, mask, FOUR])
            load = _llvm.get_or_insert_function(builder.module, kind, "llvm.masked.load.v4f64.p0")
            which = ir.Constant(mask, [bit(1)] * _AXES + [bit(0)])
            none = ir.Constant(FOUR, [0.0] * 4)
            return builder.call(load, [place, WORD(_ANYWHERE), which, none])

        return LANES(rows, types.int64), code

    @intrinsic
    def parts(context: Any, v: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the numbers of the axes."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            each = [builder.extract_element(arguments[0], WORD(a)) for a in range(_AXES)]
            return context.make_tuple(builder, sig.return_type, each)

        return _numba.UniTuple(types.float64, _AXES)(LANES), code

    @intrinsic
    def singles(context: Any, v: Any) -> Any:  # noqa: ANN401, ARG001
        """Return the numbers of the axes in single precision."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401
            four = builder.fptrunc(arguments[0], ir.VectorType(ir.FloatType(), 4))
            each = [builder.extract_element(four, WORD(a)) for a in range(_AXES)]
            return context.make_tuple(builder, sig.return_type, each)

        return _numba.UniTuple(types.float32, _AXES)(LANES), code

    @intrinsic
    def within(context: Any, v: Any, limit: Any) -> Any:  # noqa: ANN401, ARG001
        """Tell whether no axis has more than a limit."""

        def code(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
            is_in = builder.fcmp_ordered("<=", arguments[0], splat(builder, arguments[1]))
            bits = builder.bitcast(is_in, ir.IntType(4))
            axes = ir.IntType(4)(2**_AXES - 1)
            return builder.icmp_unsigned("==", builder.and_(bits, axes), axes)

        return types.boolean(LANES, types.float64), code


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
