"""bumble, swifter: data between a host and a controller in this process goes without HCI packets.

Wrapping, queueing and wording them takes more than half of a simulated hour's processor time.
Data goes the same way in the same order, and the bytes that links and ATT clients exchange are
bumble's own; to a host or a controller behind a transport it goes in HCI packets as ever.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Any

from bumble import att, hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.device import Connection, Device
from bumble.host import Host

_L2CAP = struct.Struct("<HH")  # length, channel
_NOTIFICATION = struct.Struct("<BH")


class SwiftController(Controller):
    """A controller that hands data to a host in this process as it is."""

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
            asyncio.get_running_loop().call_soon(self.host.on_sdu, connection.handle, data)
        else:
            super().on_link_acl_data(sender_address, transport, data)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Send a packet to the host."""
        if self.host is not None:
            asyncio.get_running_loop().call_soon(self.host.on_packet, bytes(packet))

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
    """A device whose GATT client hands notifications over without a word."""

    def __init__(self, *, host: SwiftHost, **options: Any) -> None:  # noqa: ANN401 - bumble's
        super().__init__(host=host, **options)
        host.on_att = self.on_gatt_pdu

    def on_gatt_pdu(self, connection_handle: int, pdu: bytes) -> None:
        """Take an ATT packet; notifications go the short way."""
        connection = self.connections.get(connection_handle)
        if pdu[0] != att.Opcode.ATT_HANDLE_VALUE_NOTIFICATION or connection is None:
            super().on_gatt_pdu(connection_handle, pdu)
            return
        _, handle = _NOTIFICATION.unpack_from(pdu)
        value = pdu[_NOTIFICATION.size :]
        for subscriber in connection.gatt_client.notification_subscribers.get(handle, ()):
            if callable(subscriber):
                subscriber(value)


def notify(connection: Connection, handle: int, value: bytes) -> None:
    """Send a notification to a subscriber, cut to the MTU as bumble does."""
    head = _NOTIFICATION.pack(att.Opcode.ATT_HANDLE_VALUE_NOTIFICATION, handle)
    pdu = head + value[: connection.att_mtu - _NOTIFICATION.size]
    sdu = _L2CAP.pack(len(pdu), att.ATT_CID) + pdu
    connection.device.host.send_acl_sdu(connection.handle, sdu)
