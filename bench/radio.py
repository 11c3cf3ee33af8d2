"""What the radio costs and whether it loses anything: 2 x 1600 Hz and 16 x 200 Hz in one gateway.

`python -m bench.radio [--json] [--seconds S]`, from the repository's root. The sensors and a fake
BlueZ are in a process of their own, the D-Bus in another; here are bleak's own BlueZ backend, the
gateway and every sensor's chain up to its blocks, and only this process's CPU time is counted.
Delays are from the moment a sensor hands a notification over until its SampleBlock is there: both
processes read the machine's monotonic clock. The clock starts two seconds after the last sensor
has begun to stream, for a chain holds its first blocks back until it knows the sensor's clock.
The gateway runs on the loop that it has in a session and takes these sensors' notifications by
sockets, as it does by itself (AcquireNotify); the rows `by_signals` are of one made to take them
as signals on the bus (StartNotify), as it does of other makers' sensors. The rows `bleak_alone`
are the same sensors into a callback that does nothing, on asyncio's own loop.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from analytics.records import SampleBlock
from bench.streaming import bare
from bench.streaming.fleet import Sent, fleet
from bench.truth.rows import Row, report
from firmware_sim.private_bus import ADDRESS_VARIABLE
from sensor_gateway.bluetooth import Radio
from sensor_gateway.events import RadioEvent
from sensor_gateway.gathering import run_gathering
from sensor_gateway.stream import SensorStream
from sensor_gateway.supervisor import Gateway

SECONDS = 30.0
_SETTLES_S = 2.0
_LAST_WORDS_S = 1.0
_FULL_SCALE = 32768.0


@dataclass(kw_only=True)
class Heard:
    """Every block of every sensor (by address) and when it was there; CPU time of a stretch."""

    blocks: dict[str, list[tuple[float, SampleBlock]]] = field(default_factory=dict)
    from_s: float = 0.0
    until_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Score:
    """What came of it."""

    lost: int
    doubled: int
    sent: int
    cpu_pct: float
    p50_ms: float
    p99_ms: float


class SensorProcess:
    """The sensors, in a process of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address = self._line()

    def drop(self, address: str) -> None:
        """Have a link dropped."""
        self._say(address)

    def stop(self) -> dict[str, list[Sent]]:
        """Have them send no more; return what they have sent, by address."""
        self._say()
        told = json.loads(self._line())
        return {address: [Sent(*each) for each in sent] for address, sent in told.items()}

    def end(self) -> None:
        """Let them go."""
        self._say()

    def _say(self, words: str = "") -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        return self._process.stdout.readline().strip()


@contextmanager
def sensors(*options: str) -> Iterator[SensorProcess]:
    """Start the sensors and let bleak find them."""
    command = [sys.executable, "-m", "bench.streaming.sensors", *options]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        there = SensorProcess(process)
        if there.address:
            os.environ[ADDRESS_VARIABLE] = there.address
        yield there


async def listen(there: SensorProcess, *, seconds: float, acquire: bool | None) -> Score:
    """Stream from all sensors for a while; return how what came compares with what was sent."""
    heard = Heard()
    members = fleet()
    chains = {m.config.key: SensorStream(worn=m.config.worn("s"), config=m.config) for m in members}
    address = {m.config.key: str(m.config.address) for m in members}

    def emit(event: RadioEvent) -> None:
        for item in chains[event.sensor].push(event):
            if isinstance(item, SampleBlock):
                came = heard.blocks.setdefault(address[event.sensor], [])
                came.append((time.monotonic(), item))

    radio = Radio(acquire_notify=acquire)
    gateway = Gateway(
        sensors=[member.config for member in members],
        radio=radio,
        rng=random.Random(1),  # noqa: S311
        slots=len(members),
    )
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(gateway.run(emit))
        async with asyncio.timeout(60.0):
            while len(heard.blocks) < len(members):  # noqa: ASYNC110 - a benchmark may look
                await asyncio.sleep(0.1)
        await asyncio.sleep(_SETTLES_S)
        heard.from_s, cpu_s = time.monotonic(), time.process_time()
        await asyncio.sleep(seconds)
        heard.until_s, heard.cpu_s = time.monotonic(), time.process_time() - cpu_s
        sent = await asyncio.to_thread(there.stop)
        await asyncio.sleep(_LAST_WORDS_S)
        listening.cancel()
    return score_of(heard, sent)


def score_of(heard: Heard, sent: dict[str, list[Sent]]) -> Score:
    """Compare what came with what was sent; a sample that came with another value is lost."""
    lost = doubled = n_sent = 0
    delays_ms = []
    for address, notes in sent.items():
        came: dict[int, list[tuple[float, SampleBlock]]] = {}
        for at_s, block in heard.blocks.get(address, []):
            came.setdefault(block.first_index, []).append((at_s, block))
        for note in notes:
            n_sent += note.n
            twins = came.get(note.first_index, [])
            whole = [b for _, b in twins if len(b) == note.n and crc_of(b) == note.crc]
            lost += 0 if whole else note.n
            doubled += note.n * (len(twins) - 1 if twins else 0)
            if twins and heard.from_s <= note.at_s < heard.until_s:
                delays_ms.append(1000.0 * (twins[0][0] - note.at_s))
    return Score(
        lost=lost,
        doubled=doubled,
        sent=n_sent,
        cpu_pct=100.0 * heard.cpu_s / (heard.until_s - heard.from_s),
        p50_ms=float(np.percentile(delays_ms, 50)),
        p99_ms=float(np.percentile(delays_ms, 99)),
    )


def crc_of(block: SampleBlock) -> int:
    """Return the sum of a block's acceleration in counts."""
    counts = np.rint(block.accel_g * (_FULL_SCALE / block.range_g)).astype("<i2")
    return zlib.crc32(np.ascontiguousarray(counts).tobytes())


def rows_of(seconds: float) -> list[Row]:
    """Measure everything."""
    scores, alone = {}, {}
    for acquire in (None, False):  # as the gateway does it by itself, then by signals
        with sensors() as there:
            scores[acquire] = run_gathering(listen(there, seconds=seconds, acquire=acquire))
            there.end()
        with sensors() as there:
            bare_pct = bare.cpu_pct(seconds=seconds, acquire=acquire is None)
            alone[acquire] = asyncio.run(bare_pct)
            there.stop()
            there.end()
    sockets, signals = scores[None], scores[False]

    def row(name: str, value: float, unit: str = "", target: float | None = None) -> Row:
        return Row(name=name, value=value, unit=unit, target=target, aim="least")

    return [
        row("samples_lost", signals.lost + sockets.lost, target=0),
        row("samples_duplicated", signals.doubled + sockets.doubled, target=0),
        row("samples_sent", signals.sent + sockets.sent),
        row("cpu_pct_gateway", sockets.cpu_pct, "%", 10),
        row("block_p99_ms", sockets.p99_ms, "ms", 20),
        row("block_p50_ms", sockets.p50_ms, "ms"),
        row("cpu_pct_gateway_by_signals", signals.cpu_pct, "%", 10),
        row("block_p99_ms_by_signals", signals.p99_ms, "ms", 20),
        row("cpu_pct_bleak_alone", alone[None], "%"),
        row("cpu_pct_bleak_alone_by_signals", alone[False], "%"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args(arguments)
    if not options.json:
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()};")
        print(f"2 x 1600 Hz and 16 x 200 Hz over a fake BlueZ, {options.seconds:g} s each way")
    rows = rows_of(options.seconds)
    return report(rows, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
