"""What InfluxDB has of a store's strides, once all is sent that waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboards.influx_lines import rounded
from dashboards.store import Store
from tests.dashboards import databases
from tests.end_to_end.running import COMMAND, started

_SENT_WITHIN_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Strides in the store, and of those what InfluxDB lacks, has twice or has of its own."""

    strides: int
    lost: int
    doubled: int


def delivered(home: Path, server: databases.Server, more: Mapping[str, str]) -> Kept:
    """Send what still waits of a home's store (`stridecue sync`), and compare."""
    with started(*COMMAND, "sync", home=home, more=more) as rest:
        rest.wait_for("has everything", within_s=_SENT_WITHIN_S)
    with Store(home / "data" / "stridecue" / "stridecue.db") as store:
        mine = {
            (row["runner"], row["session"], row["side"], row["time_utc_ns"]): rounded(
                row["cadence_spm"]
            )
            for row in store.rows("strides", limit=10**9)
        }
    found = databases.asked(
        server.url, "SELECT cadence_spm FROM stride GROUP BY runner, session, side",
        database=databases.NAME,
    )  # fmt: skip
    theirs = {(r["runner"], r["session"], r["side"], r["time"]): r["cadence_spm"] for r in found}
    return Kept(
        strides=len(mine),
        lost=len(set(mine.items()) - set(theirs.items())),
        doubled=len(found) - len(theirs) + len(set(theirs) - set(mine)),
    )
