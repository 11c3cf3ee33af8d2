"""The worker: analyses what gateways elsewhere send, with the pages, broker and store here.

Theory of operation. A session's chunks go to disk as they come, and only then through the same
core as a session held here. Nothing else is kept of a session under way: a worker that was killed
takes the file up again and analyses it from its beginning, which gives the same records with the
same ids, and goes on with the chunk it wants next. What a runner wishes from a page here is kept
in the file too; a stop is passed on to the gateways until they have ended the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import NoReturn

from rich.console import Console

from analytics.errors import StridecueError
from analytics.gate import STOPPED
from analytics.records import SessionEvent
from dashboards.store import Store
from dashboards.wishes import Quiet, Stop, Wish
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.events import RadioEvent, Told, time_of
from sensor_gateway.reception import Left, Received, Reception
from sensor_gateway.strands import GATEWAY
from sensor_gateway.uplink_message import UplinkAck, UplinkMessage, UplinkStop
from sensor_gateway.wire import PacketError
from stridecue.conductor import Conductor, Emit
from stridecue.edges import Edges
from stridecue.held import Held, Part
from stridecue.plans import new_plan
from stridecue.received import raw_folder
from stridecue.replay import plan_of
from stridecue.roster import RunnerSettings
from stridecue.session import SessionCore, SessionPlan
from stridecue.settings import Settings
from stridecue.uplinks import ack_topic, uplink_topic
from transport.backoff import Backoff
from transport.buffers import MemoryBuffer
from transport.link import Link
from transport.mqtt_link import Message
from transport.outbox import Outbox

_MANY = 500  # records that wait for a sink; a session under way makes ten a second
_KEEP_UP_S = 2.0  # less than a gateway's patience with us
_LOOK_S = 0.02
_ASK_S = 1.0  # between two requests to end a session; a gateway may be out of reach for hours
_GIVE_WAY = 200  # events of a session taken up again between two breaths of the loop


class RemoteSource:
    """Where a remote session's events come from; they are pushed, so it only knows the time."""

    def __init__(self) -> None:
        self.zero_s: float | None = None

    async def run(self, emit: Emit) -> None:
        """Never called: a worker is told."""
        raise NotImplementedError

    def heard(self, event: RadioEvent) -> None:
        """Learn from an event that came just now when the session's second 0 was.

        The quickest event so far says it best: all that can happen on the way is delay.
        """
        at_s = asyncio.get_running_loop().time() - time_of(event)
        self.zero_s = at_s if self.zero_s is None else min(self.zero_s, at_s)


@dataclass(kw_only=True)
class _UnderWay:
    """A session while it is received."""

    part: Part
    source: RemoteSource
    conductor: Conductor
    held: Held
    stopped: bool = False

    def take(self, event: RadioEvent) -> None:
        """Analyse an event."""
        said = event.item if isinstance(event, Told) else None
        self.stopped |= isinstance(said, SessionEvent) and said.kind == STOPPED
        self.conductor.emit(event)


@dataclass(kw_only=True)
class Worker:
    """The sessions that gateways send.

    Attributes
    ----------
    runners : sequence of RunnerSettings
        Whose sessions are taken.
    link : Link
        Not running yet.
    """

    settings: Settings
    store: Store
    edges: Edges
    link: Link
    runners: Sequence[RunnerSettings]
    backoff: Backoff
    console: Console
    stack: ExitStack
    troubles: list[StridecueError] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen, and find what was left."""
        team = self.settings.team.name
        self.reception = Reception(raw_folder(self.settings))
        self.damaged = 0
        self._under_way: dict[tuple[str, str], _UnderWay] = {}
        self._said: set[str] = set()
        self._acks: Outbox[Message] = Outbox(
            name="answers",
            deliver=self._answer,
            buffer=MemoryBuffer(capacity=1000),
            backoff=self.backoff,
        )
        self.link.listen(uplink_topic(team, "+"), self.hear)

    async def play(self, *, minutes: float | None) -> None:
        """Take up what was left, then whatever comes, until cancelled or `minutes` are over."""
        for left in self.reception.left():
            await self._take_up(left)
        try:
            async with asyncio.timeout(None if minutes is None else minutes * 60.0):
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self.link.run(), name="uplink connection")
                    tasks.create_task(self._acks.run(), name="uplink answers")
                    tasks.create_task(self._pass_on_stops(), name="runners' stops")
        except TimeoutError:
            return

    def finish(self) -> None:
        """Leave the sessions under way to be taken up another time."""
        self.reception.release()

    def wish(self, runner: str, wish: Wish) -> None:
        """Take what a runner wishes; a stop ends the cues here at once, the run at its gateway."""
        wishes = (Quiet(on=True), wish) if isinstance(wish, Stop) else (wish,)
        for key, under_way in self._under_way.items():
            if key[1] != runner:
                continue
            for each in wishes:
                event = under_way.conductor.wish(each)
                if event is not None:
                    self.reception.keep(*key, event)
            under_way.stopped |= isinstance(wish, Stop)

    def hear(self, payload: bytes) -> None:
        """Take one message, and answer it once everything in it is on disk and analysed."""
        try:
            message = UplinkMessage.from_bytes(payload)
            received = self._received(message)
        except PacketError:
            self.damaged += 1
            return
        except StridecueError as error:  # a full disk: unanswered, it waits with its gateway
            self._say_once(str(error))
            return
        if received is None:
            return
        ack = UplinkAck(session=message.session, wanted=received.wanted)
        topic = ack_topic(self.settings.team.name, message.runner)
        self._acks.offer(Message(topic=topic, payload=ack.to_bytes(), qos=1))

    async def _answer(self, answers: Sequence[Message]) -> None:
        """Answer, and so ask for more, once store, broker and pages have kept up.

        A gateway that comes home brings hours in seconds: they wait with it, not in our memory.
        """
        with suppress(TimeoutError):  # a sink that has given up does not hold up the others
            async with asyncio.timeout(_KEEP_UP_S):
                while any(outbox.waiting > _MANY for outbox in self.edges.outboxes):  # noqa: ASYNC110 (the sinks may be anything; poll them)
                    await asyncio.sleep(_LOOK_S)
        await self.link.publish_all(answers)

    async def _pass_on_stops(self) -> NoReturn:
        """Ask the gateways of the sessions that were stopped to end them, until they have."""
        while True:
            await asyncio.sleep(_ASK_S)
            for key, under_way in self._under_way.items():
                if under_way.stopped and self.link.connected:
                    self._ask_to_stop(*key)

    def _ask_to_stop(self, session: str, runner: str) -> None:
        topic = ack_topic(self.settings.team.name, runner)
        for strand in self.reception.open_strands(session, runner):
            asked = UplinkStop(session=strand).to_bytes()
            self._acks.offer(Message(topic=topic, payload=asked, qos=1))

    def _received(self, message: UplinkMessage) -> Received | None:
        """Return what the message brought, dealt with; None for a runner that is not ours."""
        key = (message.session, message.runner)
        if not any(runner.id == message.runner for runner in self.runners):
            self._refuse(key)
            return None
        received = self.reception.take(message)
        if received.opens is not None:
            self._open(received.opens, message.runner)
        key = (received.session, message.runner)
        for event in received.events:
            self._under_way[key].source.heard(event)
            self._under_way[key].take(event)
        if received.closes:
            self._end(key)
        return received

    def _open(self, header: RecordingHeader, runner: str) -> None:
        """Begin a session, or let another gateway join the one that is under way."""
        joined = self.reception.under_way(header, runner)
        if joined is not None:
            self.reception.join(runner, header, session=joined)
            self._say(f"Gateway {header.context[GATEWAY]} has joined session {joined} of {runner}")
            return
        self._end_others(runner)
        plan = self._plan(header, runner)
        opening = plan.header()
        told = {GATEWAY: header.context[GATEWAY]} if GATEWAY in header.context else {}
        self.reception.open(runner, replace(opening, context={**opening.context, **told}))
        self._begin(plan)

    def _refuse(self, key: tuple[str, str]) -> None:
        line = f"session {key[0]}: runner {key[1]} is not in this worker's settings"
        self._say_once(f'{line}; add [[runners]] id = "{key[1]}"')

    def _plan(self, header: RecordingHeader, runner: str) -> SessionPlan:
        """Return the session as its gateway holds it, or as our own settings and store say."""
        if "analytics" in header.context:
            return plan_of(header, where=f"session {header.session} of {runner}", source="uplink")
        found = next(one for one in self.runners if one.id == runner)
        return new_plan(
            self.settings,
            self.store,
            found,
            session=header.session,
            started_utc_ns=header.started_utc_ns,
            source="uplink",
            simulated=bool(header.context.get("simulated")),
            sensors=header.sensors,
        )

    def _begin(self, plan: SessionPlan) -> _UnderWay:
        self.edges.begin(plan)
        source = RemoteSource()
        part = Part(plan=plan, source=source)
        held = Held(part, self.stack)
        conductor = Conductor(
            core=SessionCore(plan),
            source=source,
            takers=held.takers(),
            outboxes=self.edges.outboxes,
        )
        under_way = _UnderWay(part=part, source=source, conductor=conductor, held=held)
        self._under_way[plan.session, plan.runner] = under_way
        self._say(f"Session {plan.session} of {plan.name} has begun")
        return under_way

    async def _take_up(self, left: Left) -> None:
        where = f"session {left.header.session} of {left.runner}"
        under_way = self._begin(plan_of(left.header, where=where, source="uplink"))
        if left.events:
            under_way.source.heard(left.events[-1])
        for number, event in enumerate(left.events):
            under_way.take(event)
            if number % _GIVE_WAY == 0:
                await asyncio.sleep(0)
        self._say(f"Session {left.header.session} of {left.runner} is taken up again")
        if left.over:
            self._end((left.header.session, left.runner))

    def _end_others(self, runner: str) -> None:
        """End what a runner's gateway has left open: nobody runs twice at once."""
        for key in [key for key in self._under_way if key[1] == runner]:
            self._end(key)

    def _end(self, key: tuple[str, str]) -> None:
        under_way = self._under_way.pop(key)
        under_way.conductor.finish()
        under_way.part.length_s = under_way.conductor.core.now_s
        self.troubles += under_way.conductor.troubles
        self.troubles += under_way.held.close({}, self.edges, self.store)
        self.reception.close(session=key[0], runner=key[1])
        self._say(f"Session {key[0]} of {under_way.part.plan.name} is over")

    def _say_once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._say(line)

    def _say(self, line: str) -> None:
        self.console.out(line, highlight=False)
