from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transport.backoff import Backoff
from transport.buffers import DiskBuffer
from transport.outbox import Outbox, SinkUnavailable
from transport.spool import Spool

WRITER = """
import sys
from pathlib import Path
from transport.spool import Spool
spool = Spool(Path(sys.argv[1]))
n = 0
while True:
    spool.append(b"%d" % n)
    print(n, flush=True)
    n += 1
    if n % 3 == 0:
        mark, _ = spool.head(2)
        spool.forget(mark)
        print("forgot", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mqtt.spool"


def texts(spool: Spool) -> list[bytes]:
    return spool.head(len(spool))[1]


def opened(path: Path, **limits: int) -> Iterator[Spool]:
    spool = Spool(path, **limits)
    yield spool
    spool.close()


def test_what_was_appended_is_there_after_opening_again(path: Path) -> None:
    for spool in opened(path):
        for n in range(5):
            spool.append(b"%d" % n)
        mark, _ = spool.head(2)
        spool.forget(mark)
    for spool in opened(path):
        assert texts(spool) == [b"2", b"3", b"4"]


def test_forgetting_twice_forgets_once(path: Path) -> None:
    for spool in opened(path):
        for n in range(5):
            spool.append(b"%d" % n)
        mark, _ = spool.head(2)
        spool.forget(mark)
        spool.forget(mark)
        assert texts(spool) == [b"2", b"3", b"4"]


def test_nothing_handed_over_is_lost_to_a_kill(path: Path) -> None:
    for _ in range(5):
        path.unlink(missing_ok=True)
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        lines = [writer.stdout.readline().strip() for _ in range(200)]
        writer.send_signal(signal.SIGKILL)
        lines += [line.strip() for line in writer.communicate()[0].splitlines()]
        appended = [line for line in lines if line != "forgot"]
        forgotten = 2 * lines.count("forgot")
        for spool in opened(path):
            waiting = [text.decode() for text in texts(spool)]
        # Said to be appended, not yet said to be forgotten: there. What was done but not said
        # before the kill may be either way.
        assert waiting
        first = int(waiting[0])
        assert first in {forgotten, forgotten + 2}
        assert waiting == [str(n) for n in range(first, first + len(waiting))]
        assert int(waiting[-1]) >= int(appended[-1])


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(min_value=0, max_value=400), flip=st.integers(0, 399))
def test_a_file_cut_or_damaged_anywhere_opens_with_what_was_good_before(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flip: int
) -> None:
    path = tmp_path_factory.mktemp("spool") / "s"
    sent = [bytes([n]) * n for n in range(1, 20)]
    for spool in opened(path):
        for text in sent:
            spool.append(text)
    data = bytearray(path.read_bytes())
    flip %= len(data)
    data[flip] ^= 0x20
    path.write_bytes(data[:cut])
    for spool in opened(path):
        good = texts(spool)
        spool.append(b"new")
        assert texts(spool) == [*good, b"new"]
    if flip >= 16:  # the header, which says where the oldest waits, is whole
        assert good == sent[: len(good)]
    for spool in opened(path):
        assert texts(spool) == [*good, b"new"]


def test_a_file_that_is_no_spool_is_put_aside(path: Path) -> None:
    path.write_text("my diary, page one")
    for spool in opened(path):
        spool.append(b"new")
        assert texts(spool) == [b"new"]
    assert path.with_name("mqtt.spool.damaged").read_text() == "my diary, page one"


def test_a_tail_of_zeros_is_no_frame(path: Path) -> None:
    for spool in opened(path):
        spool.append(b"good")
    with path.open("ab") as file:
        file.write(bytes(64))
    for spool in opened(path):
        assert texts(spool) == [b"good"]


def test_a_spool_at_its_limit_drops_the_oldest_and_counts_them(path: Path) -> None:
    for spool in opened(path, limit_bytes=1000):
        for n in range(100):
            spool.append(b"%092d" % n)  # 100 bytes with its frame
        assert spool.dropped == 90
        assert [int(text) for text in texts(spool)] == list(range(90, 100))


def test_a_spool_that_is_emptied_does_not_grow(path: Path) -> None:
    for spool in opened(path):
        for _ in range(40):
            for _ in range(100):
                spool.append(bytes(1000))
            mark, _ = spool.head(100)
            spool.forget(mark)
        spool.append(b"last")
    assert path.stat().st_size < 2_300_000
    for spool in opened(path):
        assert texts(spool) == [b"last"]


def test_a_disk_that_takes_no_more_loses_nothing_stored(path: Path) -> None:
    script = (
        "import resource, sys; from pathlib import Path; from transport.spool import Spool\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "spool = Spool(Path(sys.argv[1]))\n"
        "for n in range(100):\n"
        "    try: spool.append(b'%092d' % n)\n"
        "    except OSError: print(n); break\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "9"
    for spool in opened(path):
        assert [int(text) for text in texts(spool)] == list(range(9))


async def test_an_outbox_on_disk_goes_on_where_a_killed_one_stopped(path: Path) -> None:
    got: list[bytes] = []

    async def away(_: Sequence[bytes]) -> None:
        raise SinkUnavailable("away")

    async def there(items: Sequence[bytes]) -> None:
        got.extend(items)

    for spool in opened(path):
        box = outbox(spool, away)
        for n in range(10):
            box.offer(b"%d" % n)
        # no goodbye: the process is gone
    for spool in opened(path):
        box = outbox(spool, there)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(box.run())
            assert await box.drain(within_s=1.0)
            running.cancel()
        assert len(spool) == 0
    assert got == [b"%d" % n for n in range(10)]


def outbox(spool: Spool, deliver: object) -> Outbox[bytes]:
    return Outbox(
        name="disk",
        deliver=deliver,  # type: ignore[arg-type]
        buffer=DiskBuffer(spool=spool, encode=bytes, decode=bytes),
        backoff=Backoff(rng=random.Random(1), first_s=0.01),  # noqa: S311 - not for secrets
    )
