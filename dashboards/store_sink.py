"""Hands records to the store: in groups from a thread of its own, or in line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from dashboards.ledger import LedgerEntry
from dashboards.sink import Item, record_of
from dashboards.store import Store, StoreHeldError
from dashboards.tables import Kept
from transport.outbox import SinkUnavailable

GROUP_S = 0.2  # one commit for all that comes in this time: spares a flash card's few writes
# In virtual time nobody looks on, and a commit costs as ever; less than a sink has at the end.
VIRTUAL_GROUP_S = 4.0


class StoreSink:
    """The store behind an outbox.

    Parameters
    ----------
    store : Store
        Where the records go.
    inline : bool
        Write in the caller's thread: for virtual time, where there are no threads.
        Otherwise commits (8 ms as a rule, 400 ms at worst) run in one thread of their own.

    """

    name = "store"

    def __init__(self, store: Store, *, inline: bool) -> None:
        self.gather_s = VIRTUAL_GROUP_S if inline else GROUP_S
        self._store = store
        self._thread = (
            None if inline else ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        )

    async def deliver(self, items: Sequence[Item | LedgerEntry]) -> None:
        """Commit the records as one group.

        Raises
        ------
        SinkUnavailable
            Another program holds the store for the moment.
        ServiceError
            The disk takes no more.

        """
        kept: list[Kept] = [
            item if isinstance(item, LedgerEntry) else record_of(item) for item in items
        ]
        try:
            if self._thread is None:
                self._store.write(kept)
            else:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._thread, self._store.write, kept)
        except StoreHeldError as error:
            raise SinkUnavailable(str(error)) from error

    def close(self) -> None:
        """Wait for the last commit; the store itself stays open."""
        if self._thread is not None:
            self._thread.shutdown()
