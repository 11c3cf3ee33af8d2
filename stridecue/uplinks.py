"""Raw radio events to a worker: the sessions of this machine behind one spool and one link."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
from pathlib import Path
from typing import IO, NoReturn

from analytics.errors import ServiceError
from dashboards.mqtt import ROOT
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.uplink import SPOOL_LIMIT_BYTES, Sender, Uplink, cut_regularly
from sensor_gateway.uplink_message import UplinkMessage
from stridecue.settings import Settings
from transport.backoff import Backoff
from transport.buffers import DiskBuffer
from transport.link import Connect
from transport.mqtt_link import Broker, MqttLink
from transport.outbox import Outbox
from transport.spool import Spool

_LONGEST_WAIT_S = 4.0  # a worker that is back is wanted at once: the runner still runs
_AT_ONCE = 100  # messages in one delivery: ten seconds of one runner


def uplink_topic(team: str, runner: str) -> str:
    """Return where a runner's raw events go; `+` for all runners."""
    return f"{ROOT}/{team}/{runner}/imu"


def ack_topic(team: str, runner: str) -> str:
    """Return where the worker answers, and asks for the end of what a runner has stopped."""
    return f"{uplink_topic(team, runner)}/ack"


class Uplinks:
    """The uplinks of the sessions held here.

    What a killed process left in the spool is sent first.
    """

    def __init__(
        self, *, settings: Settings, rng: random.Random, connect: Connect = MqttLink
    ) -> None:
        team = settings.team.name
        self.broker = Broker(**settings.uplink.model_dump())
        self.link = connect(
            broker=self.broker,
            identifier=f"stridecue-{team}-{socket.gethostname()}-uplink",
            backoff=Backoff(rng=rng, longest_s=_LONGEST_WAIT_S),
        )
        sender = Sender(
            publish=self.link.publish,
            topic_of=lambda runner: uplink_topic(team, runner),
            on_stop=self._stop,
        )
        self.link.listen(ack_topic(team, "+"), sender.hear)
        path = settings.store_path().with_name("uplink-spool.db")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._hold = _sole_user(path)
        self._spool = Spool(path, limit_bytes=SPOOL_LIMIT_BYTES)
        self.outbox = Outbox(
            name="uplink",
            deliver=sender.deliver,
            buffer=DiskBuffer(
                spool=self._spool,
                encode=UplinkMessage.to_bytes,
                decode=UplinkMessage.from_bytes,
            ),
            backoff=Backoff(rng=rng, longest_s=_LONGEST_WAIT_S),
            batch=_AT_ONCE,
        )
        self._uplinks: list[Uplink] = []

    def begin(self, runner: str, header: RecordingHeader) -> Uplink:
        """Open a session's uplink."""
        uplink = Uplink(runner=runner, header=header, offer=self.outbox.offer)
        self._uplinks.append(uplink)
        return uplink

    def _stop(self, session: str) -> None:
        """End a session held here; what only waits in the spool is over already."""
        for uplink in self._uplinks:
            if uplink.session == session:
                uplink.stop()

    async def run(self) -> NoReturn:
        """Cut, spool and send until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.link.run(), name="uplink connection")
                tasks.create_task(self.outbox.run(), name="uplink delivery")
                tasks.create_task(cut_regularly(self._uplinks), name="uplink cuts")
        finally:
            self._spool.close()
            self._hold.close()
        message = "the uplink stopped by itself"
        raise RuntimeError(message)


def _sole_user(path: Path) -> IO[bytes]:
    """Keep other programs off a spool until the file returned is closed, or we are killed."""
    lock = path.with_suffix(".lock").open("wb")
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - not there on Windows

        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise ServiceError(
                "another stridecue sends what is in it",
                where=str(path),
                mend="let that one do it, or end it first",
            ) from error
    return lock
