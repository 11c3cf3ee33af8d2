"""Runs sessions and everything around them in one TaskGroup, and ends them whole."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from analytics.errors import StridecueError
from transport.outbox import Outbox

Service: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

DRAIN_S = 5.0  # what a sink may still take at the end; whoever is away has its spool


class Sessions(Protocol):
    """What goes on while everything else stands around it."""

    troubles: list[StridecueError]

    async def play(self, *, minutes: float | None) -> None:
        """Go on until all is over or `minutes` have passed."""
        ...

    def finish(self) -> None:
        """End what is still going on, whole."""
        ...


class Emptied(Protocol):
    """What a service fills and runs, to be emptied at the end."""

    async def drain(self, *, within_s: float) -> bool:
        """Wait until nothing waits; False if it was not in time."""
        ...

    async def emptied(self) -> None:
        """Wait until nothing waits, however long it takes."""
        ...


@dataclass(kw_only=True)
class App:
    """Sessions, the outboxes their records go through, and the services beside them.

    Attributes
    ----------
    runs_itself : sequence
        Filled and run by a service; only emptied here at the end.
    services : mapping of name to coroutine function
        Run until the sessions are over: broker, web server, terminal.
    troubles : list
        What failed on the way without ending the run, the first failure first.

    """

    sessions: Sessions
    outboxes: Sequence[Outbox[Any]] = ()
    runs_itself: Sequence[Emptied] = ()
    services: dict[str, Service] = field(default_factory=dict)
    troubles: list[StridecueError] = field(default_factory=list)

    async def run(self, *, minutes: float | None) -> None:
        """Run until every session's source ends, `minutes` pass, or someone stops us.

        Ctrl-C and SIGTERM end the sessions as time would: everything is finished and stored.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                beside = [
                    tasks.create_task(self._deliver(outbox), name=f"outbox {outbox.name}")
                    for outbox in self.outboxes
                ]
                beside += [
                    tasks.create_task(service(), name=name)
                    for name, service in self.services.items()
                ]
                await self._play(minutes)
                for outbox in (*self.outboxes, *self.runs_itself):
                    await outbox.drain(within_s=DRAIN_S)
                for task in beside:
                    task.cancel()
        except BaseExceptionGroup as group:
            raise told(group) from group
        self.troubles += self.sessions.troubles

    async def _play(self, minutes: float | None) -> None:
        """Play the sessions; a request to stop ends them all."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        with suppress(NotImplementedError, RuntimeError, ValueError):  # virtual time, Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        try:
            await self.sessions.play(minutes=minutes)
        except asyncio.CancelledError:
            task.uncancel()
        self.sessions.finish()

    async def _deliver(self, outbox: Outbox[Any]) -> None:
        """Run an outbox; a sink that can take no more ends its outbox, not the run."""
        try:
            await outbox.run()
        except StridecueError as error:
            self.troubles.append(error)


def told(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error meant for people among those that ended a TaskGroup, or the first."""
    leaves: list[BaseException] = []
    waiting: list[BaseException] = [group]
    while waiting:
        error = waiting.pop(0)
        if isinstance(error, BaseExceptionGroup):
            waiting += error.exceptions
        else:
            leaves.append(error)
    return next((e for e in leaves if isinstance(e, StridecueError)), leaves[0])
