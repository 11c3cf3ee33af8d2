"""One typed model of every setting: `stridecue.toml`, then `STRIDECUE_SECTION__KEY` on top."""

from __future__ import annotations

import os
import re
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from analytics.errors import SettingsError
from stridecue.cue_rules import CueSection
from stridecue.roster import (
    RunnerSettings,
    SensorSettings,
    ShoeSettings,
    TeamGateway,
    complaint,
)
from stridecue.roster_file import ROSTER, read_roster, with_first
from stridecue.sections import (
    AlertSettings,
    GatewaySettings,
    InfluxSettings,
    MqttSettings,
    StoreSettings,
    TeamSettings,
    UplinkSettings,
)
from stridecue.web_settings import WebSettings

PREFIX = "STRIDECUE_"
NOT_SETTINGS = {"STRIDECUE_DATA"}  # where the tests find the optional recordings


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    team: TeamSettings = TeamSettings()
    runners: tuple[RunnerSettings, ...] = ()
    shoes: tuple[ShoeSettings, ...] = Field(default=(), validate_default=True)
    sensors: tuple[SensorSettings, ...] = ()
    cues: CueSection = Field(default=CueSection(), validate_default=True)
    store: StoreSettings = StoreSettings()
    gateways: tuple[TeamGateway, ...] = Field(default=(), validate_default=True)
    gateway: GatewaySettings = GatewaySettings()
    mqtt: MqttSettings = MqttSettings()
    uplink: UplinkSettings = UplinkSettings()
    influx: InfluxSettings = InfluxSettings()
    alerts: AlertSettings = AlertSettings()
    web: WebSettings = WebSettings()

    @field_validator("shoes")
    @classmethod
    def _worn_shoes_are_registered(
        cls, shoes: tuple[ShoeSettings, ...], info: ValidationInfo
    ) -> tuple[ShoeSettings, ...]:
        known = {(shoe.runner, shoe.id) for shoe in shoes}
        for runner in info.data.get("runners", ()):
            if runner.shoe is not None and (runner.id, runner.shoe) not in known:
                raise ValueError(f"has no pair {runner.shoe} of runner {runner.id}")
        return shoes

    @field_validator("cues")
    @classmethod
    def _runners_own_rules_are_rules(cls, cues: CueSection, info: ValidationInfo) -> CueSection:
        for runner in info.data.get("runners", ()):
            try:
                cues.with_own(runner.cues)
            except ValidationError as error:
                first = error.errors()[0]
                key = ".".join(str(part) for part in first["loc"])
                raise ValueError(f"of runner {runner.id}, {key}: {first['msg']}") from error
        return cues

    @field_validator("gateways")
    @classmethod
    def _named_gateways_are_there(
        cls, gateways: tuple[TeamGateway, ...], info: ValidationInfo
    ) -> tuple[TeamGateway, ...]:
        known = {gateway.id for gateway in gateways}
        named = [s.gateway for s in info.data.get("sensors", ()) if s.gateway is not None]
        for name in (*named, *(spare for gateway in gateways for spare in gateway.spares)):
            if name not in known:
                raise ValueError(f"has no gateway {name}")
        return gateways

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose values come in as arguments."""
        del settings_cls, dotenv_settings, file_secret_settings
        assert isinstance(env_settings, EnvSettingsSource)  # noqa: S101 - a programmer's mistake
        return env_settings, init_settings

    def wearing(self) -> list[RunnerSettings]:
        """Return the runners that wear a sensor, named or not, in the sensors' order."""
        named = {runner.id: runner for runner in self.runners}
        ids = dict.fromkeys(sensor.runner for sensor in self.sensors)
        return [named.get(runner, RunnerSettings(id=runner)) for runner in ids]

    def everyone(self) -> list[RunnerSettings]:
        """Return the named runners, then those known only by a sensor."""
        named = {runner.id for runner in self.runners}
        return [*self.runners, *(one for one in self.wearing() if one.id not in named)]

    def cues_of(self, runner: RunnerSettings) -> CueSection:
        """Return a runner's cue rules: the team's, and the runner's own in their place."""
        return self.cues.with_own(runner.cues)

    def gateway_name(self) -> str:
        """Return the name of the gateway on this machine."""
        return self.gateway.name or re.sub(r"[^A-Za-z0-9_.-]", "-", socket.gethostname())[:64]

    def with_port(self, port: int) -> Settings:
        """Return the same settings with the pages on another port."""
        return self.model_copy(update={"web": self.web.model_copy(update={"port": port})})

    def with_uplink(self, host: str) -> Settings:
        """Return the same settings with the worker behind another broker."""
        return self.model_copy(update={"uplink": self.uplink.model_copy(update={"host": host})})

    def store_path(self) -> Path:
        """Return where the store lies, following the XDG base directories by default."""
        if self.store.path is not None:
            return self.store.path
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return Path(home) / "stridecue" / "stridecue.db"


def load_settings(path: Path | None) -> Settings:
    """Read the settings file (if any), the environment, and the roster beside the store.

    Raises
    ------
    SettingsError
        For a file that is not there or not TOML, an unknown key, or a value that cannot be:
        with its place and what is allowed.
    InputError
        For a roster that cannot be read, with the line.

    """
    return settings_of({} if path is None else read_toml(path), path)


def settings_of(values: Mapping[str, Any], path: Path | None) -> Settings:
    """Return the settings with these values of a file, as `load_settings` does."""
    _check_environment(os.environ)
    try:
        settings = Settings(**values)
        roster = settings.store_path().with_name(ROSTER)
        if not roster.exists():
            return settings
        sensors = with_first(read_roster(roster), settings.sensors)
        return Settings(**{**values, "sensors": [sensor.model_dump() for sensor in sensors]})
    except ValidationError as error:
        raise _explained(error, path) from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file; SettingsError where there is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        mend = "give an existing file with --config, or leave --config out"
        raise SettingsError("no such file", where=str(path), mend=mend) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        mend = "write it as TOML, see docs/settings.md"
        raise SettingsError(f"cannot be read: {error}", where=str(path), mend=mend) from error


def _check_environment(environment: Mapping[str, str]) -> None:
    """Refuse STRIDECUE_ variables that name no section: pydantic would pass over them."""
    for name in environment:
        section = name.removeprefix(PREFIX).split("__")[0].lower()
        known = not name.startswith(PREFIX) or name in NOT_SETTINGS
        if not known and section not in Settings.model_fields:
            mend = f"use one of the sections {', '.join(Settings.model_fields)}"
            raise SettingsError("no such setting", where=f"environment {name}", mend=mend)


def _explained(error: ValidationError, path: Path | None) -> SettingsError:
    """Turn pydantic's first complaint into one line: what, where, what is allowed."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    where = f"{path or 'environment'}, {place}"
    if first["type"] == "extra_forbidden":
        return SettingsError("unknown key", where=where, mend=f"use {_keys_near(first['loc'])}")
    given = repr(first["input"])
    return SettingsError(f"{given} is not allowed", where=where, mend=complaint(error))


def _keys_near(place: tuple[int | str, ...]) -> str:
    """Return the keys allowed in the section that holds `place`."""
    model: Any = Settings
    for part in place[:-1]:
        if isinstance(part, str):
            kind = model.model_fields[part].annotation
            model = next((a for a in getattr(kind, "__args__", ()) if a is not Ellipsis), kind)
    return "one of " + ", ".join(model.model_fields)
