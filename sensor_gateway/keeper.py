"""Keeps one sensor alive: finds it, connects, starts its stream, watches, and begins anew."""

from __future__ import annotations

import asyncio
import math
from contextlib import nullcontext, suppress
from functools import partial

from analytics.records import LinkState
from sensor_gateway.alarm import Alarm
from sensor_gateway.backfill import Backfill
from sensor_gateway.bluetooth import LACKING, LINK_ERRORS, Connection, Radio, Seen
from sensor_gateway.events import LinkChange, Notification
from sensor_gateway.mailbox import Mailbox
from sensor_gateway.profiles.known import profile_named
from sensor_gateway.profiles.profile import Wish
from sensor_gateway.profiles.script import (
    Ask,
    Read,
    RefusedError,
    Script,
    Step,
    Subscribe,
    Write,
)
from sensor_gateway.search import Search
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.wire import PacketError
from transport.backoff import Backoff

# Often enough that the best of them comes close to the truth, in step with no connection interval.
_CLOCK_READ_S = 0.971
# A clock just begun is read at many phases of the radio's events, whatever their interval: parts
# of 50 ms, the slowest usual one, in van der Corput's order. Pauses after the answers, seconds.
_EARLY_PAUSES_S = (0.025, 0.0125, 0.0375, 0.00625, 0.03125, 0.01875, 0.04375, 0.003125)
_LOOK_S = _CLOCK_READ_S / 4  # how closely it is seen that nothing comes
_ASK_AFTER_S = _CLOCK_READ_S - _LOOK_S / 2
_QUIET_S = 1.5  # and people are told that nothing does, within 2 s
_BRIEF_S = 0.7  # to a read beside the stream: a sensor that died must not keep us from seeing it
_ANSWER_S = 2.0  # to a read or a write; a live sensor needs a tenth of a second
_GOODBYE_S = 2.0


class Keeper:
    """One sensor's life as the gateway sees it: sought, connected, lost, sought again."""

    def __init__(  # noqa: PLR0913 - the gateway's parts, and what it is to the sensor
        self,
        *,
        config: SensorConfig,
        radio: Radio,
        search: Search,
        mailbox: Mailbox,
        backoff: Backoff,
        slots: asyncio.Semaphore,
        alone_s: float | None = None,
        reach_s: float = 0.0,
    ) -> None:
        self.config = config
        self._key = config.key
        self.state = LinkState.SEARCHING
        self._profile = profile_named(config.profile, where=f"sensor {config.key}")
        self._radio = radio
        self._search = search
        self._mailbox = mailbox
        self._backoff = backoff
        self._slots = slots
        self._alone_s = alone_s
        self._backfill = Backfill(profile=self._profile, reach_s=reach_s)
        self._awaited: tuple[Ask, asyncio.Future[bytes]] | None = None
        self._motion_s: float | None = None  # loop time of this connection's newest motion

    async def run(self) -> None:
        """Keep the sensor alive until cancelled; waits only after what failed."""
        if self._alone_s is None:  # of a spare's sensors another gateway tells how they are
            self._report(LinkState.SEARCHING, "looking for it")
        while True:
            seen = await self._search.find(self.config, alone_s=self._alone_s or 0.0)
            if self._slots.locked():
                await self._wait_for_a_slot()
                continue  # what was seen is long past
            async with self._slots:
                failed = await self._hold(seen)
            if failed:
                await asyncio.sleep(self._backoff.next_s())

    async def _wait_for_a_slot(self) -> None:
        if self._alone_s is not None:
            async with self._slots:
                return
        self._report(LinkState.NO_SLOT, "in reach, but the adapter's connections are all taken")
        async with self._slots:
            self._report(LinkState.SEARCHING, "a connection is free")

    async def _hold(self, seen: Seen) -> bool:
        """Connect and stay until the sensor is lost; return whether that failed."""
        lost = Alarm()
        try:
            connection = await self._radio.connect(seen, on_lost=lost.ring)
        except LINK_ERRORS as error:
            self._report(self.state, f"could not connect: {_said(error)}")
            return True
        try:
            self._report(LinkState.SILENT, "connected", rssi_dbm=seen.rssi_dbm)
            detail = await self._attend(connection, lost)
            self._report(LinkState.LOST, detail)
        finally:
            await _let_go(connection)
        return self._motion_s is None  # a sensor that never sent is no better than none

    async def _attend(self, connection: Connection, lost: Alarm) -> str:
        """Start the stream and stay until it is lost; return how that was noticed."""
        self._motion_s = None
        self._backfill.begin()
        try:
            wish = Wish(rate_hz=self.config.rate_hz, range_g=self.config.range_g)
            await self._follow(connection, self._profile.start(wish))
        except (*LINK_ERRORS, PacketError, RefusedError) as error:
            return f"could not be started: {_said(error)}"
        try:
            return await self._watch(connection, lost)
        except asyncio.CancelledError:
            with suppress(*LINK_ERRORS):
                async with asyncio.timeout(_GOODBYE_S):
                    await self._follow(connection, self._profile.stop())
            raise

    async def _watch(self, connection: Connection, lost: Alarm) -> str:
        """Return once the link has dropped or nothing comes any more.

        Meanwhile read the clock, and ask for what went missing.
        """
        since_s = asked_s = _now_s()
        await self._learn_the_clock(connection, lost)
        while True:
            heard_s = since_s if self._motion_s is None else self._motion_s
            quiet_s = _QUIET_S if self.state is LinkState.CONNECTED else math.inf
            due_s = min(asked_s + _ASK_AFTER_S, heard_s + min(quiet_s, self._profile.SILENT_S))
            await lost.wait(_until_the_look_s(_now_s(), due_s=due_s))
            if lost.rung:
                return "the link dropped"
            silent_s = _now_s() - (since_s if self._motion_s is None else self._motion_s)
            if silent_s >= self._profile.SILENT_S:
                return f"connected, but silent for {self._profile.SILENT_S:g} s"
            if silent_s >= _QUIET_S and self.state is LinkState.CONNECTED:
                self._report(LinkState.SILENT, "connected, but nothing comes")
            if _now_s() - asked_s >= _ASK_AFTER_S:
                asked_s = _now_s()
                await self._ask_beside(connection)

    async def _learn_the_clock(self, connection: Connection, lost: Alarm) -> None:
        """Read the clock a few times as soon as the first samples are there to be timed."""
        if self._profile.CLOCK_READ is None:
            return
        began_s = _now_s()
        for pause_s in _EARLY_PAUSES_S:
            await lost.wait(pause_s)
            while self._motion_s is None and not lost.rung and _now_s() < began_s + _BRIEF_S:
                await lost.wait(_LOOK_S / 4)
            if lost.rung or self._motion_s is None:
                return
            try:
                async with asyncio.timeout(_BRIEF_S):
                    await self._carry_out(connection, self._profile.CLOCK_READ)
            except LINK_ERRORS:
                return  # what fails here the rest will say

    async def _ask_beside(self, connection: Connection) -> None:
        """Read the clock, and ask for what is missing; what fails here the rest will say."""
        with suppress(*LINK_ERRORS):
            async with asyncio.timeout(_BRIEF_S):
                if self._profile.CLOCK_READ is not None:
                    await self._carry_out(connection, self._profile.CLOCK_READ)
                question = self._backfill.question(now_s=_now_s())
                if question is not None:
                    await self._carry_out(connection, question)

    async def _follow(self, connection: Connection, script: Script) -> None:
        """Carry a script out, telling it the sensor's answers."""
        with suppress(StopIteration):
            step = next(script)
            while True:
                step = script.send(await self._take(connection, step))

    async def _take(self, connection: Connection, step: Step) -> bytes:
        """Carry one step out in time; return the sensor's answer, if the step has one."""
        async with asyncio.timeout(_ANSWER_S):
            return await self._carry_out(connection, step)

    async def _carry_out(self, connection: Connection, step: Step) -> bytes:
        match step:
            case Subscribe():
                heard = partial(self._notified, step.channel)
                with suppress(*LACKING) if step.optional else nullcontext():
                    await connection.subscribe(step.uuid, heard, by_socket=step.by_socket)
            case Write():
                self._tell(step)
                await connection.write(step.uuid, step.data)
            case Read():
                with suppress(*LACKING) if step.optional else nullcontext():
                    return await self._read(connection, step)
            case Ask():
                self._tell(step)
                return await self._ask(connection, step)
        return b""

    async def _read(self, connection: Connection, step: Read) -> bytes:
        asked_s = _now_s()
        payload = await connection.read(step.uuid)
        self._put(step.channel, payload, at_s=_now_s(), asked_s=asked_s)
        return payload

    async def _ask(self, connection: Connection, step: Ask) -> bytes:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._awaited = step, answer
        try:
            await connection.write(step.uuid, step.data)
            return await answer
        finally:
            self._awaited = None

    def _tell(self, step: Write | Ask) -> None:
        if step.told_as is not None:
            self._put(step.told_as, step.data, at_s=_now_s())

    def _notified(self, channel: str, payload: bytes) -> None:
        now_s = _now_s()
        if channel == self._profile.MOTION:
            self._motion_s = now_s
            if self.state is LinkState.SILENT:
                self._report(LinkState.CONNECTED, "it streams")
                self._backoff.reset()
        self._backfill.hear(channel, payload, now_s=now_s)
        if self._awaited is not None:
            step, answer = self._awaited
            if channel == step.channel and payload.startswith(step.begins) and not answer.done():
                answer.set_result(payload)
        self._put(channel, payload, at_s=now_s)

    def _put(
        self, channel: str, payload: bytes, *, at_s: float, asked_s: float | None = None
    ) -> None:
        self._mailbox.put(
            Notification(
                sensor=self._key,
                arrival_s=at_s,
                channel=channel,
                payload=payload,
                asked_s=asked_s,
            )
        )

    def _report(self, state: LinkState, detail: str, *, rssi_dbm: float | None = None) -> None:
        self.state = state
        self._mailbox.put(
            LinkChange(
                sensor=self._key,
                at_s=_now_s(),
                state=state,
                detail=detail,
                rssi_dbm=rssi_dbm,
            )
        )


async def _let_go(connection: Connection) -> None:
    with suppress(*LINK_ERRORS):  # what is already gone needs no letting go
        async with asyncio.timeout(_GOODBYE_S):
            await connection.disconnect()


def _until_the_look_s(now_s: float, *, due_s: float) -> float:
    """Return the time to the first moment from `due_s` on at which all keepers look.

    That is half a look at least. Waking once for many sensors is cheaper than once for each.
    """
    at_s = now_s
    while at_s == now_s or at_s < due_s:
        at_s += 1.5 * _LOOK_S - (at_s + 0.5 * _LOOK_S) % _LOOK_S
    return at_s - now_s


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _now_s() -> float:
    return asyncio.get_running_loop().time()
