"""The same results on every Python: no result hangs on how its `sum` rounds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.end_to_end.running import environment
from tests.laws.other_sum import SUMS, compensated, plain


def test_the_two_sums_differ() -> None:
    """Else the test below proves nothing."""
    tenths = [0.1] * 10
    assert (plain(tenths), compensated(tenths)) == (0.9999999999999999, 1.0)


def test_a_week_is_the_same_however_floats_are_added(tmp_path: Path) -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-m", "tests.laws.other_sum", name],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in SUMS
    }
    assert len(digests) == 1, digests
