"""Upkeep of the store and of what lies beside it: daily in the service, or when it is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from analytics.errors import RecordingError, ServiceError
from dashboards.influx_erase import erase_points
from dashboards.store import Store
from dashboards.upkeep import Retention, erase_runner, tidy
from sensor_gateway.recording import read_recording
from stridecue.databases import database_of
from stridecue.received import OVER, raw_folder
from stridecue.settings import Settings

EVERY_S = 86_400.0
_DAY_S = 86_400.0


class Upkeep:
    """Tidies up at the start and then once a day; a service."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings

    async def run(self) -> NoReturn:
        """Go on until cancelled; a store that is held or full is its own to tell."""
        while True:
            with suppress(ServiceError):
                await asyncio.to_thread(tidy_all, self._store, self._settings)
            await asyncio.sleep(EVERY_S)


def tidy_all(store: Store, settings: Settings) -> dict[str, int]:
    """Delete what is older than the settings keep it; return how much of what."""
    kept = settings.store
    keep = Retention(strides_days=kept.strides_days, summaries_days=kept.summaries_days)
    gone = tidy(store, now_utc_ns=time.time_ns(), keep=keep)
    raw = 0
    if kept.raw_days:
        before_s = time.time() - kept.raw_days * _DAY_S
        raw = _remove(f for f in _raw(settings) if f.stat().st_mtime < before_s)
    return gone | ({"raw files": raw} if raw else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What went of a runner, and where something may be left."""

    rows: dict[str, int]
    raw_files: int
    left: tuple[str, ...]


def erase(settings: Settings, runner: str) -> Erased:
    """Erase a runner from the store, the raw files beside it, and the settings' InfluxDB."""
    left = []
    with Store(settings.store_path()) as store:
        rows = erase_runner(store, runner=runner, now_utc_ns=time.time_ns())
    raw = _remove(f for f in _raw(settings) if _is_of(f, runner))
    database = database_of(settings)
    if database is not None:
        trouble = asyncio.run(erase_points(database, runner))
        left += [] if trouble is None else [f"InfluxDB: {trouble}"]
    if settings.mqtt.host is not None:
        left.append(f"the retained state at the broker {settings.mqtt.host}")
    named = {one.id for one in settings.everyone()}
    if runner in named:
        left.append("the settings and the roster, which name the runner")
    left.append("backups, exports, reports, recordings made by hand, and other programs' copies")
    return Erased(rows=rows, raw_files=raw, left=tuple(left))


def _raw(settings: Settings) -> list[Path]:
    return sorted(raw_folder(settings).glob(f"*{OVER}"))


def _is_of(path: Path, runner: str) -> bool:
    try:
        header, _ = read_recording(path)
    except (RecordingError, OSError):
        return path.stem.endswith(f"-{runner}")
    return any(sensor.runner == runner for sensor in header.sensors)


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in list(paths):
        path.unlink(missing_ok=True)
        count += 1
    return count
