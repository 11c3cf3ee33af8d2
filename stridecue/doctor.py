"""What works on this machine, what does not, and what to do about it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from analytics.errors import StridecueError
from dashboards import influx, notices
from dashboards.ports import listen
from dashboards.speech import MISSING, PROGRAM, SpeechSink
from dashboards.store import Store
from sensor_gateway.bluetooth import Radio, scan
from stridecue.databases import database_of
from stridecue.lan import EVERYWHERE, LOOPBACK, lan_address
from stridecue.settings import Settings
from transport.outbox import SinkUnavailable

LOW_DISK_BYTES = 500_000_000  # a season of one runner's strides, with room to breathe
OLDEST_CLOCK_S = 1_760_000_000  # October 2025: before this release, so the clock must be wrong
SCAN_S = 3.0


class State(StrEnum):
    """How a check came out; `note` is worth knowing but stops nothing."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `advice` is empty where nothing is to be done."""

    name: str
    state: State
    detail: str
    advice: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything a session needs, one finding at a time."""
    checks: tuple[tuple[str, Callable[[Settings], Finding], State], ...] = (
        ("store", _store, State.BAD),
        ("disk", _disk, State.BAD),
        ("pages", _pages, State.BAD),
        ("broker", _broker, State.BAD),
        ("influx", _influx, State.BAD),
        ("notices", _notices, State.BAD),
        ("bluetooth", _bluetooth, State.NOTE),
        ("clock", _clock, State.NOTE),
        ("sensors", _sensors, State.NOTE),
        ("voice", _voice, State.NOTE),
    )
    for name, check, if_not in checks:
        try:
            yield check(settings)
        except StridecueError as error:
            detail = f"{error.where}: {error.what}"
            yield Finding(name=name, state=if_not, detail=detail, advice=error.mend)


def _store(settings: Settings) -> Finding:
    path = settings.store_path()
    with Store(path) as store:
        count = len(store.sessions())
    detail = f"{path} opens, {count} sessions, SQLite {sqlite3.sqlite_version}"
    return Finding(name="store", state=State.GOOD, detail=detail)


def _disk(settings: Settings) -> Finding:
    folder = _existing(settings.store_path())
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free at {folder}"
    if free < LOW_DISK_BYTES:
        advice = "free some space: a full disk stops the store"
        return Finding(name="disk", state=State.BAD, detail=detail, advice=advice)
    return Finding(name="disk", state=State.GOOD, detail=detail)


def _existing(path: Path) -> Path:
    return next(p for p in (path, *path.absolute().parents) if p.exists())


def _pages(settings: Settings) -> Finding:
    host = LOOPBACK if settings.web.local else EVERYWHERE
    listen(host=host, port=settings.web.port, what="the pages", setting="web.port").close()
    where = LOOPBACK if settings.web.local else lan_address()
    detail = f"http://{where}:{settings.web.port}/ is free to use"
    if where == LOOPBACK and not settings.web.local:
        advice = "join a network: a phone cannot reach this machine"
        return Finding(name="pages", state=State.NOTE, detail=detail, advice=advice)
    return Finding(name="pages", state=State.GOOD, detail=detail)


def _broker(settings: Settings) -> Finding:
    if settings.mqtt.host is None:
        port = settings.mqtt.port
        listen(host=LOOPBACK, port=port, what="the broker", setting="mqtt.port").close()
        detail = f"our own, port {port} on loopback is free to use"
    else:
        detail = f"{settings.mqtt.host}:{settings.mqtt.port} (yours; reached at the first message)"
    return Finding(name="broker", state=State.GOOD, detail=detail)


def _influx(settings: Settings) -> Finding:
    database = database_of(settings)
    if database is None:
        detail = "none set; everything is in the store"
        return Finding(name="influx", state=State.GOOD, detail=detail)
    try:
        asyncio.run(influx.check(database))
    except (SinkUnavailable, influx.LinesRefusedError) as error:
        advice = "start it, or mend [influx] in the settings; meanwhile the store keeps all"
        return Finding(name="influx", state=State.BAD, detail=str(error), advice=advice)
    detail = f"{database.url} takes points into {database.bucket}"
    return Finding(name="influx", state=State.GOOD, detail=detail)


def _notices(settings: Settings) -> Finding:
    addresses = settings.alerts.notify
    for url in addresses:
        notices.check(url)
    kinds = ", ".join(url.partition(":")[0] for url in addresses)
    detail = f"alerts go to {kinds}" if addresses else "alerts stay on the pages and MQTT"
    return Finding(name="notices", state=State.GOOD, detail=detail)


def _bluetooth(settings: Settings) -> Finding:
    del settings
    found = asyncio.run(scan(radio=Radio(), seconds=SCAN_S))
    detail = f"adapter works, {len(found)} sensors in reach"
    return Finding(name="bluetooth", state=State.GOOD, detail=detail)


def _clock(settings: Settings) -> Finding:
    del settings
    now_s = time.time()
    detail = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now_s))
    if now_s < OLDEST_CLOCK_S:
        advice = "set the clock, or connect to a network that does"
        return Finding(name="clock", state=State.BAD, detail=detail, advice=advice)
    return Finding(name="clock", state=State.GOOD, detail=detail)


def _sensors(settings: Settings) -> Finding:
    if not settings.sensors:
        advice = "add [[sensors]] to stridecue.toml, see docs/settings.md; the demo needs none"
        return Finding(name="sensors", state=State.NOTE, detail="none set", advice=advice)
    names = ", ".join(f"{s.runner}-{s.side} ({s.placement})" for s in settings.sensors)
    return Finding(name="sensors", state=State.GOOD, detail=names)


def _voice(settings: Settings) -> Finding:
    if not settings.cues.speak:
        return Finding(name="voice", state=State.GOOD, detail="cues are spoken by the pages")
    if not SpeechSink.can_speak():
        detail, _, advice = MISSING.partition("; ")
        return Finding(name="voice", state=State.BAD, detail=detail, advice=advice)
    return Finding(name="voice", state=State.GOOD, detail=f"{PROGRAM} speaks the cues here")


def line_of(finding: Finding) -> str:
    """Return a finding as one line for people; the sign tells the state without colour."""
    sign = {State.GOOD: "✔", State.NOTE: "·", State.BAD: "✖"}[finding.state]
    advice = f"  → {finding.advice}" if finding.advice else ""
    return f"{sign} {finding.name:<10} {finding.detail}{advice}"
