"""An outbox before every sink, so that a slow or absent one never delays another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NoReturn, TypeVar

from transport.backoff import Backoff
from transport.buffers import Buffer
from transport.cancellation import insist_on_cancellation

T = TypeVar("T")

BATCH = 500
_DRAIN_POLL_S = 0.02


class SinkUnavailable(Exception):  # noqa: N818 (a state of the world, not a fault of ours)
    """The sink is not there for the moment: keep the items and try again later."""


async def in_time(done: Awaitable[None], *, within_s: float) -> bool:
    """Wait until something is done; False if it was not in time, and it is cancelled."""
    try:
        async with asyncio.timeout(within_s):
            await done
    except TimeoutError:
        return False
    return True


class Outbox(Generic[T]):
    """Items on their way to one sink: offered at once, delivered in order by one worker.

    Parameters
    ----------
    name : str
        The sink's name, for people.
    deliver : callable
        Hands over a batch; raises `SinkUnavailable` where the batch is to be tried again.
        Delivery is at least once: items carry ids and sinks overwrite.
    buffer : Buffer
        Where items wait: `MemoryBuffer` or `DiskBuffer`.
    backoff : Backoff
        Waits between tries.
    gather_s : float
        How long to collect after the first item, so that a database commits groups.
    patience_s : float or None
        A delivery that takes longer counts as `SinkUnavailable`.

    """

    def __init__(
        self,
        *,
        name: str,
        deliver: Callable[[Sequence[T]], Awaitable[None]],
        buffer: Buffer[T],
        backoff: Backoff,
        gather_s: float = 0.0,
        patience_s: float | None = None,
        batch: int = BATCH,
    ) -> None:
        self.name = name
        self.delivered = 0
        self.failures = 0
        self.trouble: str | None = None
        self._deliver = deliver
        self._buffer = buffer
        self._backoff = backoff
        self._gather_s = gather_s
        self._patience_s = patience_s
        self._batch = batch
        self._filled = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Items not yet delivered."""
        return len(self._buffer)

    @property
    def dropped(self) -> int:
        """Items lost because the sink was too slow for too long."""
        return self._buffer.dropped

    def offer(self, item: T) -> None:
        """Take one item: synchronous, never blocks, whatever the sink does."""
        self._buffer.put(item)
        self._filled.set()

    async def run(self) -> NoReturn:
        """Deliver until cancelled; any other error than `SinkUnavailable` ends it."""
        if len(self._buffer):
            self._filled.set()
        while True:
            await self._filled.wait()
            self._filled.clear()
            if self._gather_s:
                await asyncio.sleep(self._gather_s)
            while len(self._buffer):
                await self._deliver_head()
                insist_on_cancellation()

    async def drain(self, *, within_s: float) -> bool:
        """Wait until everything offered is delivered; False if it was not in time.

        `run` must be running; the caller cancels it afterwards.
        """
        return await in_time(self.emptied(), within_s=within_s)

    async def emptied(self) -> None:
        """Wait until everything offered is delivered, however long it takes."""
        while len(self._buffer):  # noqa: ASYNC110 (the sink may be anything; poll it)
            await asyncio.sleep(_DRAIN_POLL_S)

    async def _deliver_head(self) -> None:
        mark, items = self._buffer.head(self._batch)
        try:
            async with asyncio.timeout(self._patience_s):
                await self._deliver(items)
        except SinkUnavailable as error:
            await self._wait_after(str(error))
        except TimeoutError:
            await self._wait_after(f"no answer within {self._patience_s} s")
        else:
            self._buffer.forget(mark)
            self.delivered += len(items)
            self.trouble = None
            self._backoff.reset()

    async def _wait_after(self, trouble: str) -> None:
        self.failures += 1
        self.trouble = trouble
        await asyncio.sleep(self._backoff.next_s())
