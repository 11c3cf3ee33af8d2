"""UUIDs in full, as settings, radios and scripts write them."""

from __future__ import annotations

SIG_BASE = "-0000-1000-8000-00805f9b34fb"  # Bluetooth Core Specification, Vol 3 Part B 2.5.1


def sig(number: int) -> str:
    """Return the UUID of what the Bluetooth SIG has numbered.

    Examples
    --------
    >>> sig(0x180F)
    '0000180f-0000-1000-8000-00805f9b34fb'
    """
    return f"0000{number:04x}{SIG_BASE}"
