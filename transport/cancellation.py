"""Cancellations that a library swallowed."""

from __future__ import annotations

import asyncio


def insist_on_cancellation() -> None:
    """Be cancelled after all, if this task was and something on the way took it for itself.

    An MQTT client cancelled while it connects says MqttError instead; and up to Python 3.11 what
    `asyncio.wait_for` waits for may come in the same turn of the loop as a cancellation, which is
    then forgotten.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
