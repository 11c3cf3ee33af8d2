"""A port for a program that cannot pick one itself."""

import socket


def free_port() -> int:
    """Return a TCP port of loopback that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
