from __future__ import annotations

import asyncio
import time

import pytest

from firmware_sim.virtual_time import DeadlockError, run_scaled, run_virtual


async def nap(seconds: float) -> float:
    loop = asyncio.get_running_loop()
    before = loop.time()
    await asyncio.sleep(seconds)
    return loop.time() - before


def test_a_day_of_virtual_time_passes_in_no_time() -> None:
    began = time.monotonic()
    assert run_virtual(nap(86_400.0)) == pytest.approx(86_400.0)
    assert time.monotonic() - began < 5.0


def test_sleepers_wake_in_the_order_of_their_times() -> None:
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        slept = await nap(seconds)
        woken.append((name, slept))

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            for name, seconds in (("c", 30.0), ("a", 1.0), ("b", 7.5)):
                tasks.create_task(sleeper(name, seconds))

    run_virtual(main())
    assert [name for name, _ in woken] == ["a", "b", "c"]
    assert [slept for _, slept in woken] == pytest.approx([1.0, 7.5, 30.0])


def test_waiting_for_what_never_comes_is_a_deadlock() -> None:
    async def wait_for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(DeadlockError):
        run_virtual(wait_for_ever())


def test_a_timeout_is_no_deadlock() -> None:
    async def give_up() -> str:
        try:
            async with asyncio.timeout(5.0):
                await asyncio.Event().wait()
        except TimeoutError:
            return "gave up"
        return "came"

    assert run_virtual(give_up()) == "gave up"


def test_what_was_cleaned_up_stays_clean_after_a_deadlock() -> None:
    cleaned: list[str] = []

    async def tidy() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append("yes")

    with pytest.raises(DeadlockError):
        run_virtual(tidy())
    assert cleaned == ["yes"]


def test_threads_are_refused_in_virtual_time() -> None:
    async def in_a_thread() -> None:
        await asyncio.to_thread(time.sleep, 0.01)

    with pytest.raises(RuntimeError, match="no threads"):
        run_virtual(in_a_thread())


@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_scaled_time_passes_faster_by_its_factor(speed: float) -> None:
    began = time.monotonic()
    slept = run_scaled(nap(0.2 * speed), speed)
    assert slept == pytest.approx(0.2 * speed, rel=0.5)
    assert 0.19 <= time.monotonic() - began < 1.0


def test_real_sockets_work_in_scaled_time() -> None:
    async def echo() -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.read(5))
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello")
        said = await reader.read(5)
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return said

    assert run_scaled(echo(), 20.0) == b"hello"
