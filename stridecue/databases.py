"""The settings' InfluxDB, and what the store has to send to it."""

from __future__ import annotations

import random

from dashboards.influx import Database, InfluxSender
from dashboards.influx_feed import Feed
from dashboards.sharing import Sharing
from dashboards.store import Store
from stridecue.settings import Settings
from transport.backoff import Backoff


def database_of(settings: Settings) -> Database | None:
    """Return the database that the settings name, if they name one."""
    influx = settings.influx
    if influx.url is None:
        return None
    return Database(**influx.model_dump())


def feed_of(settings: Settings, store: Store, sharing: Sharing) -> Feed | None:
    """Note from now on what the database lacks of the store; None where there is none."""
    if settings.influx.url is None:
        return None
    return Feed(store, team=settings.team.name, sharing=sharing)


def sender_for(
    settings: Settings, store: Store, sharing: Sharing, *, rng: random.Random
) -> InfluxSender | None:
    """Return who sends the store's rows to the database, where there is one."""
    feed, database = feed_of(settings, store, sharing), database_of(settings)
    if feed is None or database is None:
        return None
    return InfluxSender(feed, database, backoff=Backoff(rng=rng))
