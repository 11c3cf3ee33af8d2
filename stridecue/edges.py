"""What stands around a session: store, broker, pages; or the store alone in virtual time."""

from __future__ import annotations

import random
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from dashboards.broker import EmbeddedBroker
from dashboards.health_shelf import HealthShelf
from dashboards.judged_shelf import JudgedShelf
from dashboards.mqtt import MqttSink
from dashboards.notices import NoticeSink
from dashboards.runner_state import RunnerInfo
from dashboards.sharing import Sharing
from dashboards.sink import outbox_for
from dashboards.speech import MISSING, SpeechSink
from dashboards.store import Store
from dashboards.store_sink import StoreSink
from dashboards.web.hub import PhoneHub
from dashboards.wishes import OnWish
from sensor_gateway.uplink import Uplink
from stridecue.app import Emptied, Service
from stridecue.beat import Beat, Part
from stridecue.databases import feed_of, sender_for
from stridecue.lan import LOOPBACK
from stridecue.pages import pages
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from stridecue.upkeep import Upkeep
from stridecue.uplinks import Uplinks
from transport.link import Connect
from transport.mqtt_link import KEEP_ALIVE_S, Broker, MqttLink
from transport.outbox import Outbox


@dataclass(kw_only=True)
class Edges:
    """Outboxes for the records and services to run beside the sessions.

    Attributes
    ----------
    runs_itself : list
        To be emptied at the end too, but filled and run by a service.
    addresses, secure : dict
        By runner, where the phone page is; the team's page under `TEAM`. And both over HTTPS.
    hub : PhoneHub or None
        The pages' state and the latency ledger; None in virtual time.
    mqtt : MqttSink or None
        Publishes records; None in virtual time.
    notices : NoticeSink or None
        Sends alerts to people, where the settings say whereto.
    uplinks : Uplinks or None
        Takes raw radio events to a worker, where the settings name its broker.
    notes : list of str
        What people are told at the start, a line each.

    """

    store: Store
    sharing: Sharing
    outboxes: list[Outbox[Any]] = field(default_factory=list)
    runs_itself: list[Emptied] = field(default_factory=list)
    services: dict[str, Service] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    secure: dict[str, str] = field(default_factory=dict)
    broker: Broker | None = None
    hub: PhoneHub | None = None
    mqtt: MqttSink | None = None
    notices: NoticeSink | None = None
    uplinks: Uplinks | None = None
    notes: list[str] = field(default_factory=list)

    def begin(self, plan: SessionPlan) -> None:
        """Open a session everywhere: its records may come from now on."""
        self.store.begin_session(
            session=plan.session,
            runner=plan.runner,
            started_utc_ns=plan.started_utc_ns,
            source=plan.source,
            simulated=plan.simulated,
        )
        JudgedShelf(self.store).keep(
            runner=plan.runner,
            session=plan.session,
            baseline=plan.baseline,
            analytics=plan.analytics,
        )
        info = info_of(plan)
        if self.hub is not None:
            self.hub.set_info(info)
        for sink in (self.mqtt, self.notices):
            if sink is not None:
                sink.begin_session(
                    session=plan.session, started_utc_ns=plan.started_utc_ns, info=info
                )

    def uplink_of(self, plan: SessionPlan) -> Uplink | None:
        """Return the session's way to a worker, where there is one."""
        if self.uplinks is None:
            return None
        return self.uplinks.begin(plan.runner, plan.header())


def info_of(plan: SessionPlan) -> RunnerInfo:
    """Return what the pages say about a runner from the start."""
    source = "no baseline yet" if plan.baseline is None else f"{plan.baseline.source} baseline"
    return RunnerInfo(id=plan.runner, name=plan.name, baseline=source, simulated=plan.simulated)


def virtual_edges(
    *,
    settings: Settings,
    store: Store,
    runners: Sequence[RunnerInfo],
    rng: random.Random,
    network: Connect | None,
) -> Edges:
    """Return edges without sockets and threads: the store, written in line.

    Parameters
    ----------
    network : Connect or None
        Leads to the brokers of the settings, in a simulated network.

    """
    sharing = Sharing(store)
    feed_of(settings, store, sharing)  # what is simulated faster than time is sent by the next run
    sink = StoreSink(store, inline=True)
    edges = Edges(store=store, sharing=sharing, outboxes=[outbox_for(sink, rng=rng)])
    if network is not None:
        if settings.mqtt.host is not None:
            _publish(edges, settings=settings, runners=runners, rng=rng, connect=network)
        _add_uplink(edges, settings=settings, rng=rng, connect=network)
    return edges


def live_edges(
    *,
    settings: Settings,
    store: Store,
    runners: Sequence[RunnerInfo],
    on_wish: OnWish,
    rng: random.Random,
    stack: ExitStack,
    real_time: bool,
) -> Edges:
    """Return the real edges; what they hold open is closed with `stack`.

    Parameters
    ----------
    on_wish : callable
        Gets (runner, wish) when a runner wishes something from the page.
    real_time : bool
        Whether the loop's seconds are the wall's.

    Raises
    ------
    ServiceError
        A port is taken.

    """
    store_sink = StoreSink(store, inline=False)
    stack.callback(store_sink.close)
    kept = outbox_for(store_sink, rng=rng)
    sharing = Sharing(store)
    hub = PhoneHub(runners=runners, on_shown=kept.offer, on_wish=on_wish)
    edges = Edges(store=store, sharing=sharing, hub=hub, outboxes=[kept, outbox_for(hub, rng=rng)])
    if settings.cues.speak and not SpeechSink.can_speak():
        edges.notes.append(MISSING)
    elif settings.cues.speak:
        edges.outboxes.append(outbox_for(SpeechSink(on_spoken=kept.offer), rng=rng))
    found = pages(hub=hub, store=store, sharing=sharing, settings=settings, runners=runners)
    edges.services.update(found.services)
    edges.addresses, edges.secure = found.addresses, found.secure
    edges.notes += found.notes
    _add_mqtt(edges, settings=settings, runners=runners, rng=rng, real_time=real_time)
    _add_uplink(edges, settings=settings, rng=rng)
    _add_notices(edges, settings=settings, rng=rng)
    _add_influx_and_beat(edges, settings=settings, rng=rng)
    return edges


def _add_mqtt(
    edges: Edges,
    *,
    settings: Settings,
    runners: Sequence[RunnerInfo],
    rng: random.Random,
    real_time: bool,
) -> None:
    """Publish to the settings' broker, spooled on disk; to one of our own where there is none."""
    own = None
    if settings.mqtt.host is None:
        embedded = EmbeddedBroker(host=LOOPBACK, port=settings.mqtt.port)
        edges.services["broker"] = embedded.run
        own = Broker(host=LOOPBACK, port=embedded.port)
    _publish(
        edges,
        settings=settings,
        runners=runners,
        rng=rng,
        own=own,
        keep_alive_s=KEEP_ALIVE_S if real_time else 0,  # the library counts real seconds
    )


def _publish(
    edges: Edges,
    *,
    settings: Settings,
    runners: Sequence[RunnerInfo],
    rng: random.Random,
    own: Broker | None = None,
    keep_alive_s: int = 0,
    connect: Connect = MqttLink,
) -> None:
    """Publish to a broker of our own, or to that of the settings, spooled on disk."""
    spool = settings.store_path().with_name("mqtt-spool.db") if own is None else None
    broker = own or Broker(**settings.mqtt.model_dump(exclude={"home_assistant"}))
    sink = MqttSink(
        broker=broker,
        team=settings.team.name,
        gateway=socket.gethostname(),
        runners=runners,
        rng=rng,
        spool=spool,
        keep_alive_s=keep_alive_s,
        connect=connect,
        home_assistant=settings.mqtt.home_assistant,
        sharing=edges.sharing,
    )
    edges.mqtt = sink
    edges.broker = broker
    edges.services["mqtt"] = sink.run
    edges.outboxes.append(outbox_for(sink, rng=rng))
    edges.runs_itself.append(sink.sure)


def _add_notices(edges: Edges, *, settings: Settings, rng: random.Random) -> None:
    """Send alerts to the addresses of the settings, if there are any."""
    if not settings.alerts.notify:
        return
    edges.notices = notices = NoticeSink(
        urls=settings.alerts.notify,
        store=edges.store,
        sharing=edges.sharing,
        folder=settings.store_path().parent,
        zone=settings.team.zone,
        rng=rng,
    )
    edges.services["notices"] = notices.run
    edges.outboxes.append(outbox_for(notices, rng=rng))
    edges.runs_itself += notices.outboxes


def _add_influx_and_beat(edges: Edges, *, settings: Settings, rng: random.Random) -> None:
    """Send rows to the settings' InfluxDB, if there is one, and tell of the parts' health."""
    sender = sender_for(settings, edges.store, edges.sharing, rng=rng)
    parts: dict[str, Part] = {box.name: box for box in edges.outboxes}
    if sender is not None:
        parts[sender.name] = sender
    beat = Beat(HealthShelf(edges.store), gateway=settings.gateway_name(), parts=parts)
    edges.services["beat"] = beat.run
    edges.services["upkeep"] = Upkeep(edges.store, settings).run
    edges.runs_itself.append(beat)  # its last word goes with what is sent last
    if sender is not None:
        edges.services["influx"] = sender.run
        edges.runs_itself.append(sender)


def _add_uplink(
    edges: Edges, *, settings: Settings, rng: random.Random, connect: Connect = MqttLink
) -> None:
    """Send raw radio events to the worker whose broker the settings name, if they name one."""
    if settings.uplink.host is None:
        return
    edges.uplinks = uplinks = Uplinks(settings=settings, rng=rng, connect=connect)
    edges.services["uplink"] = uplinks.run
    edges.runs_itself.append(uplinks.outbox)
