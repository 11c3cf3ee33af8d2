"""Listening sockets, bound before anything is served: a port in use is one clear line."""

from __future__ import annotations

import errno
import socket

from analytics.errors import ServiceError

BACKLOG = 128
# Of each connection, in the kernel. Small, so that who does not read is noticed soon and what
# was stuck on the way is not shown late; 100 states of a page fit in.
SEND_BUFFER_BYTES = 64 * 1024


def listen(*, host: str, port: int, what: str, setting: str) -> socket.socket:
    """Return a TCP socket that listens on host and port (0: any free one).

    Parameters
    ----------
    what : str
        What is to be served, for the error's text: "the pages", "the MQTT broker".
    setting : str
        The setting or option that gives the port.

    Raises
    ------
    ServiceError
        The port is taken, or the address is not this machine's.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        where = f"{host}:{port}"
        if error.errno == errno.EADDRINUSE:
            problem = f"port {port} is in use, so {what} cannot listen there"
            mend = f"stop the program that holds it, or choose another port with {setting}"
        elif error.errno == errno.EACCES:
            problem = f"port {port} is not ours to use"
            mend = f"choose a port above 1023 with {setting}"
        else:
            problem = f"{what} cannot listen there: {error.strerror or error}"
            mend = f"give an address of this machine and a free port with {setting}"
        raise ServiceError(problem, where=where, mend=mend) from error
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port a socket listens on."""
    return int(listener.getsockname()[1])
