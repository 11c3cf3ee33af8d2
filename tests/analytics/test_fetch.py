"""What is asked of the memory ahead is what the next streams then touch, and lies inside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import fetch, run
from analytics.kernels.rhythm import STEADY_AFTER
from analytics.kernels.signals import RAW_COLUMNS, RING_COLUMNS
from analytics.kernels.state import Samples, Streams, new_rows, new_streams
from analytics.kernels.tuning import tuning
from analytics.records import FloatArray, Placement
from tests.analytics import signals

RATE_HZ, N, K = 200.0, 4, 5  # blocks so short that most hold no event...
LONG_K = 50  # ...and so long that a landing due in one seldom comes in another
ARRAYS = ("parts", "signal", "time_s", "skipped")
STANDING_S, RUNNING_S = 4.0, 6.0
LOOKED_AT = 2  # the stream whose memory is looked at


def samples(first: int, k: int) -> Samples:
    """Return k samples of one runner for every stream."""
    whole = signals.run(placement=Placement.SHOE, running_s=RUNNING_S).block
    assert whole.gyro_radps is not None

    def of_all(values: FloatArray) -> FloatArray:
        return np.stack([values[first : first + k]] * N)

    return Samples(
        np.full(N, first),
        of_all(whole.time_s),
        of_all(whole.accel_g),
        of_all(whole.gyro_radps),
    )


def touched(before: Streams, after: Streams, name: str) -> set[int]:
    """Return which bytes of an array of one stream have changed, counted from the array's first."""
    size = getattr(after, name)[0].nbytes
    old, new = (
        np.frombuffer(getattr(streams, name)[LOOKED_AT : LOOKED_AT + 1].tobytes(), np.uint8)
        for streams in (before, after)
    )
    return {LOOKED_AT * size + int(place) for place in np.flatnonzero(old != new)}


def marks(streams: Streams) -> str:
    """Return what changes with an event: a landing, an impact read, a motion summed."""
    r = streams.parts[LOOKED_AT]
    reckoning = r["trajectory"]["reckoning"]
    return repr((r["landing"]["contact_s"], r["impact"]["due_s"], reckoning["at_s"]))


def pushed(k: int) -> Iterator[tuple[Streams, Streams, Samples, dict[str, set[int]], int]]:
    """Push blocks; yield of each the streams before and after, what was asked for, its rows."""
    asked: dict[str, set[int]] = {}

    def ask_for(array: NDArray[Any], at: int, n: int) -> None:
        name = names[id(array)]
        assert 0 <= at <= at + n <= array.nbytes, name
        asked.setdefault(name, set()).update(range(at, at + n))

    vars(fetch)["ask_for"] = ask_for
    tuned = tuning(
        rate_hz=RATE_HZ, range_g=signals.RANGE_G, is_shin=False, is_left=True,
        has_gyro=True, is_aligned=False,
    )  # fmt: skip
    streams, rows = new_streams(n_streams=N, rate_hz=RATE_HZ), new_rows(1000)
    for first in range(0, int((STANDING_S + RUNNING_S) * RATE_HZ), k):
        x = samples(first, k)
        names = {id(array): name for part in (streams, x) for name, array in part._asdict().items()}
        asked.clear()
        before = streams._replace(**{name: getattr(streams, name).copy() for name in ARRAYS})
        n, _ = run.advance(tuned, streams, x, 0, rows)
        yield before, streams, x, asked, n


def asked_and_touched() -> list[tuple[int, int]]:
    """Return of each block without an event (bytes touched, those not asked for before)."""
    found = []
    for before, streams, x, asked, n in pushed(K):
        if n == 0 and marks(streams) == marks(before):
            changed = {(name, b) for name in ARRAYS for b in touched(before, streams, name)}
            found.append((len(changed), len({c for c in changed if c[1] not in asked[c[0]]})))
        for name in ("accel_g", "gyro_radps"):  # of all streams but the first, all there is
            whole = getattr(x, name)
            assert asked[name] == set(range(whole[0].nbytes, whole.nbytes)), name
    return found


def landings_asked_for() -> list[tuple[bool, bool]]:
    """Return of each block of a steady rhythm whether it lands, and was asked for its stride."""
    found = []
    for before, streams, _, asked, _ in pushed(LONG_K):
        old, new = before.parts[LOOKED_AT]["landing"], streams.parts[LOOKED_AT]["landing"]
        size = streams.signal[0].nbytes
        raw = LOOKED_AT * size + np.arange(size * RAW_COLUMNS // RING_COLUMNS)
        if old["steady"] == STEADY_AFTER:
            lands = bool(new["contact_s"] != old["contact_s"])
            found.append((lands, asked["signal"].issuperset(raw.tolist())))
    return found


def run_plainly(function: str) -> Any:  # noqa: ANN401 - what json brings
    """Return what a function of this module returns without the compiler."""
    program = f"import json; from {__name__} import {function} as f; print(json.dumps(f()))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_what_every_sample_touches_was_asked_for() -> None:
    blocks = run_plainly("asked_and_touched")
    assert len(blocks) > 50
    assert min(of for of, _ in blocks) >= K * 8  # its times at least
    assert [missed for _, missed in blocks] == [0] * len(blocks)


def test_a_stride_is_asked_for_where_its_landing_is_due() -> None:
    blocks = run_plainly("landings_asked_for")
    landings = [asked for lands, asked in blocks if lands]
    others = [asked for lands, asked in blocks if not lands]
    assert len(landings) >= 4
    assert len(others) >= 4
    assert sum(landings) >= len(landings) - 1
    assert sum(others) <= 1
