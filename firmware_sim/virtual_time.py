"""Event loops whose clock is not the wall's: simulated time, and time that runs faster."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, Never, TypeVar

T = TypeVar("T")

_ON_ITS_WAY_S = 0.0002  # real time; how long a busy process is left to go on before a second look
VIRTUAL_START_S = 1000.0  # not 0, so that nobody can take "no time" for "the beginning"


class DeadlockError(RuntimeError):
    """Every task waits and nothing is scheduled: in real life the program would hang."""


class _Timeless(selectors.SelectSelector):
    """A selector that jumps over waiting: it moves the loop's clock instead of sleeping."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = VIRTUAL_START_S

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Pass the time until something is due; there are no sockets to look at."""
        if timeout is None:
            message = "every task waits and nothing is due"
            raise DeadlockError(message)
        if timeout > 0.0:
            self.now_s += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs coroutines in simulated time; sockets and threads have no place in it."""

    def __init__(self) -> None:
        self._timeless = _Timeless()
        super().__init__(self._timeless)

    def time(self) -> float:
        """Return simulated seconds."""
        return self._timeless.now_s

    def run_in_executor(self, *_: object) -> Never:
        """Refuse: a thread lives in real time."""
        message = "virtual time has no threads; write in line instead"
        raise RuntimeError(message)


class _Quiet(selectors.DefaultSelector):
    """A selector that jumps over waiting when nobody has anything left to say."""

    def __init__(self, is_quiet: Callable[[], bool]) -> None:
        super().__init__()
        self.now_s = VIRTUAL_START_S
        self._is_quiet = is_quiet

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what has come on sockets; pass the time only if nothing is on its way."""
        if timeout is None:
            return super().select(None)
        while True:
            quiet = timeout <= 0.0 or self._is_quiet()
            ready = super().select(0.0)  # asked after: what was said before the quiet has come
            if ready or quiet:
                self.now_s += 0.0 if ready else max(timeout, 0.0)
                return ready
            ready = super().select(_ON_ITS_WAY_S)
            if ready:
                return ready


class BusLoop(asyncio.SelectorEventLoop):
    """Runs coroutines in simulated time with real sockets to one other process.

    Parameters
    ----------
    is_quiet : callable
        Tells whether that process has passed on all that it was given.
    """

    def __init__(self, is_quiet: Callable[[], bool]) -> None:
        self._quiet = _Quiet(is_quiet)
        super().__init__(self._quiet)

    def time(self) -> float:
        """Return simulated seconds."""
        return self._quiet.now_s


class _Hasty(selectors.DefaultSelector):
    """A selector that sleeps `speed` times shorter than it is asked to."""

    speed = 1.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for sockets, or for the scaled time to pass."""
        scaled = timeout if timeout is None or timeout <= 0.0 else timeout / self.speed
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(scaled)
        return ready


class ScaledLoop(asyncio.SelectorEventLoop):
    """Runs coroutines in time that passes `speed` times faster, with real sockets."""

    def __init__(self, *, speed: float) -> None:
        selector = _Hasty()
        selector.speed = speed
        self._speed = speed
        self._start_s = time.monotonic()
        super().__init__(selector)
        # Timers due within one tick of the clock run at once; a tick is now `speed` times longer.
        self._clock_resolution: float = time.get_clock_info("monotonic").resolution * speed

    def time(self) -> float:
        """Return scaled seconds."""
        return self._start_s + (time.monotonic() - self._start_s) * self._speed


def run_virtual(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a program in simulated time, as fast as the processor allows.

    Raises
    ------
    DeadlockError
        If every task waits for something that nothing will do.

    Examples
    --------
    >>> async def nap() -> float:
    ...     before = asyncio.get_running_loop().time()
    ...     await asyncio.sleep(3600.0)
    ...     return asyncio.get_running_loop().time() - before
    >>> run_virtual(nap())
    3600.0

    """
    return _run(coroutine, VirtualLoop)


def run_scaled(coroutine: Coroutine[Any, Any, T], speed: float) -> T:
    """Run a program in time that passes `speed` times faster than the wall's."""
    if speed == 1.0:
        return asyncio.run(coroutine)
    return _run(coroutine, lambda: ScaledLoop(speed=speed))


def run_on_bus(coroutine: Coroutine[Any, Any, T], is_quiet: Callable[[], bool]) -> T:
    """Run a program in simulated time that passes while another process is quiet."""
    return _run(coroutine, lambda: BusLoop(is_quiet))


def _run(
    coroutine: Coroutine[Any, Any, T], make_loop: Callable[[], asyncio.AbstractEventLoop]
) -> T:
    done: list[T] = []

    async def keep() -> None:
        # As its own result a task would carry it into its repr, which Runner words at the end
        # (by way of signal.getsignal): seconds for a session's worth of samples.
        done.append(await coroutine)

    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(keep())
    return done[0]
