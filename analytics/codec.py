"""Records to and from JSON, and stage state to and from versioned bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from analytics.load.records import LoadEntry, LoadFacts
from analytics.records import (
    Alert,
    Baseline,
    Cue,
    Distance,
    Drift,
    FormMetrics,
    Gap,
    Guidance,
    LinkHealth,
    Programme,
    SessionEvent,
    SpeedModel,
    Stride,
)

Record: TypeAlias = (
    Stride
    | FormMetrics
    | Drift
    | Cue
    | Alert
    | Gap
    | Guidance
    | LinkHealth
    | Programme
    | SessionEvent
    | SpeedModel
    | Baseline
    | Distance
    | LoadEntry
    | LoadFacts
)
State: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

_ARRAY = 1  # msgpack extension code of a numpy array


def to_dict(record: Record) -> dict[str, Any]:
    """Return a record as plain JSON values, `id` first where the record has one."""
    fields: dict[str, Any] = msgspec.to_builtins(record)
    name = getattr(record, "id", None)
    return fields if name is None else {"id": name, **fields}


def to_json(record: Record) -> bytes:
    """Return a record as one line of JSON; the same record always gives the same bytes."""
    return msgspec.json.encode(to_dict(record))


def from_dict(kind: type[T], fields: Mapping[str, Any]) -> T:
    """Return the record of class `kind` that `to_dict` gave; ValueError if it is not one."""
    plain = {name: value for name, value in fields.items() if name != "id"}
    return msgspec.convert(plain, kind)


def dump_state(stage: str, version: int, state: State) -> bytes:
    """Pack a stage's state (numbers, texts, lists, dicts, records, numpy arrays)."""
    return msgspec.msgpack.encode([stage, version, state], enc_hook=_encode_array)


def load_state(stage: str, version: int, data: bytes) -> dict[str, Any]:
    """Unpack what `dump_state` packed; ValueError for another stage or version."""
    try:
        name, number, state = msgspec.msgpack.decode(data, ext_hook=_decode_array)
    except (msgspec.DecodeError, ValueError, TypeError) as error:
        message = f"not a state of {stage}: {error}"
        raise ValueError(message) from error
    if (name, number) != (stage, version):
        message = f"state is of {name} version {number}, wanted {stage} version {version}"
        raise ValueError(message)
    return dict(state)


def _encode_array(value: object) -> object:
    if isinstance(value, np.ndarray):
        parts = [value.dtype.str, list(value.shape), value.tobytes()]
        return msgspec.msgpack.Ext(_ARRAY, msgspec.msgpack.encode(parts))
    if isinstance(value, np.generic):
        return value.item()
    message = f"cannot keep a {type(value).__name__} in a state"
    raise TypeError(message)


def _decode_array(code: int, data: memoryview) -> NDArray[Any]:
    if code != _ARRAY:
        message = f"unknown extension {code}"
        raise ValueError(message)
    dtype, shape, raw = msgspec.msgpack.decode(data)
    return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
