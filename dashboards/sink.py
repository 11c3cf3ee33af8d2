"""The port through which records leave for people and other systems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from analytics.records import Record


class Sink(Protocol):
    """One place records go to; always behind an `Outbox`, so that none delays another."""

    name: str

    async def deliver(self, records: Sequence[Record]) -> None:
        """Hand over the records in order; `transport.outbox.SinkUnavailable` if it is down."""
        ...
