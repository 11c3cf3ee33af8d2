"""What is stored stays stored: when the disk is full, when the process is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboards.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stridecue.db"


FILLER = """
import resource, sys
from pathlib import Path
from analytics.errors import ServiceError
from dashboards.store import Store
from tests.dashboards import people
limit = 600_000
store = Store(Path(sys.argv[1]))
store.begin_session(session="s1", runner="mia", started_utc_ns=0, source="t", simulated=False)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    for n in range(0, 100_000, 10):
        store.write([people.stride(m) for m in range(n, n + 10)])
        print(n + 10, flush=True)
except ServiceError as error:
    print(error)
"""


def test_a_full_disk_is_one_clear_line_and_loses_nothing_stored(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(path)], capture_output=True, text=True, check=True
    )
    *counts, line = done.stdout.splitlines()
    assert not done.stderr
    assert line.startswith(f"{path}: the disk takes no more")
    assert line.endswith("; free some space and start again; everything stored before is intact")
    with Store(path) as store:
        stored = store.rows("strides", limit=1_000_000)
    assert len(stored) == int(counts[-1])
    assert int(counts[-1]) > 100


KILLED = """
import sys
from dataclasses import replace
from pathlib import Path
from dashboards.store import Store
from tests.dashboards import people
store = Store(Path(sys.argv[1]))
store.begin_session(session="s1", runner="mia", started_utc_ns=0, source="t", simulated=False)
for n in range(1_000_000):
    store.write([people.stride(n)])
    print(n, flush=True)
"""


def test_what_was_committed_survives_a_kill(path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    last = [writer.stdout.readline() for _ in range(500)][-1]
    writer.kill()
    rest = writer.communicate()[0].splitlines()
    last = rest[-1] if rest else last
    with Store(path) as store:
        stored = [row["contact_index"] // 70 for row in store.rows("strides", limit=1_000_000)]
    assert stored == list(range(len(stored)))
    assert len(stored) >= int(last) + 1
