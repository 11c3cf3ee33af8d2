"""The coach says on the page who wears which pod; nobody else can."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from dashboards.web.access import TEAM
from stridecue.roster_desk import RosterBook
from stridecue.settings import Settings, load_settings
from tests.dashboards import people
from tests.dashboards.site import OTHER, Site, site


def own_settings(folder: Path) -> Settings:
    def sensor(name: str, side: str) -> dict[str, str]:
        return {"name": name, "runner": people.RUNNER, "side": side, "placement": "shin"}

    return Settings.model_validate(
        {
            "store": {"path": str(folder / "stridecue.db")},
            "runners": [{"id": people.RUNNER}, {"id": OTHER}],
            "sensors": [sensor("pod-1", "left"), sensor("pod-2", "right")],
        }
    )


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(roster=RosterBook(own_settings(tmp_path))) as one:
        yield one


async def told(served: Site, scope: str, said: dict[str, str]) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession(served.address, headers=served.headers(scope)) as session,
        session.post("/api/v1/roster", json=said) as answer,
    ):
        return answer.status, await answer.text()


async def worn(served: Site) -> dict[str, str]:
    async with (
        aiohttp.ClientSession(served.address, headers=served.headers(TEAM)) as session,
        session.get("/api/v1/roster") as answer,
    ):
        entries = await answer.json()
        return {e["pod"]: f"{e['runner']} {e['side']} {e['placement']}" for e in entries}


async def test_what_the_coach_says_of_a_pod_is_there_after_a_restart(
    served: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"pod": "pod-9", "runner": OTHER, "side": "left", "placement": "shoe"}
    assert (await told(served, TEAM, said))[0] == 204
    assert (await worn(served))["pod-9"] == f"{OTHER} left shoe"
    monkeypatch.setenv("STRIDECUE_STORE__PATH", str(tmp_path / "stridecue.db"))
    kept = {s.name: s.runner for s in load_settings(None).sensors}
    assert kept == {"pod-9": OTHER, "pod-1": people.RUNNER, "pod-2": people.RUNNER}


async def test_pods_on_the_wrong_legs_change_places_in_one_press(served: Site) -> None:
    said = {"pod": "pod-1", "runner": people.RUNNER, "side": "right"}
    assert (await told(served, TEAM, said))[0] == 204
    mia = people.RUNNER
    assert await worn(served) == {"pod-1": f"{mia} right shin", "pod-2": f"{mia} left shin"}


async def test_a_runner_may_not_and_nonsense_is_one_line(served: Site) -> None:
    said = {"pod": "pod-1", "runner": people.RUNNER, "side": "right"}
    assert (await told(served, people.RUNNER, said))[0] == 403
    status, text = await told(served, TEAM, {**said, "runner": "zoe"})
    assert (status, "zoe: no such runner; add it" in text) == (422, True)
    assert (await told(served, TEAM, {**said, "side": "middle"}))[0] == 422
