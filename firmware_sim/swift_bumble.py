"""bumble, swifter: data between a host and a controller in this process goes without HCI packets.

Wrapping, queueing and wording them takes more than half of a simulated hour's processor time.
Data goes the same way in the same order, and the bytes that links and ATT clients exchange are
bumble's own; to a host or a controller behind a transport it goes in HCI packets as ever.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

from bumble import att, core, hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.device import Connection, Device
from bumble.gatt import GATT_REQUEST_TIMEOUT
from bumble.host import Host

from firmware_sim.gatt import Turns

_L2CAP = struct.Struct("<HH")  # length, channel
_HANDLED = struct.Struct("<BH")  # operation and handle: of a notification, of a read request
_ANSWERS = {att.Opcode.ATT_READ_RESPONSE, att.Opcode.ATT_ERROR_RESPONSE}


class SwiftController(Controller):
    """A controller that hands data to a host in this process as it is."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - bumble's
        super().__init__(*args, **options)
        self._told = 0  # events on their way to the host; data does not overtake them

    def send_sdu(self, handle: int, sdu: bytes) -> None:
        """Send what a host has for the other end of a link."""
        connection = self.find_le_connection_by_handle(handle)
        if connection is not None:
            connection.on_acl_pdu(sdu)

    def on_link_acl_data(
        self, sender_address: hci.Address, transport: PhysicalTransport, data: bytes
    ) -> None:
        """Take data from a link."""
        connection = self.le_connections.get(sender_address)
        if isinstance(self.host, SwiftHost) and connection is not None:
            if self._told:
                asyncio.get_running_loop().call_soon(self.host.on_sdu, connection.handle, data)
            else:
                self.host.on_sdu(connection.handle, data)
        else:
            super().on_link_acl_data(sender_address, transport, data)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Send a packet to the host."""
        if self.host is not None:
            self._told += 1
            asyncio.get_running_loop().call_soon(self._tell, self.host, bytes(packet))

    def _tell(self, host: Any, packet: bytes) -> None:  # noqa: ANN401 - bumble's
        self._told -= 1
        host.on_packet(packet)

    def on_hci_le_create_connection_cancel_command(
        self, command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Give a pending connection up and say so, which bumble's controller leaves out."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            event = hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address.address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
            self.send_hci_packet(event)
        return super().on_hci_le_create_connection_cancel_command(command)

    def on_hci_reset_command(
        self, command: hci.HCI_Reset_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Begin anew, as controllers do and bumble's does not: without links, scans or wishes."""
        for connection in list(self.le_connections.values()):
            reason = hci.HCI_ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF_ERROR
            connection.send_ll_control_pdu(ll.TerminateInd(reason))
            del self.le_connections[connection.peer_address]
        self.le_scan_enable = False
        self.pending_le_connection = None
        return super().on_hci_reset_command(command)


class SwiftHost(Host):
    """A host that takes and gives data as it is where its controller is in this process."""

    on_att: Callable[[int, bytes], None] | None = None  # takes ATT packets, with their link

    def send_acl_sdu(self, connection_handle: int, sdu: bytes) -> None:
        """Send data to the other end of a link."""
        if isinstance(self.hci_sink, SwiftController):
            self.hci_sink.send_sdu(connection_handle, sdu)
        else:
            super().send_acl_sdu(connection_handle, sdu)

    def on_sdu(self, handle: int, sdu: bytes) -> None:
        """Take data from the other end of a link."""
        connection = self.connections.get(handle)
        if connection is None:
            return
        _, channel = _L2CAP.unpack_from(sdu)
        if channel == att.ATT_CID and self.on_att is not None:
            self.on_att(handle, sdu[_L2CAP.size :])
        else:
            connection.on_acl_pdu(sdu)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Send a packet to the controller."""
        if self.hci_sink is not None:
            self.hci_sink.on_packet(bytes(packet))


class SwiftDevice(Device):
    """A device whose GATT hands over notifications, and what is read, without a word.

    Reads of a device with `turns` take the time that the link's turns need.
    """

    def __init__(self, *, host: SwiftHost, **options: Any) -> None:  # noqa: ANN401 - bumble's
        super().__init__(host=host, **options)
        host.on_att = self.on_gatt_pdu
        self.turns: Turns | None = None
        self._asked = 0  # requests so far: a client waits for one answer at most

    def on_gatt_pdu(self, connection_handle: int, pdu: bytes) -> None:
        """Take an ATT packet; notifications and reads go the short way."""
        connection = self.connections.get(connection_handle)
        if connection is None:
            super().on_gatt_pdu(connection_handle, pdu)
        elif pdu[0] == att.Opcode.ATT_HANDLE_VALUE_NOTIFICATION:
            _, handle = _HANDLED.unpack_from(pdu)
            value = pdu[_HANDLED.size :]
            for subscriber in connection.gatt_client.notification_subscribers.get(handle, ()):
                if callable(subscriber):
                    subscriber(value)
        elif pdu[0] == att.Opcode.ATT_READ_REQUEST:
            self._asked += 1
            at_s = 0.0 if self.turns is None else self.turns.heard_s()
            self._in_turn(at_s, connection, partial(self._answer_read, connection, pdu))
        elif pdu[0] in _ANSWERS and isinstance(connection.gatt_client.pending_request, bytes):
            _answer(connection.gatt_client.pending_response, pdu)
        else:
            super().on_gatt_pdu(connection_handle, pdu)

    def _in_turn(self, at_s: float, connection: Connection, say: Callable[[], None]) -> None:
        """Do what the newest request leads to when its turn comes, if the link still stands."""
        loop, asked = asyncio.get_running_loop(), self._asked

        def say_it() -> None:
            if asked == self._asked and self.connections.get(connection.handle) is connection:
                say()

        if at_s <= loop.time():
            say_it()
        else:
            loop.call_at(at_s, say_it)

    def _answer_read(self, connection: Connection, request: bytes) -> None:
        if not self._answered(connection, request):
            super().on_gatt_pdu(connection.handle, request)

    def _answered(self, connection: Connection, request: bytes) -> bool:
        """Answer a read at once; False where that takes longer, or there is nothing to be read."""
        attribute = self.gatt_server.get_attribute(_HANDLED.unpack(request)[1])
        if attribute is None:
            return False
        reading = attribute.read_value(connection)
        try:
            reading.send(None)
        except StopIteration as read:
            value: bytes = read.value
        except att.ATT_Error:
            return False
        else:
            reading.close()
            return False
        response = bytes([att.Opcode.ATT_READ_RESPONSE]) + value[: connection.att_mtu - 1]
        at_s = 0.0 if self.turns is None else self.turns.answered_s()
        self._in_turn(at_s, connection, partial(send, connection, response))
        return True


def _answer(waiting: Any, pdu: bytes) -> None:  # noqa: ANN401 - in bumble's words it waits for a packet
    if not waiting.done():  # the link may just have dropped
        waiting.set_result(pdu)


def _give_up(waiting: asyncio.Future[bytes]) -> None:
    if not waiting.done():
        waiting.set_exception(core.TimeoutError("the read has no answer"))


async def read(connection: Connection, handle: int) -> bytes:
    """Return a characteristic's value as bumble's client does; what goes wrong is its error."""
    client: Any = connection.gatt_client  # a request in bytes tells it from bumble's own
    async with client.request_semaphore:
        request = _HANDLED.pack(att.Opcode.ATT_READ_REQUEST, handle)
        client.pending_request = request
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()
        client.pending_response = answer
        patience = loop.call_later(GATT_REQUEST_TIMEOUT, _give_up, answer)
        try:
            send(connection, request)
            response = await answer
        finally:
            patience.cancel()
            client.pending_request = client.pending_response = None
    if response[0] == att.Opcode.ATT_ERROR_RESPONSE:
        raise att.ATT_Error(error_code=response[-1])
    value = response[1:]
    if len(value) < connection.att_mtu - 1:
        return value
    whole: bytes = await client.read_value(handle)  # in parts
    return whole


def notify(connection: Connection, handle: int, value: bytes) -> None:
    """Send a notification to a subscriber, cut to the MTU as bumble does."""
    head = _HANDLED.pack(att.Opcode.ATT_HANDLE_VALUE_NOTIFICATION, handle)
    send(connection, head + value[: connection.att_mtu - _HANDLED.size])


def send(connection: Connection, pdu: bytes) -> None:
    """Send an ATT packet."""
    sdu = _L2CAP.pack(len(pdu), att.ATT_CID) + pdu
    connection.device.host.send_acl_sdu(connection.handle, sdu)
