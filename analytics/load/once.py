"""A run that is both measured and imported counts once, and the measured one counts."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.load.records import LoadEntry

SAME_RUN = 0.5  # of the shorter of two runs: a watch is started a few minutes early at most


def overlaps(a: LoadEntry, b: LoadEntry) -> bool:
    """Tell whether two entries are of one run: half of the shorter lies within the other."""
    common_ns = min(a.end_utc_ns, b.end_utc_ns) - max(a.start_utc_ns, b.start_utc_ns)
    return common_ns > SAME_RUN * min(a.duration_s, b.duration_s) * 1e9


def counted_once(entries: Sequence[LoadEntry]) -> list[LoadEntry]:
    """Leave out imported runs that another entry of their runner covers.

    A measured run counts before an imported one, an earlier entry before a later one.

    Parameters
    ----------
    entries : sequence of LoadEntry
        In the order of runner and start, as the store gives them.

    """
    if not any(entry.imported for entry in entries):
        return list(entries)
    out: list[LoadEntry] = []
    for entry in entries:
        rivals = [e for e in _near(out, entry) if overlaps(e, entry)]
        if any(e.imported is None or entry.imported for e in rivals) and entry.imported:
            continue
        if entry.imported is None:
            out = [e for e in out if e not in rivals or e.imported is None]
        out.append(entry)
    return out


def _near(kept: Sequence[LoadEntry], entry: LoadEntry) -> list[LoadEntry]:
    """Return the runner's last entries, of which some may reach into this one."""
    return [e for e in kept[-8:] if e.runner == entry.runner]
