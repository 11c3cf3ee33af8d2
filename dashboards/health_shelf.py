"""How the service itself is, in the store: what waits, what was lost, how full the disk is."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.store import Store

KEPT_DAYS = 14  # as raw samples: to look into what went wrong lately
_DAY_NS = 86_400 * 10**9
DISK = "disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One part of the service at one moment; None where the part has no such figure.

    Attributes
    ----------
    gateway, part : str
        Which machine; a sink, or `disk`.
    running : bool
        False in the last word before an orderly end: silence after True is a fault.
    waiting, delivered, dropped, failures : int or None
        Of a sink: items that wait, that arrived, that were lost, and tries that failed.
    used_bytes, free_bytes : int or None
        Of the disk: what the store takes, and what is left.

    """

    gateway: str
    part: str
    running: bool
    waiting: int | None = None
    delivered: int | None = None
    dropped: int | None = None
    failures: int | None = None
    used_bytes: int | None = None
    free_bytes: int | None = None


class HealthShelf:
    """Writes how the service is, and forgets what is old."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, parts: Sequence[Health], *, now_utc_ns: int) -> None:
        """Keep how every part is now."""
        rows = [
            (
                f"{one.gateway}/{one.part}/{now_utc_ns}",
                now_utc_ns,
                one.gateway,
                one.part,
                int(one.running),
                one.waiting,
                one.delivered,
                one.dropped,
                one.failures,
                one.used_bytes,
                one.free_bytes,
            )
            for one in parts
        ]
        with self._store.transaction() as writer:
            writer.executemany(
                "INSERT OR REPLACE INTO health VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
            writer.execute(
                "DELETE FROM health WHERE time_utc_ns < ?", (now_utc_ns - KEPT_DAYS * _DAY_NS,)
            )

    def disk(self, *, gateway: str, running: bool) -> Health:
        """Return how full the store's disk is."""
        path = self._store.path
        mine = (path, *(path.with_name(f"{path.name}-{more}") for more in ("wal", "shm")))
        return Health(
            gateway=gateway,
            part=DISK,
            running=running,
            used_bytes=sum(file.stat().st_size for file in mine if file.exists()),
            free_bytes=shutil.disk_usage(path.parent).free,
        )
