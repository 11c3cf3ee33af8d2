"""Whatever bytes a file holds: a valid recording, or an InputError on one line."""

from __future__ import annotations

import gzip
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analytics.errors import InputError
from analytics.records import Gap, SampleBlock
from sensor_gateway.columns import AccelUnit, GyroUnit
from tests.sensor_gateway.imu_files import columns, parquet, read, write


def only_blocks_or_one_line(path: Path) -> None:
    """Import any file at all: valid blocks and gaps in order, or an InputError on one line."""
    items: list[SampleBlock | Gap] = []
    refused = ""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            items = read(path, units=AccelUnit.G, gyro_units=GyroUnit.DPS)
        except InputError as error:
            refused = str(error)
    assert refused.isprintable()
    index, last_s = 0, -np.inf
    for item in items:
        assert item.first_index == index
        if isinstance(item, Gap):
            assert item.n_samples is not None
            assert item.start_s == last_s
            index += item.n_samples
            continue
        assert isinstance(item, SampleBlock)
        assert np.all(np.diff(np.append(last_s, item.time_s)) > 0)
        assert np.isfinite(item.accel_g).all()
        assert item.accel_g.shape == (len(item), 3)
        index, last_s = index + len(item), item.time_s[-1]


_CELL = st.one_of(
    st.floats(width=32).map(repr),
    st.integers(0, 300).map(lambda i: str(i / 100)),
    st.sampled_from(["", " ", "nan", "inf", "1e308", "5e-324", "-0", '"1"', '"', "1,5", "#", "\r"]),
    st.text(max_size=3),
)
_NAMES = st.sampled_from(
    ["t_s", "t_ms", "ax", "ay", "az", "ax_g", "az_mps2", "gx", "gy", "gz", "", '"t_s"', "#t_s"]
)


@st.composite
def nearly_csv(draw: st.DrawFn) -> bytes:
    """Draw text that is almost a recording: the mistakes are rare enough to get past the header."""
    header = draw(st.one_of(st.just(["t_s", "ax", "ay", "az"]), st.lists(_NAMES, max_size=8)))
    n = draw(st.integers(0, 30))
    cells = [[f"{i / 100}", *["1"] * (len(header) - 1)] for i in range(n)]
    for _ in range(draw(st.integers(0, 3)) if n and header else 0):
        row = draw(st.integers(0, n - 1))
        cells[row][draw(st.integers(0, len(cells[row]) - 1))] = draw(_CELL)
    delimiter, newline = draw(st.sampled_from(",;\t")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = newline.join(delimiter.join(row) for row in [header, *cells])
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode(errors="replace")


_BYTES = st.one_of(nearly_csv(), st.binary(max_size=200))
_ANY_FILE = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_PACK: list[Callable[[bytes], bytes]] = [bytes, gzip.compress]


@_ANY_FILE
@given(data=_BYTES, pack=st.sampled_from(_PACK), cut=st.one_of(st.none(), st.integers(0, 300)))
@example(data=b"t_s,ax,ay,az\n0,1,1,1\n1e300,1,1,1\n", pack=bytes, cut=None)
@example(data=b"t_s,ax,ay,az\n0,1,1,1\n5e-324,1,1,1\n1,1,1,1", pack=bytes, cut=None)
@example(data=b't_s,ax,ay,az\n0,1,1,1\n0.01,1,1,"1', pack=bytes, cut=None)
@example(data=b"t_s,ax,ay,az\n-1e308,1,1,1\n1e308,1,1,1", pack=bytes, cut=None)
def test_any_bytes_are_a_recording_or_refused(
    data: bytes, pack: Callable[[bytes], bytes], cut: int | None, tmp_path: Path
) -> None:
    only_blocks_or_one_line(write(tmp_path, pack(data)[:cut]))


@_ANY_FILE
@given(flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=4))
@example(flips=[(732_470, 128)])  # a column name that is no UTF-8
def test_a_damaged_parquet_file_is_a_recording_or_refused(
    flips: list[tuple[int, int]], tmp_path: Path
) -> None:
    path = parquet(tmp_path, **columns())
    data = bytearray(path.read_bytes())
    for place, bits in flips:
        data[place % len(data)] ^= bits
    only_blocks_or_one_line(write(tmp_path, bytes(data), name="damaged.parquet"))
