"""What waits on disk goes to whom the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from analytics.errors import SettingsError
from dashboards.sharing import Sharing
from dashboards.store import Store
from stridecue.databases import feed_of
from stridecue.doctor import State, examine
from stridecue.settings import Settings
from stridecue.sync import Sync
from tests.dashboards import databases, people


def settings(folder: Path, url: str | None = None) -> Settings:
    influx = {
        "version": 1, "url": url, "bucket": databases.NAME,
        "username": databases.USER, "password": databases.PASSWORD,
    }  # fmt: skip
    return Settings.model_validate({"store": {"path": folder / "store.db"}, "influx": influx})


def test_a_sync_with_nobody_to_send_to_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nobody to send to"):
        Sync(settings=settings(tmp_path), minutes=None, console=Console()).run()


@pytest.mark.databases
async def test_a_store_from_before_the_database_is_sent_with_history(tmp_path: Path) -> None:
    with Store(tmp_path / "store.db") as store:
        store.begin_session(
            session=people.SESSION, runner=people.RUNNER, started_utc_ns=people.STARTED_UTC_NS,
            source="test", simulated=False,
        )  # fmt: skip
        store.write([people.stride(n) for n in range(40)])
    with databases.influxd(tmp_path / "influxd") as server:
        mine = settings(tmp_path, server.url)
        console = Console(record=True, width=200)
        sync = Sync(settings=mine, minutes=1.0, history=True, console=console)
        assert await sync.hold() == 0
        (row,) = databases.asked(
            server.url, "SELECT count(cadence_spm) AS n FROM stride", database=databases.NAME
        )
    assert row["n"] == 40
    assert f"InfluxDB at {server.url} has everything" in console.export_text()


async def test_what_still_waits_when_time_is_up_is_said_with_the_reason(tmp_path: Path) -> None:
    mine = settings(tmp_path, "http://127.0.0.1:9")
    with Store(tmp_path / "store.db") as store:
        feed_of(mine, store, Sharing(store))
        store.begin_session(
            session=people.SESSION, runner=people.RUNNER, started_utc_ns=0,
            source="test", simulated=False,
        )  # fmt: skip
    console = Console(record=True, width=200)
    assert await Sync(settings=mine, minutes=0.02, console=console).hold() == 1
    assert "1 rows still wait for InfluxDB at http://127.0.0.1:9: " in console.export_text()


@pytest.mark.databases
def test_the_doctor_says_whether_points_are_taken(tmp_path: Path) -> None:
    def told(url: str) -> tuple[State, str]:
        (found,) = [f for f in examine(settings(tmp_path, url)) if f.name == "influx"]
        return found.state, found.detail

    with databases.influxd(tmp_path / "influxd") as server:
        assert told(server.url) == (State.GOOD, f"{server.url} takes points into club")
    state, detail = told(server.url)
    assert state is State.BAD
    assert "does not answer" in detail
