"""What a profile does to start and stop a sensor, as steps that any radio can carry out.

A script is a generator: it yields a step and is sent what the sensor answered (nothing for steps
without an answer), so that it can choose the next step by it. It knows no radio and no time, and
a test can play the sensor's part.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Have a characteristic's notifications delivered as `channel`.

    Attributes
    ----------
    optional : bool
        A sensor need not have it.
    by_socket : bool
        The family's sensors answer a subscription before they notify. Then BlueZ may hand
        notifications over by a socket, which is cheaper and from which it leaves out what comes
        before the answer.
    """

    channel: str
    uuid: str
    optional: bool = False
    by_socket: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write to a characteristic, with response.

    `told_as`: the channel on which the stream, and the recording, are told what was written;
    None where it says nothing about the data to come.
    """

    uuid: str
    data: bytes
    told_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Read a characteristic and deliver the answer as `channel`; nothing if it is `optional`."""

    channel: str
    uuid: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Write, and wait for the answer: a notification on `channel` that begins with `begins`.

    The channel has been subscribed to before; the answer is delivered on it as well.
    """

    uuid: str
    data: bytes
    channel: str
    begins: bytes
    told_as: str | None = None


Step: TypeAlias = Subscribe | Write | Read | Ask
Script: TypeAlias = Generator[Step, bytes, None]


class RefusedError(Exception):
    """The sensor will not do what it was asked for; the text says what and why."""
