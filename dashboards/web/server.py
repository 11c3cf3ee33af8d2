"""Runs the web app inside our own TaskGroup: no signal handlers, a clean end by cancellation."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from dashboards.web.certificates import Papers

GRACE_S = 1  # open pages are told to end; whoever has not let go by then is cut


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: signals are the service's own business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    app: FastAPI,
    *,
    listener: socket.socket,
    papers: Papers | None = None,
    on_stop: Callable[[], None] | None = None,
) -> NoReturn:
    """Serve until cancelled.

    Parameters
    ----------
    listener : socket
        From `dashboards.ports.listen`; closed at the end.
    papers : Papers, optional
        Serve over HTTPS with these.
    on_stop : callable, optional
        Called first when the end comes, to end the open streams: `PhoneHub.close`.

    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=None if papers is None else papers.certificate,
        ssl_keyfile=None if papers is None else papers.key,
    )
    server = _Server(config)
    try:
        await server.serve(sockets=[listener])
    finally:
        if on_stop is not None:
            on_stop()
        if server.started:
            await server.shutdown(sockets=[listener])
        listener.close()
    message = "the web server stopped by itself"
    raise RuntimeError(message)
