"""Under which address others on the LAN reach this machine."""

from __future__ import annotations

import socket
from contextlib import closing

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the phone page is for the LAN; a token guards it
_ELSEWHERE = ("198.51.100.1", 9)  # RFC 5737: stands for any other machine; nothing is sent


def lan_address() -> str:
    """Return the address of the interface that leads outward, or loopback without one."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(_ELSEWHERE)  # a UDP connect only picks the route
        except OSError:
            return LOOPBACK
        return str(probe.getsockname()[0])
