"""The containers: what compose.yaml names is there, and what it sets can be set."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import yaml

from stridecue.settings import load_settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "dashboards" / "grafana"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@contextmanager
def only(values: dict[str, str]) -> Iterator[None]:
    with mock.patch.dict(os.environ, values, clear=True):
        yield


def defaulted(text: str) -> str:
    """Return a value as compose gives it where the environment says nothing."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def environment(service: str) -> dict[str, str]:
    return {key: defaulted(str(value)) for key, value in SERVICES[service]["environment"].items()}


def test_there_are_a_broker_a_database_grafana_and_stridecue() -> None:
    assert set(SERVICES) == {"mosquitto", "influxdb", "grafana", "stridecue"}
    for name, service in SERVICES.items():
        image = service.get("image")
        assert image is None or re.search(r":\d", image), f"{name} is not pinned"
        waits = set(service.get("depends_on", ()))
        assert waits <= set(SERVICES)


def test_what_is_mounted_and_built_is_there() -> None:
    for service in SERVICES.values():
        for volume in service["volumes"]:
            here = volume.split(":")[0]
            assert here in COMPOSE["volumes"] or here.startswith("/") or (FOLDER / here).is_file()
        if (build := service.get("build")) is not None:
            assert (FOLDER / build["context"]).resolve() == ROOT
            stages = re.findall(r" AS (\w+)", (ROOT / build["dockerfile"]).read_text())
            assert build["target"] in stages


def test_stridecue_takes_its_settings_from_the_compose_file() -> None:
    values = {k: v for k, v in environment("stridecue").items() if k.startswith("STRIDECUE_")}
    with only(values):
        settings = load_settings(None)
    assert settings.influx.url == "http://influxdb:8086"
    assert settings.influx.version == 1
    assert settings.influx.password == environment("influxdb")["INFLUXDB_USER_PASSWORD"]
    assert settings.influx.username == environment("influxdb")["INFLUXDB_USER"]
    assert settings.influx.bucket == environment("influxdb")["INFLUXDB_DB"]
    assert settings.mqtt.host == "mosquitto"


def test_grafana_has_what_its_files_ask_of_the_environment() -> None:
    text = "".join(path.read_text() for path in sorted((FOLDER / "provisioning").rglob("*.yaml")))
    asked = set(re.findall(r"\$\{(\w+)\}", text))
    assert asked
    assert asked <= set(environment("grafana"))


def test_every_variable_stands_in_the_documentation() -> None:
    docs = (ROOT / "docs" / "grafana.md").read_text()
    for name in re.findall(r"\$\{(\w+):-", (FOLDER / "compose.yaml").read_text()):
        assert name in docs, name


def test_the_builder_gets_every_package() -> None:
    sent = (FOLDER / "Dockerfile.dockerignore").read_text()
    wheel = (ROOT / "pyproject.toml").read_text()
    (packages,) = re.findall(r"^packages = \[(.*)\]$", wheel, re.MULTILINE)[:1]
    for package in re.findall(r'"(\w+)"', packages):
        assert f"!{package}" in sent.splitlines()
