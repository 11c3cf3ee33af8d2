"""The kernels give the same records, to the last bit, without numba's compiler."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from analytics.codec import to_dict
from analytics.merge import Merge
from analytics.records import Placement, Side, Stride
from analytics.strides import StrideStage
from analytics.window import WindowStage
from tests.analytics import signals
from tests.laws import law


def digest(placement: Placement, *, gyro: bool) -> str:
    """Return a fingerprint of every bit of the records of a short run with a hole in it."""
    run = signals.run(placement=placement, running_s=9.0)
    whole = run.block.part(600, len(run.block))
    if not gyro:
        whole = type(whole)(**{n: getattr(whole, n) for n in _NAMES} | {"gyro_radps": None})
    parts = [whole.part(0, 1500), whole.part(1520, len(whole))]
    records = law.run(StrideStage(worn=whole.worn), parts)
    assert sum(isinstance(r, Stride) for r in records) > 5
    merge = Merge(sides=[Side.LEFT])
    window = WindowStage(runner="ann", session="one", sides=[Side.LEFT])
    windows = [w for r in records for second in merge.push(r) for w in window.push(second)]
    assert windows[-1].cadence_spm is not None
    texts = [repr(to_dict(r)) if isinstance(r, Stride) else repr(r) for r in [*records, *windows]]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


_NAMES = (
    "worn", "first_index", "time_s", "accel_g", "range_g", "rate_hz", "aligned", "late",
)  # fmt: skip


@pytest.mark.parametrize(("placement", "gyro"), [("shin", True), ("shoe", True), ("shoe", False)])
def test_compiled_and_plain_python_agree_to_the_last_bit(*, placement: str, gyro: bool) -> None:
    program = (
        "from analytics.records import Placement\n"
        "from tests.analytics.test_kernels_without_numba import digest\n"
        f"print(digest(Placement({placement!r}), gyro={gyro}))\n"
    )
    plain = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert plain.stdout.strip() == digest(Placement(placement), gyro=gyro)
