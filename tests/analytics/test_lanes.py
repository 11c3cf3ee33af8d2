"""Numbers side by side: each gets the bits that it would have by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analytics.kernels.axes import across, lanes, lanes_of, parts, singles, within
from analytics.kernels.jit import entry
from analytics.kernels.lanes import Lanes, alike, four, larger, next_four, numbers, put_four
from analytics.kernels.vectors import SingleArray
from analytics.records import FloatArray

vectors = hnp.arrays(np.float64, (5, 3), elements=st.floats(-1e6, 1e6, width=64))


@entry
def reckoned(rows: FloatArray, factor: float, out: FloatArray, few: FloatArray) -> float:
    """Put what lanes make of two rows into rows of `out`; return the sum over a third's axes."""
    u, v = lanes_of(rows, 0), lanes_of(rows, 1)
    out[0, 0], out[0, 1], out[0, 2] = parts(u + v)
    out[1, 0], out[1, 1], out[1, 2] = parts(u - v)
    out[2, 0], out[2, 1], out[2, 2] = parts(u * v)
    out[3, 0], out[3, 1], out[3, 2] = parts(factor * u)
    out[4, 0], out[4, 1], out[4, 2] = parts(abs(u))
    out[5, 0], out[5, 1], out[5, 2] = parts(larger(u, v))
    out[6, 0], out[6, 1], out[6, 2] = singles(u)
    out[7, 0], out[7, 1], out[7, 2] = parts(lanes(few[0], few[1], few[2]))
    return across(lanes_of(rows, 2))


@entry
def is_within(rows: FloatArray, limit: float) -> bool:
    """Tell whether no number of the first row is above a limit."""
    return within(lanes_of(rows, 0), limit)


@settings(deadline=None)
@given(rows=vectors, factor=st.floats(-1e3, 1e3))
def test_each_axis_is_reckoned_as_by_itself(rows: FloatArray, factor: float) -> None:
    u, v, third = rows[0], rows[1], rows[2]
    out, few = np.full((8, 3), np.nan), v.astype(np.float32)
    total = reckoned(rows, factor, out, few)
    out[6] = out[6].astype(np.float32)  # plain Python rounds where singles are stored
    single = u.astype(np.float32)
    expected = [u + v, u - v, u * v, factor * u, abs(u), np.maximum(u, v), single, few]
    assert (out == np.array(expected, np.float64)).all()
    assert total == third[0] + third[1] + third[2]


@settings(deadline=None)
@given(rows=vectors, limit=st.floats(-10.0, 10.0), axis=st.integers(0, 2))
def test_one_axis_above_a_limit_is_enough(rows: FloatArray, limit: float, axis: int) -> None:
    assert is_within(rows, limit) == bool((rows[0] <= limit).all())
    rows[0] = limit
    assert is_within(rows, limit)
    rows[0, axis] = np.nextafter(limit, np.inf)
    assert not is_within(rows, limit)


@settings(deadline=None)
@given(rows=vectors, factor=st.floats(-1e3, 1e3))
def test_plain_python_makes_the_same_of_it(rows: FloatArray, factor: float) -> None:
    u, v = Lanes(*rows[0].tolist()), Lanes(*rows[1].tolist())
    out = np.empty((8, 3))
    reckoned(rows, factor, out, rows[1].astype(np.float32))
    for k, w in enumerate((u + v, u - v, u * v, factor * u, abs(u))):
        assert (w.x, w.y, w.z) == tuple(out[k].tolist())


@entry
def apart(line: FloatArray, first: int, by: int, out: FloatArray) -> None:
    """Put numbers so far apart into a row of `out`, then what lanes make of them."""
    v = four(line, first, by)
    out[0] = numbers(v)
    out[1] = numbers(v * v - alike(line[first]))


@settings(deadline=None)
@given(
    line=hnp.arrays(np.float64, 40, elements=st.floats(-1e6, 1e6, width=64)),
    first=st.integers(0, 9),
    by=st.integers(1, 10),
)
def test_four_numbers_of_a_line_are_so_far_apart(line: FloatArray, first: int, by: int) -> None:
    out = np.empty((2, 4))
    apart(line, first, by, out)
    expected = line[first : first + 4 * by : by][:4]
    assert (out == np.array([expected, expected * expected - line[first]])).all()


@entry
def beside(line: FloatArray, singles: SingleArray, first: int, out: FloatArray) -> None:
    """Put four numbers of two lines, and what lanes make of them, into a third from `first` on."""
    u, v = next_four(line, first), next_four(singles, first)
    put_four(larger(u, v), out[0], first)
    put_four(1.0 - v, out[1], first)


@settings(deadline=None)
@given(
    line=hnp.arrays(np.float64, 12, elements=st.floats(-1e6, 1e6, width=64)),
    singles=hnp.arrays(np.float32, 12, elements=st.floats(-8.0, 8.0, width=32)),
    first=st.integers(0, 8),
)
def test_four_numbers_that_follow_each_other(
    line: FloatArray, singles: SingleArray, first: int
) -> None:
    out = np.full((2, 12), np.nan)
    beside(line, singles, first, out)
    at = slice(first, first + 4)
    wide = singles.astype(np.float64)
    assert (out[:, at] == np.array([np.maximum(line, wide), 1.0 - wide])[:, at]).all()
    out[:, at] = np.nan
    assert np.isnan(out).all()  # nothing beside them was written
