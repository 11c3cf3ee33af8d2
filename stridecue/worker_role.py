"""What `stridecue worker` does: the worker with everything that stands around it."""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import ExitStack
from dataclasses import dataclass

from rich.console import Console

from analytics.errors import StridecueError
from dashboards.runner_state import RunnerInfo
from dashboards.store import Store
from dashboards.web.access import TEAM
from dashboards.wishes import Wish
from stridecue.app import App
from stridecue.edges import Edges, live_edges
from stridecue.roster import RunnerSettings
from stridecue.settings import Settings
from stridecue.worker import Worker
from transport.backoff import Backoff
from transport.mqtt_link import MqttLink

_LONGEST_WAIT_S = 4.0  # gateways whose runners run are waiting


@dataclass(kw_only=True)
class WorkerRole:
    """A worker, its store, broker and pages."""

    settings: Settings
    minutes: float | None
    console: Console

    def run(self) -> None:
        """Work until stopped; StridecueError for what keeps it from starting."""
        troubles = asyncio.run(self._hold())
        if troubles:
            raise troubles[0]

    async def _hold(self) -> list[StridecueError]:
        rng = random.Random(0)  # noqa: S311 - spreads retries, no secret
        with ExitStack() as stack:
            store = stack.enter_context(Store(self.settings.store_path()))
            runners = self.settings.everyone()

            def on_wish(runner: str, wish: Wish) -> None:
                worker.wish(runner, wish)

            edges = live_edges(
                settings=self.settings,
                store=store,
                runners=[_info(runner) for runner in runners],
                on_wish=on_wish,
                rng=rng,
                stack=stack,
                real_time=True,
            )
            assert edges.broker is not None  # noqa: S101 - live edges have one
            worker = Worker(
                settings=self.settings,
                store=store,
                edges=edges,
                link=MqttLink(
                    broker=edges.broker,
                    identifier=f"stridecue-{self.settings.team.name}-{socket.gethostname()}-worker",
                    backoff=Backoff(rng=rng, longest_s=_LONGEST_WAIT_S),
                ),
                runners=runners,
                backoff=Backoff(rng=rng),
                console=self.console,
                stack=stack,
            )
            self._say_where(edges)
            if not runners:
                self.console.out("No [[runners]] are set: no session will be taken.")
            app = App(
                sessions=worker,
                outboxes=edges.outboxes,
                runs_itself=edges.runs_itself,
                services=edges.services,
            )
            await app.run(minutes=self.minutes)
            return app.troubles

    def _say_where(self, edges: Edges) -> None:
        lines = [f"Phone page of {who}: {at}" for who, at in edges.addresses.items() if who != TEAM]
        lines += [
            f"Phone page of {who} over HTTPS: {at}"
            for who, at in edges.secure.items()
            if who != TEAM and at != edges.addresses[who]
        ]
        lines += edges.notes
        lines += [f"Coach page: {edges.addresses[TEAM]}", f"MQTT broker: {edges.broker}"]
        for line in lines:
            self.console.out(line, highlight=False)


def _info(runner: RunnerSettings) -> RunnerInfo:
    return RunnerInfo(
        id=runner.id, name=runner.name or runner.id, baseline="no session yet", simulated=False
    )
