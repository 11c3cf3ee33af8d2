"""Speaks cues on this machine, through whatever its earphone is plugged into."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress

from analytics.records import Cue, is_live
from dashboards.ledger import LedgerEntry
from dashboards.sink import Item, Timed, record_of

PROGRAM = "espeak-ng"
MISSING = (
    f"speech: {PROGRAM} is not installed, cues stay on the pages; "
    f"mend it with: sudo apt install {PROGRAM}"
)
_FRESH_S = 15.0  # an older cue is history, as on the pages
_LONGEST_S = 10.0  # six words take two; a sound card that hangs holds up only the next cue
_WORDS_PER_MIN = "150"  # slower than its usual 175: wind, breath and traffic


class SpeechSink:
    """Says every cue that is shown, in the words of the pages, one after another.

    Parameters
    ----------
    on_spoken : callable
        Gets the ledger entry of every cue whose words have begun.
    """

    name = "speech"
    gather_s = 0.0

    def __init__(self, *, on_spoken: Callable[[LedgerEntry], None]) -> None:
        self.failures = 0
        self._on_spoken = on_spoken

    @staticmethod
    def can_speak() -> bool:
        """Tell whether there is a voice on this machine."""
        return shutil.which(PROGRAM) is not None

    async def deliver(self, items: Sequence[Item]) -> None:
        """Speak; what cannot be spoken is counted, never tried again: a late cue is a wrong cue."""
        loop = asyncio.get_running_loop()
        for item in items:
            cue = record_of(item)
            if not isinstance(cue, Cue) or not cue.shown or not is_live(cue):
                continue
            taken_s = item.sample_s if isinstance(item, Timed) else loop.time()
            if loop.time() - taken_s <= _FRESH_S:
                await self._speak(cue, item)

    async def _speak(self, cue: Cue, item: Item) -> None:
        offered_s = asyncio.get_running_loop().time()
        try:
            speaking = await asyncio.create_subprocess_exec(
                PROGRAM,
                *("-v", "en", "-s", _WORDS_PER_MIN, "--", cue.text),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError:
            self.failures += 1
            return
        if isinstance(item, Timed):
            self._on_spoken(_entry(cue, item, offered_s=offered_s))
        try:
            async with asyncio.timeout(_LONGEST_S):
                self.failures += await speaking.wait() != 0
        except TimeoutError:
            self.failures += 1
        finally:
            with suppress(ProcessLookupError):
                speaking.kill()


def _entry(cue: Cue, item: Timed, *, offered_s: float) -> LedgerEntry:
    return LedgerEntry(
        id=f"{cue.id}/spoken",
        kind="spoken",
        runner=cue.runner,
        session=cue.session,
        time_s=cue.time_s,
        sample_s=item.sample_s,
        gateway_s=item.gateway_s,
        analytics_s=item.analytics_s,
        published_s=offered_s,
        shown_s=asyncio.get_running_loop().time(),
        shown_error_s=0.0,
    )
