"""What is seen of a runner, as JSON made once for all pages that ask in one moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

Look: TypeAlias = Callable[[str], dict[str, Any]]

SAME_S = 0.1  # so long a state stays what it was but for ages, told to a tenth of a second


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """A state as JSON: of which change it is, and when it was made."""

    version: int
    made_s: float
    state: bytes


class Views:
    """The newest view of each runner by each of those who see the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], _View] = {}

    def seen(self, runner: str, *, seen_by: str, version: int, look: Look) -> bytes:
        """Return a runner's state as JSON.

        Parameters
        ----------
        seen_by : str
            Who looks: those of one name see the same.
        version : int
            Grows with every change of the runner.
        look : callable
            Returns what they may see of the runner's state now.

        """
        now_s = asyncio.get_running_loop().time()
        kept = self._kept.get((runner, seen_by))
        if kept is None or kept.version != version or now_s - kept.made_s > SAME_S:
            state = msgspec.json.encode(look(runner))
            kept = _View(version=version, made_s=now_s, state=state)
            self._kept[(runner, seen_by)] = kept
        return kept.state
