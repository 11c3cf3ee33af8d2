"""Runs sessions and everything around them in one TaskGroup, and ends them whole."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from analytics.errors import StridecueError
from dashboards.sink import Item
from stridecue.conductor import Conductor
from transport.outbox import Outbox

Service: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

DRAIN_S = 5.0  # what a sink may still take at the end; whoever is away has its spool


@dataclass(kw_only=True)
class App:
    """Sessions, the outboxes their records go through, and the services beside them.

    Attributes
    ----------
    runs_itself : sequence of Outbox
        Filled and run by a service; only emptied here at the end.
    services : mapping of name to coroutine function
        Run until the sessions are over: broker, web server, terminal.
    troubles : list
        What failed on the way without ending the run, the first failure first.

    """

    conductors: Sequence[Conductor]
    outboxes: Sequence[Outbox[Any]] = ()
    runs_itself: Sequence[Outbox[Any]] = ()
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
                await self._sessions(minutes)
                for outbox in (*self.outboxes, *self.runs_itself):
                    await outbox.drain(within_s=DRAIN_S)
                for task in beside:
                    task.cancel()
        except BaseExceptionGroup as group:
            raise told(group) from group
        self.troubles += [t for c in self.conductors for t in c.troubles]

    async def _sessions(self, minutes: float | None) -> None:
        """Play all sessions side by side; a request to stop ends them all."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        with suppress(NotImplementedError, RuntimeError, ValueError):  # virtual time, Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        try:
            async with asyncio.TaskGroup() as tasks:
                for conductor in self.conductors:
                    name = f"session of {conductor.core.plan.runner}"
                    tasks.create_task(conductor.play(minutes=minutes), name=name)
        except asyncio.CancelledError:
            task.uncancel()
        for conductor in self.conductors:
            conductor.finish()

    async def _deliver(self, outbox: Outbox[Item]) -> None:
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
