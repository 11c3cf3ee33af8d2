"""Reading what makers pack: bytes by position, with one error for what is not there."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from analytics.records import FloatArray
from sensor_gateway.wire import PacketError


def fields(layout: struct.Struct, data: bytes, offset: int = 0) -> tuple[Any, ...]:
    """Return the fields that stand at an offset; `PacketError` where the bytes end before."""
    if len(data) < offset + layout.size:
        message = f"{len(data)} bytes, wanted at least {offset + layout.size}"
        raise PacketError(message)
    return layout.unpack_from(data, offset)


def vectors(data: bytes, dtype: str, offset: int = 0) -> FloatArray:
    """Return all bytes from an offset on as vectors, shape (n, 3), n at least 1."""
    n, rest = divmod(len(data) - offset, 3 * np.dtype(dtype).itemsize)
    if n < 1 or rest:
        message = f"{len(data) - offset} bytes hold no whole number of samples"
        raise PacketError(message)
    with np.errstate(invalid="ignore"):  # a signalling NaN is refused below, not warned of here
        values = np.frombuffer(data, dtype=dtype, offset=offset).astype(np.float64).reshape(n, 3)
    if not np.isfinite(values).all():
        message = "a sample that is no number"
        raise PacketError(message)
    return values
