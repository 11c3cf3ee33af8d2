"""The steps profiles are started and stopped with: data, so that any radio can carry them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Have a characteristic's notifications delivered as `channel`."""

    channel: str
    uuid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write to a characteristic, with response."""

    uuid: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Read a characteristic and deliver the answer as `channel`."""

    channel: str
    uuid: str


Step: TypeAlias = Subscribe | Write | Read
