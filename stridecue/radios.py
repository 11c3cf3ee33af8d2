"""Radios by the name that people give them on the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sensor_gateway.bluetooth import Radio

VIRTUAL = "virtual"


@asynccontextmanager
async def radio_named(name: str) -> AsyncIterator[Radio]:
    """Give a radio: an adapter of this machine's ("" is its first), or one behind a moniker."""
    if ":" not in name:
        yield Radio(adapter=name or None)
        return
    from firmware_sim.bleak_backend import backends  # noqa: PLC0415 - most runs need no bumble
    from firmware_sim.transports import adapter_at  # noqa: PLC0415

    async with adapter_at(name) as adapter:
        scanner, client = backends(adapter)
        yield Radio(scanner_backend=scanner, client_backend=client)
