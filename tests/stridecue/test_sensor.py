"""`stridecue sensor` in a process of its own, found and heard by a gateway in this one."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analytics.errors import InputError, SensorNotFoundError, SettingsError
from analytics.records import Gap, Placement, SampleBlock, Side
from firmware_sim.scenarios import scenario
from sensor_gateway.events import RadioEvent
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.stream import SensorStream
from sensor_gateway.supervisor import Gateway
from stridecue.radios import radio_named
from stridecue.sensor import SensorPlan, sides_of
from tests.end_to_end.running import finished

SENSORS = [
    SensorConfig(runner="ann", side=side, placement=Placement.SHOE, name=f"Pod-1{side[0].upper()}")
    for side in Side
]
ENOUGH = 30  # notifications a sensor: two seconds


def plan(
    *, transport: str, profile: str = "open_imu", sides: tuple[Side, ...] = (Side.LEFT,)
) -> SensorPlan:
    return SensorPlan(
        scenario=scenario("demo"), seed=1, transport=transport, profile=profile, sides=sides
    )


@contextmanager
def sensor_process() -> Iterator[str]:
    """Give the moniker by which the gateway reaches both sensors of a simulated runner."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{found.getsockname()[1]}"
    words = ["sensor", "--transport", f"tcp-server:{where}", "--minutes", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "stridecue", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for side in Side:
            assert f"(open_imu, {side}, shoe) is on the air" in process.stdout.readline()
        yield f"tcp-client:{where}"
        process.terminate()


async def heard(moniker: str) -> list[RadioEvent]:
    """Listen until every sensor has sent enough, then leave without a word."""
    events: list[RadioEvent] = []
    enough = asyncio.Event()

    def emit(event: RadioEvent) -> None:
        events.append(event)
        if all([e.sensor for e in events].count(s.key) > ENOUGH for s in SENSORS):
            enough.set()

    async with asyncio.timeout(60.0), radio_named(moniker) as radio:
        gateway = Gateway(sensors=SENSORS, radio=radio, rng=random.Random(1))  # noqa: S311
        listening = asyncio.ensure_future(gateway.run(emit))
        await enough.wait()
    listening.cancel()
    await asyncio.wait([listening])
    return events


def test_a_gateway_in_another_process_hears_both_sensors_and_so_does_the_next() -> None:
    with sensor_process() as moniker:
        for _ in range(2):
            events = asyncio.run(heard(moniker))
            for sensor in SENSORS:
                stream = SensorStream(worn=sensor.worn("s"), config=sensor)
                items = [i for e in events if e.sensor == sensor.key for i in stream.push(e)]
                blocks = [item for item in items if isinstance(item, SampleBlock)]
                assert sum(map(len, blocks)) > 200
                assert not [item for item in items if isinstance(item, Gap)]


def test_a_dongle_carries_one_sensor_and_a_server_both() -> None:
    assert sides_of(None, transport="usb:0") == (Side.LEFT,)
    assert sides_of(None, transport="tcp-server:_:9000") == (Side.LEFT, Side.RIGHT)
    with pytest.raises(InputError, match="one sensor at a time"):
        plan(transport="bluez", sides=tuple(Side))


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"--profile sock: unknown profile .+ dot, metamotion"):
        plan(transport="usb:0", profile="sock")


@pytest.mark.parametrize("moniker", ["tcp-client:127.0.0.1:1", "no-such:0", "serial:/dev/none"])
async def test_a_radio_that_is_not_there_is_one_line_with_what_to_do(moniker: str) -> None:
    with pytest.raises(SensorNotFoundError, match=r"cannot be opened: .+; name a transport"):
        async with radio_named(moniker):
            pass


async def test_no_bluez_to_be_a_sensor_on_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(SensorNotFoundError, match="hci0: the system's message bus"):
        await plan(transport="bluez").run(print)


def test_what_sensors_sent_in_a_run_is_kept_beside_the_store_and_replays(tmp_path: Path) -> None:
    sensors = "".join(
        f'[[sensors]]\nname = "{s.name}"\nrunner = "ann"\nside = "{s.side}"\nplacement = "shoe"\n'
        for s in SENSORS
    )
    (tmp_path / "s.toml").write_text(sensors + "[web]\nport = 0\n[mqtt]\nport = 0\n")
    with sensor_process() as moniker:
        words = ("--config", "s.toml", "--radio", moniker, "--minutes", "0.4")
        ran = finished(tmp_path, "run", *words)
    assert ran.returncode == 0, ran.stderr
    (kept,) = (tmp_path / "data" / "stridecue" / "received").iterdir()
    assert kept.name.endswith("Z-ann.scue")
    again = finished(tmp_path, "replay", str(kept), "--speed", "max", "--out", "again", "--json")
    assert again.returncode == 0, again.stderr
    with sqlite3.connect(tmp_path / "data" / "stridecue" / "stridecue.db") as store:
        told = {row[0] for row in store.execute("SELECT id FROM strides")}
    lines = (tmp_path / "again" / "strides.jsonl").read_text().splitlines()
    assert len(told) > 10
    assert {json.loads(line)["id"] for line in lines} == told
