"""A team's day: an hour without network, and 40 pods on seven gateways of which one is killed.

`scripts/bench team [--json] [--minutes M] [--away-minutes M]`. Simulated time, the virtual radio,
real gateways, spools and worker, one broker in memory. Away: a runner with a small computer in the
belt and no network at all, then one `sync`. Track: twenty runners, two pods each; a gateway with
six pods is killed in mid-run and started again later; its pods go to the roster's spares. In
the end every gateway is synced.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.records import Placement
from analytics.settings import demo_settings
from bench.teaming.home import (
    carried_settings,
    come_home,
    run_without_network,
    stored_strides,
    team_settings,
    told_strides,
    working,
)
from bench.teaming.track import Counted, Layout, Track, count
from bench.truth.rows import Row, report
from firmware_sim.network import Network
from firmware_sim.scenario import Scenario
from firmware_sim.world import World, run_virtual
from stridecue.session import SessionPlan
from stridecue.sources import SimulatedSource

AWAY_MINUTES, TRACK_MINUTES = 60.0, 3.0
_NAMES = [f"g{number}" for number in range(1, 8)]
# Three runners to each of the first six, two to the last: one slot free at each of the six, three
# at the last. The killed one's six pods find room at the last and three others.
LAYOUT = Layout(
    gateways=[
        (name, tuple(other for other in reversed(_NAMES) if other != name)) for name in _NAMES
    ],
    listens=[name for name in _NAMES for _ in range(3)][:20],
)
_SETTLED_S, _DEAD_S = 25.0, 40.0
_LOOK_S = 0.25


@dataclass(frozen=True, kw_only=True)
class Away:
    """What the belt kept, and what the team has of it."""

    strides: int
    missing: int
    told_missing: int
    told_twice: int


def away(folder: Path, minutes: float) -> Away:
    """Run without network, come home, and compare."""
    belt, team = carried_settings(folder / "belt", "anna"), team_settings(folder / "home", ["anna"])
    network = Network()

    async def run() -> None:
        scenario = Scenario(
            name="away", about="No network.", placement=Placement.SHOE, minutes=minutes
        )
        world = World(scenario=scenario, seed=5, runner="anna")
        plan = SessionPlan(
            session="away",
            runner="anna",
            name="Anna",
            started_utc_ns=1_700_000_000 * 10**9,
            source="run",
            simulated=True,
            sensors=tuple(world.sensors),
            analytics=demo_settings(),
            baseline=None,
        )
        await run_without_network(belt, network, plan=plan, source=SimulatedSource(world))

    run_virtual(run())
    run_virtual(come_home(belt, team, network))
    mine, theirs, told = stored_strides(belt), stored_strides(team), told_strides(network)
    ids = {row[0] for row in mine}
    return Away(
        strides=len(mine),
        missing=len(set(mine) ^ set(theirs)),
        told_missing=len(ids - set(told)),
        told_twice=len(told) - len(set(told)),
    )


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """How the track went: pods streaming before and after the kill, and the strides."""

    streaming: int
    picked_up: int
    picked_up_s: float
    waiting: int
    counted: Counted


def crowd(folder: Path, minutes: float) -> Crowd:
    """Run twenty runners between seven gateways, and kill one."""

    async def play() -> Crowd:
        track = Track(layout=LAYOUT, folder=folder, minutes=minutes)
        async with working(track.team, track.network.place()), asyncio.TaskGroup() as tasks:
            for name in _NAMES:
                track.switch_on(name, tasks)
            running = [tasks.create_task(world.run()) for world in track.worlds]
            await asyncio.sleep(_SETTLED_S)
            held = track.holders()
            await track.kill(_NAMES[0])
            orphans = [address for address, by in held.items() if by == [_NAMES[0]]]
            killed_s = asyncio.get_running_loop().time()
            took_s = float("inf")
            while (since_s := asyncio.get_running_loop().time() - killed_s) < _DEAD_S:
                await asyncio.sleep(_LOOK_S)
                if took_s > since_s and all(track.holders()[a] for a in orphans):
                    took_s = since_s
            now = track.holders()
            track.switch_on(_NAMES[0], tasks)
            await asyncio.wait(running)
            await asyncio.sleep(1.0)
            await track.switch_off()
            waiting = await track.bring_home()
        return Crowd(
            streaming=sum(len(by) == 1 for by in held.values()),
            picked_up=sum(len(now[address]) == 1 for address in orphans),
            picked_up_s=took_s,
            waiting=waiting,
            counted=count(track),
        )

    return run_virtual(play())


def rows(gone: Away, ran: Crowd) -> list[Row]:
    """Return the table's rows."""

    def row(name: str, value: float, target: float | None, aim: str = "least") -> Row:
        return Row(name=name, value=value, unit="", target=target, aim=aim)

    counted = ran.counted
    return [
        row("away_strides", gone.strides, None, "most"),
        row("away_strides_store_differs", gone.missing, 0.0),
        row("away_strides_missing_at_broker", gone.told_missing, 0.0),
        row("away_strides_twice_at_broker", gone.told_twice, 0.0),
        row("pods_streaming", ran.streaming, 2.0 * len(LAYOUT.listens), "most"),
        row("pods_picked_up", ran.picked_up, 6.0, "most"),
        row("pods_picked_up_s", ran.picked_up_s, None),
        row("messages_waiting_after_sync", ran.waiting, 0.0),
        row("sessions", counted.sessions, float(len(LAYOUT.listens))),
        row("strides_true", counted.true, None, "most"),
        row("strides_missing", counted.true - counted.found, 0.0),
        row("strides_doubled", counted.doubled + counted.told_twice, 0.0),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench team",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--minutes", type=float, default=TRACK_MINUTES)
    parser.add_argument("--away-minutes", type=float, default=AWAY_MINUTES)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        gone = away(Path(folder), options.away_minutes)
        ran = crowd(Path(folder), options.minutes)
    return report(rows(gone, ran), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
