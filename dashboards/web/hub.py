"""The phone sink: folds records into each runner's state and wakes the pages that show it."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from analytics.gate import STOPPED
from analytics.records import Cue, FormMetrics, SessionEvent, Stride, is_live
from dashboards.ledger import Latency, Ledger, LedgerEntry
from dashboards.page_summary import RunStory
from dashboards.runner_state import RunnerInfo, RunnerState
from dashboards.sink import Item, Timed, record_of, runner_of
from dashboards.team_row import team_row
from dashboards.team_story import TeamStory
from dashboards.web.views import Views
from dashboards.wishes import OnWish, Quiet, Stop, Wish

BEAT_S = 1.0  # a page hears from us this often, so that it knows when it does not
MOST_CLIENTS = 100
MOST_NEW_IDS = 64  # ids a page has not been told yet; a page that far behind never showed them


class TooManyClientsError(Exception):
    """All places for open pages are taken."""


class Client:
    """One open page: not a queue of events but the newest state, and the ids new in it.

    A slow page skips states; it never holds anything up and never grows.
    """

    def __init__(self) -> None:
        self.closed = False
        self._new_ids: deque[str] = deque(maxlen=MOST_NEW_IDS)
        self._changed = asyncio.Event()

    def tell(self, record_id: str | None) -> None:
        """Say that the state changed, and by which record worth an answer."""
        if record_id is not None:
            self._new_ids.append(record_id)
        self._changed.set()

    def close(self) -> None:
        """End the page's stream."""
        self.closed = True
        self._changed.set()

    async def wait(self, within_s: float | None = None) -> list[str]:
        """Wait for a change, or so long (a beat if not said); return the ids that are new."""
        try:
            async with asyncio.timeout(BEAT_S if within_s is None else within_s):
                await self._changed.wait()
        except TimeoutError:
            pass
        self._changed.clear()
        new_ids = list(self._new_ids)
        self._new_ids.clear()
        return new_ids


class PhoneHub:
    """A sink that people look at.

    Parameters
    ----------
    runners : sequence of RunnerInfo
        Who can be shown.
    on_shown : callable, optional
        Gets every completed ledger entry, e.g. to store it.
    on_wish : callable, optional
        Gets (runner, wish) when the runner wishes something from the page.

    """

    name = "phone"
    gather_s = 0.0

    def __init__(
        self,
        *,
        runners: Sequence[RunnerInfo],
        on_shown: Callable[[LedgerEntry], None] | None = None,
        on_wish: OnWish | None = None,
    ) -> None:
        self.ledger = Ledger()
        self._states = {info.id: RunnerState(info=info) for info in runners}
        self.views = Views()
        self._clients: dict[Client, str] = {}
        self._versions: Counter[str] = Counter()
        self._on_shown = on_shown
        self._on_wish = on_wish
        self._closed = False
        self._stories: dict[str, RunStory] = {}
        self._team: dict[str, TeamStory] = {}
        self._stopped: set[str] = set()  # runners who have ended their run themselves
        self._boot = secrets.token_hex(4)  # pages notice by it that the server was started again

    @property
    def runners(self) -> list[str]:
        """Ids of all runners, in the order given."""
        return list(self._states)

    @property
    def open_pages(self) -> int:
        """How many pages are open."""
        return len(self._clients)

    def set_info(self, info: RunnerInfo) -> None:
        """Show a runner under new headings, e.g. when the baseline is there."""
        state = self._states.setdefault(info.id, RunnerState(info=info))
        state.info = info
        self._tell(info.id, None)

    async def deliver(self, items: Sequence[Item]) -> None:
        """Take records in and wake the pages; never waits for any of them."""
        now_s = asyncio.get_running_loop().time()
        for item in items:
            record = record_of(item)
            runner = runner_of(record)
            state = self._states.get(runner)
            if state is None:
                continue
            if not is_live(record):
                if isinstance(record, Cue):  # what came of it; nobody is told the cue again
                    self._story(state).take(record)
                continue
            sample_s = item.sample_s if isinstance(item, Timed) else None
            state.take(record, at_s=now_s, sample_s=sample_s)
            self._story(state).take(record)
            if isinstance(record, SessionEvent) and record.kind == STOPPED:
                self._stopped.add(runner)
            self._team_story(state).take(record)
            self._tell(runner, self._published(item, runner, now_s))

    def snapshot(self, runner: str) -> dict[str, Any]:
        """Return the runner's state for a page, with ages as of now.

        Raises
        ------
        KeyError
            No such runner.

        """
        state = self._states[runner]
        over = state.finished or runner in self._stopped
        return {
            **state.as_dict(now_s=asyncio.get_running_loop().time()),
            "boot": self._boot,
            "over": over,
            "summary": self._story(state).as_dict() if over else None,
            "pages": sum(watched == runner for watched in self._clients.values()),
        }

    def info(self, runner: str) -> RunnerInfo:
        """Return a runner's headings; KeyError where there is no such runner."""
        return self._states[runner].info

    def team(self, now_s: float) -> dict[str, dict[str, Any]]:
        """Return every runner's line in the team's table, by id."""
        return {
            runner: team_row(
                state,
                self._team.get(runner),
                over=state.finished or runner in self._stopped,
                now_s=now_s,
            )
            for runner, state in self._states.items()
        }

    @contextmanager
    def client(self, runner: str) -> Iterator[Client]:
        """Open a page's place; TooManyClientsError when all are taken."""
        if len(self._clients) >= MOST_CLIENTS:
            raise TooManyClientsError
        client = Client()
        if self._closed:
            client.close()
        self._clients[client] = runner
        self._versions[runner] += 1
        try:
            yield client
        finally:
            del self._clients[client]
            self._versions[runner] += 1

    def shown(self, *, record_id: str, shown_s: float, shown_error_s: float) -> bool:
        """Take a page's word that it has shown a record; False if it cannot be."""
        now_s = asyncio.get_running_loop().time()
        entry = self.ledger.shown(
            record_id=record_id, shown_s=shown_s, now_s=now_s, shown_error_s=shown_error_s
        )
        if entry is not None and self._on_shown is not None:
            self._on_shown(entry)
        return entry is not None

    def wish(self, runner: str, wish: Wish) -> None:
        """Note what the runner wishes and pass it on."""
        match wish:
            case Quiet():
                self._states[runner].quiet = wish.on
            case Stop():
                self._stopped.add(runner)
            case _:
                pass
        self._tell(runner, None)
        if self._on_wish is not None:
            self._on_wish(runner, wish)

    def latency(self, kind: str) -> Latency:
        """Return how long strides, windows or cues took from sample to eye."""
        return self.ledger.latency(kind)

    def close(self) -> None:
        """End every page's stream: the server stops."""
        self._closed = True
        for client in self._clients:
            client.close()

    def _story(self, state: RunnerState) -> RunStory:
        """Return the story of the runner's present session, a new one where that has begun."""
        runner, session = state.info.id, state.session or ""
        story = self._stories.get(runner)
        if story is None or story.session != session:
            if story is not None:
                self._stopped.discard(runner)
            story = self._stories[runner] = RunStory(session)
        return story

    def _team_story(self, state: RunnerState) -> TeamStory:
        """Return what the team's page tells of the runner's present session."""
        runner, session = state.info.id, state.session or ""
        story = self._team.get(runner)
        if story is None or story.session != session:
            story = self._team[runner] = TeamStory(session=session)
        return story

    def version(self, runner: str) -> int:
        """Return a number that grows with every change of a runner's state."""
        return self._versions[runner]

    def _tell(self, runner: str, record_id: str | None) -> None:
        self._versions[runner] += 1
        for client, watched in self._clients.items():
            if watched == runner:
                client.tell(record_id)

    def _published(self, item: Item, runner: str, now_s: float) -> str | None:
        """Open a ledger entry for what a page shows; return its id."""
        record = record_of(item)
        match record:
            case Stride():
                kind, session, time_s = "stride", record.worn.session, record.end_s
            case FormMetrics():
                kind, session, time_s = "window", record.session, record.end_s
            case Cue(shown=True):
                kind, session, time_s = "cue", record.session, record.time_s
            case _:
                return None
        if isinstance(item, Timed):
            self.ledger.published(
                LedgerEntry(
                    id=record.id,
                    kind=kind,
                    runner=runner,
                    session=session,
                    time_s=time_s,
                    sample_s=item.sample_s,
                    gateway_s=item.gateway_s,
                    analytics_s=item.analytics_s,
                    published_s=now_s,
                )
            )
        return record.id
