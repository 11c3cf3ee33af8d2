"""Event loops whose clock is not the wall's: simulated time, and time that runs faster."""

from __future__ import annotations

import asyncio
import itertools
import selectors
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from heapq import heappop, heappush
from typing import Any, Never, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Args = TypeVarTuple("Args")

_ON_ITS_WAY_S = 0.0002  # real time; how long a busy process is left to go on before a second look
_AT_ONCE_S = 1e-9  # what is due within asyncio's usual tick is due at once
VIRTUAL_START_S = 1000.0  # not 0, so that nobody can take "no time" for "the beginning"


class DeadlockError(RuntimeError):
    """Every task waits and nothing is scheduled: in real life the program would hang."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs coroutines in simulated time; sockets and threads have no place in it.

    What is due at the same time runs in the order in which it was asked for. asyncio's own loop
    looks for sockets at every turn and compares timers in Python, which takes a sixth of what a
    simulated hour's callbacks take; so the turn is one of our own, over asyncio's handles.
    """

    def __init__(self) -> None:
        super().__init__(selectors.SelectSelector())
        self._now_s = VIRTUAL_START_S
        self._ready: deque[asyncio.Handle]  # asyncio's, which also fills it,
        self._stopping: bool  # and this
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []  # a heap
        self._asked = itertools.count()

    def time(self) -> float:
        """Return simulated seconds."""
        return self._now_s

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Args]], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Have something called at a simulated time."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._timers, (when, next(self._asked), timer))
        return timer

    def run_in_executor(self, *_: object) -> Never:
        """Refuse: a thread lives in real time."""
        message = "virtual time has no threads; write in line instead"
        raise RuntimeError(message)

    def _timer_handle_cancelled(self, _handle: asyncio.TimerHandle) -> None:
        """Leave a cancelled timer where it is until its time."""

    def _run_once(self) -> None:
        """Pass the time until something is due, unless something is ready; then run that."""
        ready, timers = self._ready, self._timers
        while timers and timers[0][-1].cancelled():
            heappop(timers)
        if not ready and not self._stopping:
            if not timers:
                message = "every task waits and nothing is due"
                raise DeadlockError(message)
            self._now_s = max(self._now_s, timers[0][0])
        due_s = self._now_s + _AT_ONCE_S
        while timers and timers[0][0] < due_s:
            ready.append(heappop(timers)[-1])
        for _ in range(len(ready)):  # and not what these make ready in turn
            handle = ready.popleft()
            if not handle.cancelled():
                handle._run()  # noqa: SLF001 - asyncio's way to call back, in any version


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
