"""Publishes records for other systems over MQTT; docs/mqtt.md says what and why."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from analytics.codec import Record, to_dict
from analytics.load.records import LoadFacts
from analytics.records import Alert, Cue, Drift, FormMetrics, Stride, is_live
from dashboards.home_assistant import introduction
from dashboards.runner_state import RunnerInfo, RunnerState
from dashboards.sharing import NOT_SHARED, Sharing, Topic, veiled, veiled_state
from dashboards.sink import Item, records_of, runner_of
from dashboards.table import utc_ns
from transport.backoff import Backoff
from transport.buffers import Buffer, DiskBuffer, MemoryBuffer
from transport.link import Connect
from transport.mqtt_link import KEEP_ALIVE_S, Broker, Message, MqttLink
from transport.outbox import Outbox, SinkUnavailable
from transport.spool import Spool

ROOT = "stridecue/v1"
SURE_CAPACITY = 1000  # drifts, cues and alerts kept in memory where there is no spool
_NS = 1_000_000_000

# By record: topic, QoS. What a coach or a watch acts on is sure to arrive, at least once.
_TOPICS: dict[type, tuple[str, str, int]] = {
    Stride: ("stride", "strides", 0),
    FormMetrics: ("form", "form", 0),
    Drift: ("drift", "drift", 1),
    Cue: ("cue", "cue", 1),
    Alert: ("alert", "alert", 1),
    LoadFacts: ("load", "load", 1),
}
# Of the fold that pages show, what changes seldom enough for a retained message.
_STATE_FIELDS = (
    "name",
    "simulated",
    "baseline",
    "activity",
    "running",
    "word",
    "tone",
    "arrow",
    "sensors",
    "quiet",
)


class MqttSink:
    """Records as JSON messages on `stridecue/v1/<team>/<runner>/...`.

    Strides and windows go out at once or not at all (QoS 0: an old one is worth nothing to a
    live consumer, and is in the store). Drifts, cues and alerts wait for the broker, on disk
    where a spool is given, and go out at least once; consumers dedupe by `id`.

    Parameters
    ----------
    gateway : str
        This gateway's name in `gateway/<id>/status`.
    spool : Path, optional
        File for what may not be lost.
    connect : Connect
        Makes the connection; in simulated time the world's network does.
    home_assistant : bool
        Introduce every runner to Home Assistant, at every connection.
    sharing : Sharing, optional
        What runners keep private is not published.

    """

    name = "mqtt"
    gather_s = 0.0

    def __init__(  # noqa: PLR0913 - each says another thing of the broker
        self,
        *,
        broker: Broker,
        team: str,
        gateway: str,
        runners: Sequence[RunnerInfo],
        rng: random.Random,
        spool: Path | None = None,
        keep_alive_s: int = KEEP_ALIVE_S,
        connect: Connect = MqttLink,
        home_assistant: bool = False,
        sharing: Sharing | None = None,
    ) -> None:
        self.skipped = 0  # QoS 0 messages that found no connection
        self._team = team
        self._gateway = gateway
        self._home_assistant = home_assistant
        self._private: Callable[[str], frozenset[Topic]] = (
            (lambda _: frozenset()) if sharing is None else sharing.private
        )
        self._states = {info.id: RunnerState(info=info) for info in runners}
        self._started_utc_ns: dict[str, int] = {}
        self._sent: dict[str, bytes] = {}
        self._sent_on = 0
        status = f"{ROOT}/{team}/gateway/{gateway}/status"
        self.link = connect(
            broker=broker,
            identifier=f"stridecue-{team}-{gateway}",
            backoff=Backoff(rng=rng),
            hello=_status(status, gateway, "online"),
            will=_status(status, gateway, "offline"),
            keep_alive_s=keep_alive_s,
        )
        self._spool = None if spool is None else Spool(spool)
        buffer: Buffer[Message] = (
            MemoryBuffer(capacity=SURE_CAPACITY)
            if self._spool is None
            else DiskBuffer(spool=self._spool, encode=Message.to_bytes, decode=Message.from_bytes)
        )
        self.sure = Outbox(
            name="mqtt-sure",
            deliver=self.link.publish_all,
            buffer=buffer,
            backoff=Backoff(rng=rng),
        )

    def begin_session(self, *, session: str, started_utc_ns: int, info: RunnerInfo) -> None:
        """Tell whose session begins and when: its records may be delivered from now on."""
        self._started_utc_ns[session] = started_utc_ns
        self._states.setdefault(info.id, RunnerState(info=info)).info = info

    async def run(self) -> NoReturn:
        """Hold the connection and send what must arrive, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.link.run(), name="mqtt-link")
                group.create_task(self.sure.run(), name="mqtt-sure")
        finally:
            if self._spool is not None:
                self._spool.close()
        message = "the MQTT sink stopped by itself"
        raise RuntimeError(message)

    async def deliver(self, items: Sequence[Item]) -> None:
        """Publish the records; what must arrive is queued, the rest needs the connection now."""
        for record in records_of(items):
            if not (is_live(record) or isinstance(record, Cue)):  # of a cue: what came of it
                continue
            message = self._message(record)
            if message is not None and message.qos:
                self.sure.offer(message)
            elif message is not None:
                await self._try(message)
            if is_live(record):
                await self._publish_state(record)

    async def _try(self, message: Message) -> bool:
        try:
            await self.link.publish(message)
        except SinkUnavailable:
            self.skipped += 1
            return False
        return True

    async def _publish_state(self, record: Record) -> None:
        """Publish the runner's retained state if this record changed it (or nobody has it)."""
        state = self._states.get(runner_of(record))
        if state is None:
            return
        now_s = asyncio.get_running_loop().time()
        state.take(record, at_s=now_s)
        if state.session is None or state.time_s is None:
            return
        shown = veiled_state(state.as_dict(now_s=now_s), self._private(state.info.id))
        told = {name: shown[name] for name in (*_STATE_FIELDS, NOT_SHARED) if name in shown}
        digest = msgspec.json.encode(told)
        if self._sent_on != self.link.connections:  # a new connection, perhaps a new broker
            self._sent.clear()
            self._sent_on = self.link.connections
        if self._home_assistant and state.info.id not in self._sent:
            await self._try(self._introduction(state.info))
        if self._sent.get(state.info.id) == digest:
            return
        head = {
            "schema": "stridecue/state/1",
            "id": f"{state.info.id}/{state.session}/state",
            "time": self._time(state.session, state.time_s),
            "runner": state.info.id,
            "session": state.session,
        }
        payload = msgspec.json.encode({**head, **told})
        topic = f"{ROOT}/{self._team}/{state.info.id}/state"
        if await self._try(Message(topic=topic, payload=payload, qos=1, retain=True)):
            self._sent[state.info.id] = digest

    def _introduction(self, info: RunnerInfo) -> Message:
        return introduction(
            root=ROOT, team=self._team, gateway=self._gateway, runner=info.id, name=info.name
        )

    def _message(self, record: Record) -> Message | None:
        known = _TOPICS.get(type(record))
        if known is None or (isinstance(record, Cue) and not record.shown):
            return None  # a cue held back is nobody's cue; it is in the store
        kind, leaf, qos = known
        fields = to_dict(record)
        fields = {**fields.pop("worn", {}), **fields}
        if private := self._private(fields["runner"]):
            metric = fields.get("why", {}).get("metric")
            seen = veiled(f"{kind}s", {**fields, "metric": metric}, private)
            if seen is None:
                return None
            del seen["metric"]
            fields = seen
        time_s = fields.get("time_s", fields.get("end_s", fields.get("contact_s")))
        head = {
            "schema": f"stridecue/{kind}/1",
            "id": fields.pop("id"),
            "time": self._time(fields["session"], time_s),
        }
        return Message(
            topic=f"{ROOT}/{self._team}/{fields['runner']}/{leaf}",
            payload=msgspec.json.encode({**head, **fields}),
            qos=qos,
        )

    def _time(self, session: str, time_s: Any) -> str:  # noqa: ANN401 - a number out of JSON
        when_ns = utc_ns(self._started_utc_ns[session], time_s)
        return utc_text(when_ns)


def utc_text(utc_ns: int) -> str:
    """Return UTC nanoseconds as ISO 8601 with microseconds.

    Examples
    --------
    >>> utc_text(1_764_000_000_250_000_000)
    '2025-11-24T16:00:00.250000Z'

    """
    seconds, rest_ns = divmod(utc_ns, _NS)
    whole = datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{rest_ns // 1000:06d}Z"


def _status(topic: str, gateway: str, status: str) -> Message:
    # The broker publishes the will at a time nobody knows before: so a status has no `time`.
    payload = {"schema": "stridecue/status/1", "id": f"gateway/{gateway}/status", "status": status}
    return Message(topic=topic, payload=msgspec.json.encode(payload), qos=1, retain=True)
