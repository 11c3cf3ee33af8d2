"""Something that happens once at most, and a way to wait for it that costs one timer."""

from __future__ import annotations

import asyncio


class Alarm:
    """Rings once. One task may wait for it, again and again.

    An `asyncio.Event` within an `asyncio.timeout` does the same for five times the work: every
    wait that ends without a ring cancels the task.
    """

    def __init__(self) -> None:
        self.rung = False
        self._woken: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Let it have happened."""
        self.rung = True
        self._wake()

    async def wait(self, seconds: float) -> None:
        """Return when it has rung, after so long at most."""
        if self.rung:
            return
        loop = asyncio.get_running_loop()
        self._woken = loop.create_future()
        timer = loop.call_later(seconds, self._wake)
        try:
            await self._woken
        finally:
            timer.cancel()

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)
