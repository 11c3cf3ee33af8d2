"""The gateway through a real bluetoothd: what is lost, how soon it connects and comes back.

`python -m bench.bluetoothd [--json] [--seconds S]`, from the repository's root, as root on a Linux
with /dev/vhci and bluetoothd; `scripts/nightly-bluetooth` makes one that has them. Two simulated
sensors of 200 Hz are on the air of a simulated controller that Linux takes for an adapter of its
own. Kernel, bluetoothd, D-Bus, bleak and the gateway are the real ones. Every 20 s a link drops,
left and right in turn; what was sampled meanwhile has to come late. Times say little where the
machine is emulated.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.errors import SensorNotFoundError
from analytics.records import SampleBlock
from bench.radio import SensorProcess, sensors
from bench.streaming.fleet import fleet
from bench.truth.rows import Row, report
from firmware_sim.transports import VHCI
from sensor_gateway.bluetooth import Radio, scan
from sensor_gateway.events import RadioEvent
from sensor_gateway.gathering import run_gathering
from sensor_gateway.stream import SensorStream
from sensor_gateway.supervisor import Gateway

SECONDS = 120.0
_DEVICE = Path("/dev/vhci")
_SENSORS = 2
_DROP_EVERY_S = 20.0
_SCAN_S = 10.0
_COMES_UP_S = 240.0  # emulated machines take their time
_LAST_WORDS_S = 15.0  # what is missing is asked for, and comes


@dataclass(kw_only=True)
class Heard:
    """What the gateway made of it, by sensor: block arrivals, monotonic, and all blocks."""

    at_s: dict[str, list[float]] = field(default_factory=dict)
    blocks: dict[str, list[SampleBlock]] = field(default_factory=dict)
    late: int = 0

    def take(self, sensor: str, block: SampleBlock) -> None:
        """Note a block."""
        self.blocks.setdefault(sensor, []).append(block)
        if block.late:
            self.late += len(block)
        else:
            self.at_s.setdefault(sensor, []).append(time.monotonic())

    def first_after_s(self, sensor: str, since_s: float) -> float:
        """Return how long after a moment the next live block came; infinity if none did."""
        return min((at_s - since_s for at_s in self.at_s[sensor] if at_s > since_s), default=np.inf)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run showed."""

    found: int
    heard: Heard
    connect_s: float
    resume_s: list[float]
    cpu_pct: float


async def listen(there: SensorProcess, *, seconds: float) -> Run:
    """Stream for a while, losing links."""
    members = fleet(fast=0, slow=_SENSORS)
    keys = [member.config.key for member in members]
    chains = {m.config.key: SensorStream(worn=m.config.worn("s"), config=m.config) for m in members}
    heard = Heard()

    def emit(event: RadioEvent) -> None:
        for item in chains[event.sensor].push(event):
            if isinstance(item, SampleBlock):
                heard.take(event.sensor, item)

    found = await _found()
    rng = random.Random(1)  # noqa: S311 - waits, no secrets
    gateway = Gateway(sensors=[member.config for member in members], radio=Radio(), rng=rng)
    drops: list[tuple[str, float]] = []
    began_s = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(gateway.run(emit))
        async with asyncio.timeout(_COMES_UP_S):
            while len(heard.at_s) < len(members):  # noqa: ASYNC110 - a benchmark may look
                await asyncio.sleep(0.1)
        connect_s = time.monotonic() - began_s
        from_s, cpu_s = time.monotonic(), time.process_time()
        for k in range(round(seconds / _DROP_EVERY_S)):
            await asyncio.sleep(_DROP_EVERY_S)
            drops.append((keys[k % len(keys)], time.monotonic()))
            there.drop(str(members[k % len(members)].config.address))
        await asyncio.sleep(_LAST_WORDS_S)
        cpu_pct = 100.0 * (time.process_time() - cpu_s) / (time.monotonic() - from_s)
        listening.cancel()
    resume_s = [heard.first_after_s(key, at_s) for key, at_s in drops]
    return Run(found=found, heard=heard, connect_s=connect_s, resume_s=resume_s, cpu_pct=cpu_pct)


async def _found() -> int:
    """Return how many of the sensors a scan shows, once bluetoothd has the adapter."""
    async with asyncio.timeout(_COMES_UP_S):
        while True:
            try:
                seen = await scan(seconds=_SCAN_S)
            except SensorNotFoundError as error:
                print(error, file=sys.stderr)
                await asyncio.sleep(1.0)
            else:
                if seen:
                    return len(seen)


def indices(blocks: Sequence[SampleBlock]) -> NDArray[np.int64]:
    """Return the indices of all samples that came, in order."""
    return np.sort(np.concatenate([b.first_index + np.arange(len(b)) for b in blocks]))


def rows_of(run: Run) -> list[Row]:
    """Return the table."""
    came = [indices(blocks) for blocks in run.heard.blocks.values()]
    doubled = sum(len(each) - len(np.unique(each)) for each in came)
    lost = sum(int(each[-1] - each[0]) + 1 - len(np.unique(each)) for each in came)

    def row(name: str, value: float, unit: str = "", target: float | None = None) -> Row:
        return Row(name=name, value=value, unit=unit, target=target, aim="least")

    return [
        row("sensors_found", run.found),
        row("samples_lost", lost, target=0),
        row("samples_duplicated", doubled, target=0),
        row("samples", sum(len(each) for each in came)),
        row("samples_late", run.heard.late),
        row("connect_both_s", run.connect_s, "s"),
        row("links_dropped", len(run.resume_s)),
        row("resume_median_s", float(np.median(run.resume_s)), "s"),
        row("resume_worst_s", max(run.resume_s), "s"),
        row("cpu_pct_gateway", run.cpu_pct, "%"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met, 3 without a virtual controller."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args(arguments)
    if not _DEVICE.exists():
        print(f"stridecue: no {_DEVICE} here; scripts/nightly-bluetooth has one", file=sys.stderr)
        return 3
    with sensors("--slow", str(_SENSORS), "--air", VHCI) as there:
        run = run_gathering(listen(there, seconds=options.seconds))
        there.stop()
        there.end()
    return report(rows_of(run), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
