"""Every decoder against spoilt and random bytes: what comes out, in what time and memory."""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.decoding.packets import CHANNELS, LONGEST_BYTES, SEEDS, mutated
from bench.truth.rows import Row
from sensor_gateway.profiles.known import PROFILES
from sensor_gateway.wire import PacketError

INPUTS = 1_000_000  # a decoder
_WARM_PART = 0.1  # of the inputs, after which memory is to have stopped growing
_MOST_MS = 10.0  # a notification comes every 10 ms at the fastest
_MOST_GROWTH_KB = 1024.0  # what the allocator may round up to; a leak of 2 bytes an input shows
_SPOILT_PART = 0.8  # of the inputs; the others are random


@dataclass(kw_only=True)
class Outcome:
    """What became of the inputs of one family's decoder."""

    inputs: int = 0
    read: int = 0
    refused: int = 0
    escaped: int = 0  # anything but a value or PacketError
    worst_s: float = 0.0
    growth_kb: float = 0.0
    example: str = ""


def inputs(family: str, n: int) -> Iterator[tuple[str, bytes]]:
    """Yield n channels and bytes: most of them real packets with faults, some random."""
    rng = random.Random(family)  # noqa: S311 - no secret
    channels = CHANNELS[family]
    seeds = [(channel, p) for (name, channel), ps in SEEDS.items() if name == family for p in ps]
    for k in range(n):
        if rng.random() < _SPOILT_PART:
            channel, packet = seeds[k % len(seeds)]
            yield channel, mutated(packet, rng.getrandbits(32))
        else:
            yield rng.choice(channels), rng.randbytes(rng.randrange(LONGEST_BYTES + 1))


def tried(family: str, n: int) -> Outcome:
    """Return what a family's decoder makes of n inputs."""
    decode, out, warm_kb = PROFILES[family].decode, Outcome(), 0.0
    for k, (channel, data) in enumerate(inputs(family, n)):
        before_ns = time.thread_time_ns()
        try:
            decode(channel, data)
            out.read += 1
        except PacketError:
            out.refused += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            out.escaped += 1
            out.example = out.example or f"{error!r} of {channel} {data.hex()}"
        out.worst_s = max(out.worst_s, (time.thread_time_ns() - before_ns) * 1e-9)
        out.inputs += 1
        if k == int(_WARM_PART * n):
            gc.collect()
            warm_kb = _peak_kb()
    out.growth_kb = _peak_kb() - warm_kb
    return out


def _peak_kb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else float(peak)


def rows_of(family: str, outcome: Outcome) -> list[Row]:
    """Return the family's rows."""

    def row(name: str, value: float, unit: str, target: float | None, aim: str = "least") -> Row:
        return Row(name=f"{family}_{name}", value=value, unit=unit, target=target, aim=aim)

    return [
        row("inputs", outcome.inputs, "", INPUTS, "most"),
        row("read_pct", 100.0 * outcome.read / outcome.inputs, "%", None, "most"),
        row("escaped", outcome.escaped, "", 0),
        row("worst_ms", outcome.worst_s * 1e3, "ms", _MOST_MS),
        row("memory_growth_kb", outcome.growth_kb, "kB", _MOST_GROWTH_KB),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inputs", type=int, default=INPUTS, help="a decoder")
    options = parser.parse_args(arguments)
    rows = []
    for family in PROFILES:
        outcome = tried(family, options.inputs)
        found = rows_of(family, outcome)
        rows += found
        if not options.json:
            for row in found:
                print(row.as_text(), flush=True)
            if outcome.example:
                print(outcome.example)
    if options.json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    return 1 if any(row.met() is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
