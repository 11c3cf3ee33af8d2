"""One characteristic of a remote sensor as BlueZ shows it: org.bluez.GattCharacteristic1."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from dbus_fast import Variant

from firmware_sim.bus_objects import Call, Interface, ObjectTree
from firmware_sim.gatt import Characteristic

CHARACTERISTIC = "org.bluez.GattCharacteristic1"
FAILED = "org.bluez.Error.Failed"
_NOT_PERMITTED = "org.bluez.Error.NotPermitted"
_NOT_SUPPORTED = "org.bluez.Error.NotSupported"
_IN_PROGRESS = "org.bluez.Error.InProgress"
_ATT_HEADER = 3  # bytes of a notification that are not its value

# Hands a call on to the sensor's own table, or answers for a sensor that cannot.
Reach: TypeAlias = Callable[[Call, Callable[[Characteristic], None]], None]


def flags(about: Characteristic) -> list[str]:
    """Return what a characteristic offers in BlueZ's words."""
    offered = {
        "read": about.read is not None,
        "write": about.write is not None,
        "write-without-response": about.without_response,
        "notify": about.notify,
    }
    return [flag for flag, there in offered.items() if there]


class RemoteCharacteristic:
    """A characteristic on the bus, from the first connection on.

    Parameters
    ----------
    about : Characteristic
        What it offers; what it does is asked of the sensor that is connected at that time.
    reach : callable
        The way to that sensor.
    mtu : int
        ATT MTU of the connection, bytes.
    """

    def __init__(
        self,
        *,
        tree: ObjectTree,
        path: str,
        service: str,
        about: Characteristic,
        reach: Reach,
        mtu: int,
    ) -> None:
        self._tree = tree
        self._path = path
        self._reach = reach
        self._mtu = mtu
        self._subscribers: dict[str, None] = {}  # bus names, in order
        self._acquired: _Pipe | None = None
        tree.add(path, self._interface(about, service))

    def notify(self, data: bytes) -> None:
        """Pass a notification on to whoever wants it, cut to the MTU as on the air."""
        value = data[: self._mtu - _ATT_HEADER]
        if self._acquired is not None:
            self._acquired.send(value)
        elif self._subscribers:
            self._tree.change(self._path, CHARACTERISTIC, {"Value": Variant("ay", value)})

    def disconnected(self) -> None:
        """End all subscriptions: they do not outlive the link."""
        self._subscribers.clear()
        self._release()
        self._tell(Notifying=False)

    def forget(self, client: str) -> None:
        """End the subscription of a program that has left the bus."""
        if client in self._subscribers:
            del self._subscribers[client]
            self._tell(Notifying=bool(self._subscribers))

    def _interface(self, about: Characteristic, service: str) -> Interface:
        properties = {
            "UUID": Variant("s", about.uuid),
            "Service": Variant("o", service),
            "Value": Variant("ay", b""),
            "Flags": Variant("as", flags(about)),
            "MTU": Variant("q", self._mtu),
        }
        if about.notify:
            properties["Notifying"] = Variant("b", False)
            properties["NotifyAcquired"] = Variant("b", False)
        methods = {
            "ReadValue": self._read,
            "WriteValue": self._write,
            "StartNotify": self._start_notify if about.notify else _unsupported,
            "StopNotify": self._stop_notify,
            "AcquireNotify": self._acquire_notify if about.notify else _unsupported,
        }
        return Interface(name=CHARACTERISTIC, properties=properties, methods=methods)

    def _read(self, call: Call) -> None:
        def read(served: Characteristic) -> None:
            if served.read is None:
                call.fail(_NOT_PERMITTED, "Read not permitted")
                return
            value = served.read()
            # BlueZ tells subscribers of what it has read as if it had been notified.
            self._tree.change(self._path, CHARACTERISTIC, {"Value": Variant("ay", value)})
            call.reply("ay", value)

        self._reach(call, read)

    def _write(self, call: Call) -> None:
        def write(served: Characteristic) -> None:
            if served.write is None:
                call.fail(_NOT_PERMITTED, "Write not permitted")
                return
            served.write(bytes(call.arguments[0]))
            call.reply()

        self._reach(call, write)

    def _start_notify(self, call: Call) -> None:
        def subscribe(_: Characteristic) -> None:
            if self._acquired is not None:
                call.fail("org.bluez.Error.NotPermitted", "Notify acquired")
            elif call.sender in self._subscribers:
                call.fail(_IN_PROGRESS, "Operation already in progress")
            else:
                self._subscribers[call.sender] = None
                self._tell(Notifying=True)
                call.reply()

        self._reach(call, subscribe)

    def _stop_notify(self, call: Call) -> None:
        if call.sender not in self._subscribers:
            call.fail(FAILED, "No notify session started")
            return
        self.forget(call.sender)
        call.reply()

    def _acquire_notify(self, call: Call) -> None:
        def acquire(_: Characteristic) -> None:
            if self._acquired is not None or self._subscribers:
                call.fail("org.bluez.Error.NotPermitted", "Notify acquired")
                return
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._acquired = _Pipe(ours, self._released)
            self._tell(NotifyAcquired=True)
            call.reply("hq", 0, self._mtu, fds=[theirs.detach()])

        self._reach(call, acquire)

    def _released(self) -> None:
        if self._acquired is not None:
            self._release()
            self._tell(NotifyAcquired=False)

    def _release(self) -> None:
        if self._acquired is not None:
            self._acquired.close()
            self._acquired = None

    def _tell(self, **changed: bool) -> None:
        now = {name: Variant("b", value) for name, value in changed.items()}
        self._tree.change(self._path, CHARACTERISTIC, now)


class _Pipe:
    """Our end of an acquired notification socket: one packet a notification, none lost."""

    def __init__(self, ours: socket.socket, left: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = ours
        self._left = left
        self._waiting: deque[bytes] = deque()
        ours.setblocking(False)
        self._loop.add_reader(ours, self._heard)  # only ever the end

    def send(self, value: bytes) -> None:
        self._waiting.append(value)
        if len(self._waiting) == 1:
            self._flush()

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()

    def _flush(self) -> None:
        try:
            while self._waiting:
                self._socket.send(self._waiting[0])
                self._waiting.popleft()
        except BlockingIOError:
            self._loop.add_writer(self._socket, self._flush)
        except OSError:
            self._left()
        else:
            self._loop.remove_writer(self._socket)

    def _heard(self) -> None:
        self._left()


def _unsupported(call: Call) -> None:
    call.fail(_NOT_SUPPORTED, "Operation is not supported")
