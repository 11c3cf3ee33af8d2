"""Sends a coach's alerts as notices to people: ntfy, e-mail, chat (through Apprise)."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

import msgspec

from analytics.errors import SettingsError
from analytics.records import Alert, is_live
from dashboards.coach_shelf import CoachShelf
from dashboards.runner_state import RunnerInfo
from dashboards.sharing import Sharing, topic_of
from dashboards.sink import Item, records_of
from dashboards.store import Store
from dashboards.table import utc_ns
from dashboards.words import why_text
from transport.backoff import Backoff
from transport.buffers import DiskBuffer
from transport.outbox import Outbox, SinkUnavailable
from transport.spool import Spool

if TYPE_CHECKING:
    import apprise

GATHER_S = 5.0  # alerts of one moment are one notice
_TITLE = "stridecue"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One alert on its way to people."""

    alert: str
    runner: str
    metric: str
    time_utc_ns: int
    text: str


class NoticeSink:
    """Alerts to every address, each behind a spool of its own: sent once the service is there.

    What the runner keeps private or the coach has put off is not sent.

    Parameters
    ----------
    urls : sequence of str
        Apprise addresses, such as `ntfy://my-team` or `mailto://...`.
    folder : Path
        Where the spools lie.
    zone : str
        IANA name of the team's time zone, for the times of day.

    Raises
    ------
    SettingsError
        An address that Apprise does not understand.

    """

    name = "notices"
    gather_s = 0.0

    def __init__(
        self,
        *,
        urls: Sequence[str],
        store: Store,
        sharing: Sharing,
        folder: Path,
        zone: str,
        rng: random.Random,
    ) -> None:
        self._sharing = sharing
        self._zone = ZoneInfo(zone)
        self._shelf = CoachShelf(store)
        self._begun: dict[str, tuple[int, RunnerInfo]] = {}
        self.outboxes = [self._outbox(url, folder, rng) for url in urls]

    def begin_session(self, *, session: str, started_utc_ns: int, info: RunnerInfo) -> None:
        """Tell whose session begins and when: its alerts may come from now on."""
        self._begun[session] = started_utc_ns, info

    async def deliver(self, items: Sequence[Item]) -> None:
        """Take the alerts among the records; the outboxes send them."""
        for record in records_of(items):
            if isinstance(record, Alert) and is_live(record) and not self._is_private(record):
                for outbox in self.outboxes:
                    outbox.offer(self._notice(record))

    async def run(self) -> NoReturn:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for outbox in self.outboxes:
                group.create_task(outbox.run(), name=outbox.name)
        message = "the notices stopped by themselves"
        raise RuntimeError(message)

    def _outbox(self, url: str, folder: Path, rng: random.Random) -> Outbox[Notice]:
        # The address may hold a password: neither a file nor a message may name it.
        mark = sha256(url.encode()).hexdigest()[:8]
        return Outbox(
            name=f"notices {url.partition(':')[0]}",
            deliver=_sender(url, self._is_put_off),
            buffer=DiskBuffer(
                spool=Spool(folder / f"notices-{mark}.db"),
                encode=msgspec.json.encode,
                decode=lambda data: msgspec.json.decode(data, type=Notice),
            ),
            backoff=Backoff(rng=rng),
            gather_s=GATHER_S,
        )

    def _is_private(self, alert: Alert) -> bool:
        about = {topic_of(alert.why.metric), topic_of(alert.kind)}
        return bool(about & self._sharing.private(alert.runner))

    def _is_put_off(self, notice: Notice) -> bool:
        return self._shelf.is_snoozed(
            runner=notice.runner, metric=notice.metric, now_utc_ns=time.time_ns()
        )

    def _notice(self, alert: Alert) -> Notice:
        started_utc_ns, info = self._begun[alert.session]
        when_ns = utc_ns(started_utc_ns, alert.time_s)
        when = datetime.fromtimestamp(when_ns / 1e9, tz=UTC).astimezone(self._zone)
        name = f"{info.name} (simulated)" if info.simulated else info.name
        return Notice(
            alert=alert.id,
            runner=alert.runner,
            metric=alert.why.metric,
            time_utc_ns=when_ns,
            text=f"{when:%d %b %H:%M} {name}: {alert.text}. {why_text(alert.why)}",
        )


def check(url: str) -> None:
    """Raise SettingsError where Apprise does not understand an address.

    The first call takes a second or two: Apprise loads every service it knows.
    """
    if not _apprise().add(url):
        kind = url.partition(":")[0]
        raise SettingsError(
            f"no address for notices: {kind}:...",
            where="alerts.notify",
            mend="write it as Apprise does, e.g. ntfy://my-team (docs/coach.md)",
        )


async def send(url: str, *, body: str) -> bool:
    """Send one message; False where it did not go out."""
    there = _apprise()
    there.add(url)
    return bool(await there.async_notify(title=_TITLE, body=body))


def _apprise() -> apprise.Apprise:
    import apprise  # noqa: PLC0415 - most services send no notices, and it is large

    return apprise.Apprise()


def _sender(
    url: str, is_put_off: Callable[[Notice], bool]
) -> Callable[[Sequence[Notice]], Awaitable[None]]:
    check(url)

    async def deliver(notices: Sequence[Notice]) -> None:
        lines = [notice.text for notice in notices if not is_put_off(notice)]
        if lines and not await send(url, body="\n".join(lines)):
            what = f"{url.partition(':')[0]} did not take a notice"
            raise SinkUnavailable(what)

    return deliver
