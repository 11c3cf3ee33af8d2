"""The settings of the team, the store, and of what is connected to: a section each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from sensor_gateway.sensors import SLOTS
from stridecue.roster import Name, Section
from stridecue.web_settings import Port


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("is no IANA time zone, such as Europe/Copenhagen") from error
    return name


class TeamSettings(Section):
    """Who runs this: `name` stands in MQTT topics; days begin at midnight in `zone`."""

    name: Name = "home"
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"


_Days = Annotated[int, Field(ge=0)]


class StoreSettings(Section):
    """Where sessions are kept, and for how many days what of them (0: for ever)."""

    path: Path | None = None
    raw_days: _Days = 14
    strides_days: _Days = 365
    summaries_days: _Days = 0


class MqttSettings(Section):
    """The broker: our own on loopback, or yours where `host` is given."""

    host: str | None = None
    port: Port = 1883
    username: str | None = None
    password: str | None = None
    home_assistant: bool = False


class InfluxSettings(Section):
    """The InfluxDB that gets what the store has; none without `url`.

    `version` 1 writes to `/write` with `username` and `password`, 2 (also for 3 and
    VictoriaMetrics) to `/api/v2/write` with `org` and `token`.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+")] | None = None
    version: Annotated[int, Field(ge=1, le=2)] = 2
    bucket: Annotated[str, Field(min_length=1)] = "stridecue"
    org: str | None = None
    token: str | None = None
    username: str | None = None
    password: str | None = None


class AlertSettings(Section):
    """Where a coach's alerts go beside pages and MQTT: addresses as Apprise writes them."""

    notify: tuple[str, ...] = ()


class UplinkSettings(Section):
    """The broker behind which a worker waits for raw sensor data; none, no worker.

    `gateway` runs only with one. `run` with one analyses here and there: what the worker's
    store lacks reaches it when there is a network again.
    """

    host: str | None = None
    port: Port = 1883
    username: str | None = None
    password: str | None = None


class GatewaySettings(Section):
    """The radio: an adapter holds so many connections, further sensors wait for one.

    `name` says which of a team's gateways this one is; without one it is the machine's.
    """

    name: Name | None = None
    slots: Annotated[int, Field(ge=1, le=64)] = SLOTS
