"""One verb for every streaming step: push an item, get what it completed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)


class Stage(Protocol[In_contra, Out_co]):
    """A streaming step without clock, loop, log or randomness: time comes with the data.

    Laws, tested on every stage: any cutting of the same samples into blocks gives the same
    records; records already given never change; dump, load and go on equals never stopped.
    """

    def push(self, item: In_contra) -> Iterable[Out_co]:
        """Take one item and return what it completed."""
        ...

    def finish(self) -> Iterable[Out_co]:
        """Return what the end of the stream completes; nothing may be pushed afterwards."""
        ...

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        ...

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        ...
