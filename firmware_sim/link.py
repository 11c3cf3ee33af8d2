"""The air between bumble's controllers: who hears whom, in an order that is always the same."""

from __future__ import annotations

import asyncio
import contextlib

from bumble import core, hci, ll
from bumble.controller import Controller
from bumble.link import LocalLink


class OrderedLink(LocalLink):
    """A link that speaks to its controllers in the order they came, not in a set's order."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.deaf: set[tuple[Controller, hci.Address]] = set()  # who does not hear whom
        self.controllers: dict[Controller, None] = {}  # type: ignore[assignment]
        self._found: dict[hci.Address, Controller] = {}  # whom data for an address is for

    def add_controller(self, controller: Controller) -> None:
        """Put a controller within reach."""
        self._found.clear()
        self.controllers[controller] = None

    def remove_controller(self, controller: Controller) -> None:
        """Take a controller out of reach."""
        self._found.clear()
        self.controllers.pop(controller, None)

    def on_address_changed(self, controller: Controller) -> None:
        """Note that a controller goes by another address."""
        self._found.clear()
        super().on_address_changed(controller)  # type: ignore[no-untyped-call]

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        """Hand data to who goes by an address; to nobody where it has lost its power."""
        receiver = self._found.get(destination_address)
        if receiver is None:
            receiver = self.find_le_controller(destination_address)
            if receiver is None:
                return
            self._found[destination_address] = receiver
        asyncio.get_running_loop().call_soon(
            receiver.on_link_acl_data, sender_controller.random_address, transport, data
        )

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Let everybody hear who is not out of reach."""
        loop = asyncio.get_running_loop()
        for controller in self.controllers:
            apart = (controller, sender_controller.random_address) in self.deaf
            if controller is not sender_controller and not apart:
                loop.call_soon(controller.on_ll_advertising_pdu, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Send link control; into the void where the receiver has lost its power."""
        with contextlib.suppress(core.InvalidArgumentError):
            super().send_ll_control_pdu(sender_address, receiver_address, packet)
