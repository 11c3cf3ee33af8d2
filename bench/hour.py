"""What an hour of running costs in simulated time, and which part of the program takes it.

`scripts/bench hour [--json] [--minutes M] [--scenario NAME]`. The whole service as `stridecue demo
--speed max` runs it: two simulated sensors, the virtual radio, the gateway, the analysis, the
store, the files. CPU time of one core; a run of one minute more is taken off, so that start and
stored baseline do not count. The parts are shares of samples of the stack, each given to the
module of ours that is innermost in it; interpreter and libraries count for whoever called them.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console

from bench.truth.rows import Row, report
from firmware_sim.scenarios import scenario
from stridecue.demo import Demo
from stridecue.service import Speed
from stridecue.settings import Settings

MINUTES = 10.0
MOST_S = 10.0
ROOT = Path(__file__).parents[1]
_SEED = 7
_STARTED_UTC_NS = 1_790_000_000_000_000_000
_EVERY_S = 0.003
# By the beginning of the module's path, the most particular first.
PARTS = {
    "firmware_sim/gait": "motion",
    "firmware_sim/imu": "motion",
    "firmware_sim/journey": "motion",
    "firmware_sim/firmware": "sensor",
    "firmware_sim/open_imu": "sensor",
    "firmware_sim/pod": "sensor",
    "firmware_sim/virtual_time": "loop",
    "firmware_sim": "radio",
    "sensor_gateway/keeper": "link",
    "sensor_gateway/bluetooth": "link",
    "sensor_gateway/alarm": "link",
    "sensor_gateway/backfill": "link",
    "sensor_gateway/mailbox": "link",
    "sensor_gateway/record": "recording",
    "sensor_gateway/chunk": "recording",
    "sensor_gateway": "chain",
    "analytics/kernels": "strides",
    "analytics/stri": "strides",
    "analytics": "analysis",
    "dashboards": "store",
    "transport": "store",
    "stridecue/files": "files",
    "stridecue/rows": "files",
    "stridecue": "session",
}
_START = {("firmware_sim/world", "baseline"), ("firmware_sim/month", "month_before")}


def part_of(stack: Sequence[tuple[str, str]]) -> str | None:
    """Return whose time it was, given (module, function) from the innermost on; None: the start's.

    Examples
    --------
    >>> part_of([("numpy/core", "dot"), ("firmware_sim/gait/leg", "motion")])
    'motion'

    """
    if any(frame in _START for frame in stack):
        return None
    for module, _ in stack:
        for beginning, part in PARTS.items():
            if module.startswith(beginning):
                return part
    return "loop"


@contextmanager
def sampled(counts: Counter[str]) -> Iterator[None]:
    """Count where the processor is, every few milliseconds of its time."""
    names: dict[object, tuple[str, str]] = {}

    def name(frame: FrameType) -> tuple[str, str]:
        code = frame.f_code
        if code not in names:
            path = Path(code.co_filename)
            inside = path.is_relative_to(ROOT) and ".venv" not in path.parts
            module = path.relative_to(ROOT).with_suffix("").as_posix() if inside else ""
            names[code] = (module, code.co_name)
        return names[code]

    def look(_number: int, frame: FrameType | None) -> None:
        signal.set_wakeup_fd(-1)  # a virtual loop never reads what it would be told
        stack = []
        while frame is not None:
            stack.append(name(frame))
            frame = frame.f_back
        part = part_of(stack)
        if part is not None:
            counts[part] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _EVERY_S, _EVERY_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def run_s(name: str, *, minutes: float) -> float:
    """Return the processor time of one run."""
    with tempfile.TemporaryDirectory() as folder, Path("/dev/null").open("w") as nowhere:
        demo = Demo(
            scenario=scenario(name).with_(minutes=minutes),
            seed=_SEED,
            runners=1,
            settings=Settings.model_validate({"store": {"path": Path(folder) / "store.db"}}),
            speed=Speed.parse("max"),
            out=Path(folder) / "out",
            console=Console(file=nowhere),
            started_utc_ns=_STARTED_UTC_NS,
        )
        before_s = time.process_time()
        demo.run()
        return time.process_time() - before_s


def rows(spent_s: float, counts: Mapping[str, int], *, samples_a_packet: int) -> list[Row]:
    """Return the table's rows: an hour, then its parts by size."""
    whole = sum(counts.values()) or 1
    return [
        Row(name="cpu_s_per_simulated_hour", value=spent_s, unit="s", aim="least", target=MOST_S),
        Row(name="samples_a_packet", value=samples_a_packet, unit="", aim="most"),
        *(
            Row(name=f"{part}_s", value=spent_s * n / whole, unit="s", aim="least")
            for part, n in sorted(counts.items(), key=lambda item: -item[1])
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench hour",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--scenario", default="fresh")
    options = parser.parse_args(arguments)
    run_s(options.scenario, minutes=1.0)  # what is loaded and made once
    short_s = min(run_s(options.scenario, minutes=1.0) for _ in range(2))
    long_s = run_s(options.scenario, minutes=1.0 + options.minutes)
    counts: Counter[str] = Counter()
    with sampled(counts):
        run_s(options.scenario, minutes=1.0 + options.minutes)
    found = rows(
        60.0 / options.minutes * (long_s - short_s),
        counts,
        samples_a_packet=scenario(options.scenario).samples_a_packet,
    )
    return report(found, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
