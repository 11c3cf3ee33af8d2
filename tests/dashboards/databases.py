"""Real time-series databases on loopback, each on a port of its own, ended with the test."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from dashboards.influx import Database
from tests.free_port import free_port

USER, PASSWORD, NAME = "coach", "se cret", "club"
_STARTS_WITHIN_S = 60.0
_LOADED_IN_BULK = {"GOGC": "400"}  # docs/influx.md: less work for more memory
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Server:
    """A database that answers at `url`; `process` may be killed and `command` run again."""

    url: str
    command: list[str]
    process: subprocess.Popen[bytes]


@contextmanager
def influxd(folder: Path, *, port: int | None = None) -> Iterator[Server]:
    """Run InfluxDB 1.x with authentication, a user and a database; its data stays in `folder`."""
    port = port or free_port()
    folder.mkdir(exist_ok=True)
    config = folder / "influx.conf"
    config.write_text(
        f'reporting-disabled = true\nbind-address = "127.0.0.1:{free_port()}"\n'
        f'[meta]\ndir = "{folder}/meta"\n'
        f'[data]\ndir = "{folder}/data"\nwal-dir = "{folder}/wal"\n'
        "[monitor]\nstore-enabled = false\n"
        f'[http]\nbind-address = "127.0.0.1:{port}"\nauth-enabled = true\nlog-enabled = false\n'
    )
    url = f"http://127.0.0.1:{port}"
    command = ["influxd", "-config", str(config)]
    with _running(command, url=url, ready="/ping", settings=_LOADED_IN_BULK) as server:
        asked(url, f"CREATE USER {USER} WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
        asked(url, f"CREATE DATABASE {NAME}")
        yield server


@contextmanager
def rewriting(folder: Path, behind: str) -> Iterator[Server]:
    """Run nginx that offers a 1.x database's `/write` as 2.x's, its login as a token."""
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(
        "daemon off; master_process off;\n"  # one process, which ends with its test
        f"pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}\n"
        "http { access_log off; client_max_body_size 20m;\n"
        + "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + 'map $http_authorization $login { "~^Token (?<u>[^:]+):(?<p>.+)$" "u=$u&p=$p"; }\n'
        f"server {{ listen 127.0.0.1:{port};\n"
        "location = /ready { return 204; }\n"
        "location = /api/v2/write {\n"
        "rewrite ^ /write?db=$arg_bucket&precision=$arg_precision&$login? break;\n"
        f'proxy_set_header Authorization ""; proxy_pass {behind}; }} }} }}\n'
    )
    url = f"http://127.0.0.1:{port}"
    with _running(["nginx", "-c", str(config)], url=url, ready="/ready") as server:
        yield server


@contextmanager
def victoria(folder: Path) -> Iterator[Server]:
    """Run VictoriaMetrics."""
    url = f"http://127.0.0.1:{free_port()}"
    command = ["victoria-metrics", "-storageDataPath", str(folder), "-retentionPeriod=100y"]
    command += ["-httpListenAddr", url.removeprefix("http://"), "-search.latencyOffset=0s"]
    with _running(command, url=url, ready="/health") as server:
        yield server


def version_1(url: str) -> Database:
    return Database(url=url, version=1, bucket=NAME, username=USER, password=PASSWORD)


def settings_1(url: str) -> dict[str, str]:
    """Return the environment in which a command writes to `version_1(url)`."""
    values = {"URL": url, "VERSION": "1", "BUCKET": NAME, "USERNAME": USER, "PASSWORD": PASSWORD}
    return {f"STRIDECUE_INFLUX__{key}": value for key, value in values.items()}


def asked(url: str, query: str, *, database: str = "") -> list[dict[str, Any]]:
    """Return the rows that an InfluxQL query gives, tags of a group among their columns."""
    who = urllib.parse.urlencode({"u": USER, "p": PASSWORD, "db": database, "epoch": "ns"})
    body = urllib.parse.urlencode({"q": query}).encode()
    with urllib.request.urlopen(f"{url}/query?{who}", data=body, timeout=60) as answer:  # noqa: S310 - ours
        (result,) = msgspec.json.decode(answer.read())["results"]
    assert "error" not in result, result
    return [
        {**series.get("tags", {}), **dict(zip(series["columns"], row, strict=True))}
        for series in result.get("series", [])
        for row in series["values"]
    ]


def exported(url: str, metric: str) -> list[dict[str, Any]]:
    """Return the series of one metric that VictoriaMetrics holds, the newest points among them."""
    with urllib.request.urlopen(f"{url}/internal/force_flush", timeout=60):  # noqa: S310 - ours
        pass
    match = urllib.parse.urlencode({"match[]": f'{{__name__="{metric}"}}'})
    with urllib.request.urlopen(f"{url}/api/v1/export?{match}", timeout=60) as answer:  # noqa: S310 - ours
        return [msgspec.json.decode(one) for one in answer.read().splitlines()]


@contextmanager
def _running(
    command: list[str], *, url: str, ready: str, settings: Mapping[str, str] = _NONE
) -> Iterator[Server]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while not _answers(url + ready):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{command[0]} does not answer"
            time.sleep(0.05)
        yield Server(url, command, process)
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - ours
            return True
    except (urllib.error.URLError, OSError):
        return False
