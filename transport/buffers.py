"""Where items wait for a sink: in memory, the oldest dropped and counted, or on disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Generic, Protocol, TypeVar

from transport.spool import Spool

T = TypeVar("T")


class Buffer(Protocol[T]):
    """A bounded queue whose head stays until it is known to be delivered."""

    @property
    def dropped(self) -> int:
        """Items lost for want of room."""
        ...

    def put(self, item: T) -> None:
        """Take one item, at once; make room by dropping the oldest if full."""
        ...

    def head(self, limit: int) -> tuple[int, list[T]]:
        """Return the oldest items and the mark to `forget` once they are delivered."""
        ...

    def forget(self, mark: int) -> None:
        """Let go of everything up to the mark."""
        ...

    def __len__(self) -> int:
        """Return how many items wait."""
        ...


class MemoryBuffer(Generic[T]):
    """At most `capacity` items in memory; a full one drops the oldest and counts it.

    Marks count the items ever taken out at the head, delivered or dropped: an item dropped
    while it was being delivered is not forgotten twice.
    """

    def __init__(self, *, capacity: int) -> None:
        if capacity < 1:
            message = f"capacity {capacity} must be at least 1"
            raise ValueError(message)
        self._dropped = 0
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._gone = 0

    @property
    def dropped(self) -> int:
        """Items pushed out by newer ones."""
        return self._dropped

    def put(self, item: T) -> None:
        """Append the item."""
        if len(self._items) == self._capacity:
            self._items.popleft()
            self._gone += 1
            self._dropped += 1
        self._items.append(item)

    def head(self, limit: int) -> tuple[int, list[T]]:
        """Return up to `limit` of the oldest items."""
        items = list(islice(self._items, limit))
        return self._gone + len(items), items

    def forget(self, mark: int) -> None:
        """Remove what was delivered and not already dropped."""
        while self._gone < mark and self._items:
            self._items.popleft()
            self._gone += 1

    def __len__(self) -> int:
        """Return how many items wait."""
        return len(self._items)


class DiskBuffer(Generic[T]):
    """Items as bytes in a `Spool`: what was put is still there after a kill."""

    def __init__(
        self, *, spool: Spool, encode: Callable[[T], bytes], decode: Callable[[bytes], T]
    ) -> None:
        self.unwritten = 0
        self._spool = spool
        self._encode = encode
        self._decode = decode

    @property
    def dropped(self) -> int:
        """Items lost: pushed out by newer ones, or refused by a full disk."""
        return self._spool.dropped + self.unwritten

    def put(self, item: T) -> None:
        """Append the item to the spool; a full disk is counted, never waited for."""
        try:
            self._spool.append(self._encode(item))
        except OSError:
            self.unwritten += 1

    def head(self, limit: int) -> tuple[int, list[T]]:
        """Return up to `limit` of the oldest items."""
        mark, payloads = self._spool.head(limit)
        return mark, [self._decode(payload) for payload in payloads]

    def forget(self, mark: int) -> None:
        """Acknowledge everything up to the mark."""
        self._spool.forget(mark)

    def __len__(self) -> int:
        """Return how many items wait."""
        return len(self._spool)
