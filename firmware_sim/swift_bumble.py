"""bumble, swifter: without the log lines it words for every packet, whether read or not.

Wording them takes more than half of a simulated hour's processor time. Only the path of data
packets and notifications is shortened, and only by what nobody sees: the bytes that controllers,
hosts and clients exchange are bumble's own.
"""

from __future__ import annotations

import asyncio
import struct

from bumble import att, hci, ll
from bumble.controller import Controller
from bumble.device import Connection, Device
from bumble.host import Host
from bumble.l2cap import L2CAP_PDU

_COMPLETED = struct.Struct("<BBBBHH")  # event, code, length, one handle, handle, count
_COMPLETED_HEAD = struct.pack(
    "<BBBB", hci.HCI_EVENT_PACKET, hci.HCI_NUMBER_OF_COMPLETED_PACKETS_EVENT, 5, 1
)
_NOTIFICATION = struct.Struct("<BH")


class SwiftController(Controller):
    """A controller that passes data on without a word."""

    def on_packet(self, packet: bytes) -> None:
        """Take a packet from the host."""
        if packet[0] != hci.HCI_ACL_DATA_PACKET:
            super().on_packet(packet)
            return
        data = hci.HCI_AclDataPacket.from_bytes(packet)
        connection = self.find_connection_by_handle(data.connection_handle)
        if connection is not None:
            connection.assembler.feed_packet(data)
            self._to_host(_COMPLETED_HEAD + struct.pack("<HH", connection.handle, 1))

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Send a packet to the host."""
        self._to_host(bytes(packet))

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

    def _to_host(self, data: bytes) -> None:
        if self.host is not None:
            asyncio.get_running_loop().call_soon(self.host.on_packet, data)


class SwiftHost(Host):
    """A host that passes data on without a word."""

    def on_packet(self, packet: bytes) -> None:
        """Take a packet from the controller."""
        if self.ready and packet[0] == hci.HCI_ACL_DATA_PACKET:
            self.on_hci_acl_data_packet(hci.HCI_AclDataPacket.from_bytes(packet))
        elif self.ready and packet[:4] == _COMPLETED_HEAD:
            *_, handle, count = _COMPLETED.unpack(packet)
            queue = self.get_data_packet_queue(handle)
            if queue is not None:
                queue.on_packets_completed(count, handle)
        else:
            super().on_packet(packet)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Send a packet to the controller."""
        if self.hci_sink is not None:
            self.hci_sink.on_packet(bytes(packet))


class SwiftDevice(Device):
    """A device whose GATT client hands notifications over without a word."""

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
    pdu = L2CAP_PDU(att.ATT_CID, head + value[: connection.att_mtu - _NOTIFICATION.size])
    connection.device.host.send_acl_sdu(connection.handle, bytes(pdu))
