"""A tree of D-Bus objects: properties as data, methods as plain functions, signals as BlueZ's.

dbus-fast's own service classes hide when a signal is sent and answer at once; BlueZ's clients
live by the order of signals and answers, and some answers come late. So this is done by hand.
"""

from __future__ import annotations

import asyncio
import os
import select
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
_FULL_S = 0.001  # how long a full socket is left alone
_UNKNOWN = "org.freedesktop.DBus.Error.Unknown"


class PatientSender:
    """Sends in order and as fast as the bus takes it: dbus-fast gives up a bus that is full."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._room = select.poll()
        fd = bus._fd  # noqa: SLF001 - there is no other way to ask
        assert fd is not None  # noqa: S101 - the bus is connected
        self._room.register(fd, select.POLLOUT)
        self._waiting: deque[Message] = deque()

    def send(self, message: Message) -> None:
        """Send a message, or keep it until there is room; its file descriptors are then closed."""
        self._waiting.append(message)
        if len(self._waiting) == 1:
            self._flush()

    def _flush(self) -> None:
        while self._waiting and self._bus.connected:
            if not self._room.poll(0):
                asyncio.get_running_loop().call_later(_FULL_S, self._flush)
                return
            message = self._waiting.popleft()
            sent = self._bus.send(message)
            for fd in message.unix_fds:
                sent.add_done_callback(partial(_close, fd))


def _close(fd: int, _: object) -> None:
    os.close(fd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A method call that waits for its answer, however long that takes."""

    message: Message
    answers: PatientSender

    @property
    def sender(self) -> str:
        """Return the unique name of who called."""
        return self.message.sender or ""

    @property
    def arguments(self) -> list[Any]:
        """Return what the call came with."""
        return self.message.body

    def reply(self, signature: str = "", *body: Any, fds: Sequence[int] = ()) -> None:  # noqa: ANN401 - whatever D-Bus carries
        """Answer; file descriptors are duplicated on the way and closed here."""
        answer = Message.new_method_return(self.message, signature, list(body), list(fds))
        self.answers.send(answer)

    def fail(self, error: str, text: str) -> None:
        """Answer with an error."""
        self.answers.send(Message.new_error(self.message, error, text))


Method: TypeAlias = Callable[[Call], None]


def accept(call: Call) -> None:
    """Answer that all is well, whatever was asked."""
    call.reply()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface of one object."""

    name: str
    properties: dict[str, Variant]
    methods: Mapping[str, Method]


class ObjectTree:
    """Objects on a bus under one object manager.

    Parameters
    ----------
    bus : MessageBus
        Connected; the tree answers every call that comes in on it.
    root : str
        Path of the object manager.
    """

    def __init__(self, *, bus: MessageBus, root: str = "/") -> None:
        self._out = PatientSender(bus)
        self._root = root
        self._objects: dict[str, dict[str, Interface]] = {}
        bus.add_message_handler(self._arrived)

    def __contains__(self, path: object) -> bool:
        """Tell whether there is such an object."""
        return path in self._objects

    def add(self, path: str, *interfaces: Interface) -> None:
        """Put an object on the bus and say so."""
        self._objects[path] = {interface.name: interface for interface in interfaces}
        told = {interface.name: interface.properties for interface in interfaces}
        self._signal(self._root, OBJECT_MANAGER, "InterfacesAdded", "oa{sa{sv}}", path, told)

    def remove(self, path: str) -> None:
        """Take an object off the bus, those below it first, and say so."""
        for each in sorted(self._objects, reverse=True):
            if each == path or each.startswith(path + "/"):
                names = list(self._objects.pop(each))
                self._signal(self._root, OBJECT_MANAGER, "InterfacesRemoved", "oas", each, names)

    def get(self, path: str, interface: str, name: str) -> Any:  # noqa: ANN401 - whatever D-Bus carries
        """Return the value of a property."""
        return self._objects[path][interface].properties[name].value

    def change(
        self,
        path: str,
        interface: str,
        changed: Mapping[str, Variant],
        *,
        gone: Sequence[str] = (),
    ) -> None:
        """Set properties, drop those that are `gone`, and say so."""
        properties = self._objects[path][interface].properties
        properties.update(changed)
        for name in gone:
            properties.pop(name, None)
        body = interface, dict(changed), list(gone)
        self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", *body)

    def _arrived(self, message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        call = Call(message=message, answers=self._out)
        match message.interface, message.member:
            case "org.freedesktop.DBus.Peer" | "org.freedesktop.DBus.Introspectable", _:
                return False  # dbus-fast's own answers will do
            case str(name), "GetManagedObjects" if name == OBJECT_MANAGER:
                call.reply("a{oa{sa{sv}}}", self._managed())
            case str(name), "GetAll" | "Get" if name == PROPERTIES:
                self._properties(call)
            case _:
                self._method(call)
        return True

    def _managed(self) -> dict[str, dict[str, dict[str, Variant]]]:
        return {
            path: {name: interface.properties for name, interface in interfaces.items()}
            for path, interfaces in self._objects.items()
        }

    def _properties(self, call: Call) -> None:
        wanted, *names = call.arguments
        interface = self._objects.get(call.message.path or "", {}).get(wanted)
        if interface is None:
            call.fail(_UNKNOWN + "Object", f"no {wanted} at {call.message.path}")
        elif not names:
            call.reply("a{sv}", interface.properties)
        elif names[0] in interface.properties:
            call.reply("v", interface.properties[names[0]])
        else:
            call.fail(_UNKNOWN + "Property", f"no property {names[0]}")

    def _method(self, call: Call) -> None:
        asked = call.message
        interfaces = self._objects.get(asked.path or "")
        if interfaces is None:
            text = f'Method "{asked.member}" with signature "{asked.signature}" on interface '
            text += f'"{asked.interface}" doesn\'t exist'
            call.fail(_UNKNOWN + "Object", text)
            return
        interface = interfaces.get(asked.interface or "")
        method = None if interface is None else interface.methods.get(asked.member or "")
        if method is None:
            call.fail(_UNKNOWN + "Method", f"no method {asked.interface}.{asked.member}")
        else:
            method(call)

    def _signal(self, path: str, interface: str, member: str, signature: str, *body: Any) -> None:  # noqa: ANN401 - whatever D-Bus carries
        self._out.send(Message.new_signal(path, interface, member, signature, list(body)))
