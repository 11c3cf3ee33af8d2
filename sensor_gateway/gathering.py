"""An event loop that looks at sensors' sockets now and then instead of waking for every packet.

Theory of operation. With AcquireNotify each characteristic's notifications come by a socket of
its own, of whole packets (SOCK_SEQPACKET, which nothing else in a gateway uses). A process that
slept pays three to four times as much for the first notification as for those right behind it, so
these sockets are looked at together: again and again until a look finds nothing, then not for
`APART_S`. What comes after a pause is taken at once; from a busy radio every look takes several.
All other sockets and timers are served as ever, clock reads on the bus among them.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

T = TypeVar("T")
Ready: TypeAlias = list[tuple[selectors.SelectorKey, int]]

# So much too late an arrival may be stamped: half of what a usual connection interval of 30 ms
# makes it late anyway.
APART_S = 0.0105


class GatheringSelector(selectors.DefaultSelector):
    """Serves sockets of whole packets together, `APART_S` apart, and all others at once."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now_s = now_s
        self._packets = selectors.DefaultSelector()
        self._next_s: float | None = 0.0  # time of the next look; None: when something comes
        self._found = False  # by the last look

    def register(
        self, fileobj: FileDescriptorLike, events: int, data: object = None
    ) -> selectors.SelectorKey:
        """Serve a socket, in the way of its kind."""
        if _is_of_packets(fileobj):
            return self._packets.register(fileobj, events, data)
        return super().register(fileobj, events, data)

    def unregister(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        """Serve a socket no more."""
        if fileobj in self._packets.get_map():
            return self._packets.unregister(fileobj)
        return super().unregister(fileobj)

    def modify(
        self, fileobj: FileDescriptorLike, events: int, data: object = None
    ) -> selectors.SelectorKey:
        """Wait for other events of a socket."""
        if fileobj in self._packets.get_map():
            return self._packets.modify(fileobj, events, data)
        return super().modify(fileobj, events, data)

    def get_key(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        """Return what is known of a socket; KeyError for one that is not served."""
        if fileobj in self._packets.get_map():
            return self._packets.get_key(fileobj)
        return super().get_key(fileobj)

    def select(self, timeout: float | None = None) -> Ready:
        """Return what is ready; wait for so many seconds at most, perhaps for less."""
        if self._next_s is None:
            ready = super().select(timeout)
            others = [each for each in ready if each[0].fileobj is not self._packets]
            if len(others) == len(ready):
                return ready
            super().unregister(self._packets)
            return others + self._look()
        rest_s = max(self._next_s - self._now_s(), 0.0)
        ready = super().select(rest_s if timeout is None else min(timeout, rest_s))
        return ready if self._now_s() < self._next_s else ready + self._look()

    def close(self) -> None:
        """Serve nothing any more."""
        self._packets.close()
        super().close()

    def _look(self) -> Ready:
        """Return which sockets have a packet, and see to the next look."""
        came = self._packets.select(0.0)
        if came:
            self._next_s = 0.0  # there may be more behind what is read now
        elif self._found:
            self._next_s = self._now_s() + APART_S
        else:
            self._next_s = None
            super().register(self._packets, selectors.EVENT_READ)
        self._found = bool(came)
        return came


def run_gathering(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a program as `asyncio.run` does, on a loop that gathers what sensors' sockets bring."""
    # Elsewhere there is no BlueZ, hence no such socket.
    with asyncio.Runner(loop_factory=_loop if sys.platform == "linux" else None) as runner:
        return runner.run(coroutine)


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.SelectorEventLoop(GatheringSelector())


def _is_of_packets(fileobj: FileDescriptorLike) -> bool:
    descriptor = fileobj if isinstance(fileobj, int) else fileobj.fileno()
    try:
        one = socket.socket(fileno=descriptor)
    except OSError:  # a pipe, or another selector
        return False
    kind = one.type
    one.detach()
    return kind == socket.SOCK_SEQPACKET
