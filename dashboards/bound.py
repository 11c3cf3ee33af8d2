"""Values of records as SQLite takes them, without asking of each value what it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

# Of what is no number, text or bytes Python's module asks how to adapt it, and where nobody answers
# it makes an exception to drop it: with a None that took 0.8 us, ten times the binding itself.
_nothing = dict[None, None]().get
sqlite3.register_adapter(NoneType, _nothing)


def json_text(value: Any) -> str:  # noqa: ANN401 - a field of a record
    """Return JSON that a TEXT column holds."""
    return msgspec.json.encode(value).decode()


def plain(values: Sequence[Any]) -> list[Any]:
    """Return what SQLite takes as it is: for anything else it would look up an adapter."""
    return [_WAYS[type(value)](value) for value in values]


def in_need(record: type, paths: tuple[str, ...]) -> tuple[int, ...]:
    """Return which of the paths into a record lead to what is not `plain` by its type.

    Examples
    --------
    >>> from analytics.records import Stride
    >>> in_need(Stride, ("contact_s", "worn.side", "toe_off_s", "reasons"))
    (1, 3)

    """
    return tuple(n for n, path in enumerate(paths) if not _kinds(record, path) <= _AS_IT_IS)


def _kinds(record: type, path: str) -> set[type]:
    kind: Any = record
    for name in path.split("."):
        kind = get_type_hints(kind)[name]
    return set(get_args(kind)) if isinstance(kind, UnionType) else {get_origin(kind) or kind}


_AS_IT_IS = frozenset({float, int, str, NoneType})  # what SQLite takes, but not what is one of it


class _Ways(dict[type, Callable[[Any], Any]]):
    """How a value of each type is made plain, found out once for a type."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        self[kind] = str.__str__ if issubclass(kind, str) else _as_it_is
        return self[kind]


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - a number
    return value


_WAYS = _Ways({NoneType: _nothing, bool: int, dict: json_text, tuple: json_text})
