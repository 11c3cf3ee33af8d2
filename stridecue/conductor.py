"""Takes radio events through a session's core and hands every record to whoever wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeAlias

from analytics.codec import Record
from analytics.errors import StridecueError
from dashboards.sink import Item, Timed
from dashboards.wishes import Stop, Wish
from sensor_gateway.events import RadioEvent, Ready, time_of
from sensor_gateway.uplink import Uplink
from stridecue.sayings import told
from stridecue.session import SessionCore, completed_s
from transport.outbox import Outbox

Emit: TypeAlias = Callable[[RadioEvent], None]
EmitAny: TypeAlias = Callable[[RadioEvent | Ready], None]
Take: TypeAlias = Callable[[Record], None]

_POLL_S = 0.05


class Source(Protocol):
    """Where a session's radio events come from: sensors on the air, or a recording."""

    @property
    def zero_s(self) -> float | None:
        """Return the loop time of session second 0; None before the first sample."""
        ...

    async def run(self, emit: EmitAny) -> None:
        """Hand over every event in order; return at its end, or never."""
        ...


class SideBySide:
    """Several sessions at once."""

    def __init__(self, conductors: Sequence[Conductor]) -> None:
        self.troubles: list[StridecueError] = []
        self._conductors = conductors

    async def play(self, *, minutes: float | None) -> None:
        """Play them all until each has ended or `minutes` of it have passed."""
        async with asyncio.TaskGroup() as tasks:
            for conductor in self._conductors:
                name = f"session of {conductor.core.plan.runner}"
                tasks.create_task(conductor.play(minutes=minutes), name=name)

    def finish(self) -> None:
        """Hand over what the end of every session completes."""
        for conductor in self._conductors:
            conductor.finish()
            self.troubles += conductor.troubles


class Conductor:
    """One session, live.

    Parameters
    ----------
    takers : sequence of callables
        Get every record at once, in line: files, summary, terminal.
    outboxes : sequence of Outbox
        What may be slow or away: store, broker, pages.
    keep : callable, optional
        Gets every radio event before anything else: the recording.
    uplink : Uplink, optional
        Takes every radio event to a worker too.

    """

    def __init__(
        self,
        *,
        core: SessionCore,
        source: Source,
        takers: Sequence[Take],
        outboxes: Sequence[Outbox[Item]],
        keep: Callable[[RadioEvent], None] | None = None,
        uplink: Uplink | None = None,
    ) -> None:
        self.core = core
        self.source = source
        self.troubles: list[StridecueError] = []
        self._takers = list(takers)
        self._outboxes = outboxes
        self._keep = keep
        self._uplink = uplink
        self._stopped = asyncio.Event()
        self._finished = False
        if uplink is not None:
            uplink.heed(self._stopped.set)  # the worker's pages can end it too

    async def play(self, *, minutes: float | None) -> None:
        """Run the session until its source ends, the runner stops it or `minutes` have passed."""
        async with asyncio.TaskGroup() as tasks:
            name = f"source of {self.core.plan.runner}"
            playing = tasks.create_task(self.source.run(self.emit), name=name)
            ending = tasks.create_task(self._until(minutes), name="end of the session")
            stopping = tasks.create_task(self._stopped.wait(), name="the runner's stop")
            waiting = (playing, ending, stopping)
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
        if self._stopped.is_set():
            self.finish()  # others may run on: this runner reads the summary now

    def emit(self, event: RadioEvent | Ready) -> None:
        """Take one event to its end: through the core and to everyone.

        What came ready made is a file already: it is neither recorded nor sent up.
        """
        if self._keep is not None and not isinstance(event, Ready):
            self._keep_or_give_up(event)
        if self._uplink is not None and not isinstance(event, Ready):
            self._uplink.take(event)
        records = list(self.core.push(event))
        if records and self._uplink is not None:
            self._uplink.cut()  # nobody is told of anything whose samples a kill could still undo
        self._give(records, arrival_s=time_of(event))

    def wish(self, wish: Wish) -> RadioEvent | None:
        """Take what the runner wishes; return it as the event it is to the session.

        After the end there is nothing to wish: None.
        """
        if self._finished:
            return None
        event = told(wish, at_s=self.core.now_s)
        self.emit(event)
        if isinstance(wish, Stop):
            self._stopped.set()
        return event

    def finish(self) -> None:
        """Hand over what the end of the session completes; once."""
        if self._finished:
            return
        self._finished = True
        self._tell(self.core.finish())
        if self._uplink is not None:
            self._uplink.close()

    async def _until(self, minutes: float | None) -> None:
        """Return once the session is `minutes` long (never for None)."""
        loop = asyncio.get_running_loop()
        if minutes is None:
            await loop.create_future()
            return
        while self.source.zero_s is None:  # noqa: ASYNC110 - a source has no event to wait for
            await asyncio.sleep(_POLL_S)
        await asyncio.sleep(self.source.zero_s + minutes * 60.0 - loop.time())

    def _tell(self, records: Iterable[Record]) -> None:
        self._give(records, arrival_s=self.core.now_s)

    def _give(self, records: Iterable[Record], *, arrival_s: float) -> None:
        now_s = asyncio.get_running_loop().time()
        zero_s = self.source.zero_s or 0.0
        for record in records:
            for take in tuple(self._takers):
                self._take_or_give_up(take, record)
            done_s = completed_s(record)
            item: Item = record
            if done_s is not None:
                item = Timed(
                    record=record,
                    sample_s=zero_s + done_s,
                    gateway_s=zero_s + arrival_s,
                    analytics_s=now_s,
                )
            for outbox in self._outboxes:
                outbox.offer(item)

    def _take_or_give_up(self, take: Take, record: Record) -> None:
        """Let a full disk end a file, never the run: the runner still wants the cue."""
        try:
            take(record)
        except StridecueError as error:
            self._takers.remove(take)
            self.troubles.append(error)

    def _keep_or_give_up(self, event: RadioEvent) -> None:
        assert self._keep is not None  # noqa: S101 - asked by the caller
        try:
            self._keep(event)
        except StridecueError as error:
            self._keep = None
            self.troubles.append(error)
