"""The latency ledger: when each displayed stride and cue passed every station to the eye."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

WAITING = 4096  # published, not yet shown: a page that never answers must not fill memory
KEPT = 100_000  # about nine hours of one runner's strides
_EARLY_S = 0.25  # a page's clock estimate may be this much off before its word is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One record's way to the page, in seconds of the server loop's clock.

    Attributes
    ----------
    kind : str
        `stride`, `window` or `cue`.
    time_s : float
        The record's own time, in session seconds.
    sample_s, gateway_s, analytics_s, published_s : float
        The sample that completed the record, its arrival, the pipeline's answer, and the moment
        the record was handed to the pages.
    shown_s : float or None
        When the page had drawn it, by the page's clock mapped to ours; None if it never said.
    shown_error_s : float or None
        Half of the round trip the mapping rests on: `shown_s` is no surer than that.

    """

    id: str
    kind: str
    runner: str
    session: str
    time_s: float
    sample_s: float
    gateway_s: float
    analytics_s: float
    published_s: float
    shown_s: float | None = None
    shown_error_s: float | None = None

    @property
    def latency_s(self) -> float | None:
        """From the completing sample to the eye."""
        return None if self.shown_s is None else self.shown_s - self.sample_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long displayed records of one kind took; None where there were none."""

    n: int
    p50_s: float | None
    p95_s: float | None
    max_s: float | None


class Ledger:
    """Keeps published entries until a page says it has shown them, then for good (bounded)."""

    def __init__(self, *, waiting: int = WAITING, kept: int = KEPT) -> None:
        self.refused = 0
        self._waiting: OrderedDict[str, LedgerEntry] = OrderedDict()
        self._most_waiting = waiting
        self._shown: deque[LedgerEntry] = deque(maxlen=kept)

    def published(self, entry: LedgerEntry) -> None:
        """Note that a record went out to the pages; the oldest unanswered one may be let go."""
        self._waiting[entry.id] = entry
        while len(self._waiting) > self._most_waiting:
            self._waiting.popitem(last=False)

    def shown(
        self,
        *,
        record_id: str,
        shown_s: float,
        now_s: float,
        shown_error_s: float,
    ) -> LedgerEntry | None:
        """Complete an entry by a page's word; None if it is unknown, answered or impossible.

        The first page to show a record counts. A moment before publication or in the future
        cannot be: it is refused and counted.
        """
        entry = self._waiting.get(record_id)
        if entry is None:
            return None
        if not entry.published_s - _EARLY_S <= shown_s <= now_s + _EARLY_S:
            self.refused += 1
            return None
        del self._waiting[record_id]
        done = replace(entry, shown_s=shown_s, shown_error_s=shown_error_s)
        self._shown.append(done)
        return done

    def entries(self) -> list[LedgerEntry]:
        """Return every displayed record, in the order in which pages said so."""
        return list(self._shown)

    def latency(self, kind: str) -> Latency:
        """Return the percentiles of one kind, from sample to eye."""
        taken = sorted(
            e.latency_s for e in self._shown if e.kind == kind and e.latency_s is not None
        )
        if not taken:
            return Latency(n=0, p50_s=None, p95_s=None, max_s=None)
        return Latency(
            n=len(taken),
            p50_s=percentile(taken, 50.0),
            p95_s=percentile(taken, 95.0),
            max_s=taken[-1],
        )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of the ordered values do not exceed.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0, 4.0], 50.0)
    2.0

    """
    return ordered[max(0, ceil(len(ordered) * percent / 100.0) - 1)]
