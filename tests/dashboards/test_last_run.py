"""The page after a run comes out of the store as the live page told it, less what is private."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from analytics.codec import Record
from dashboards.last_run import last_run
from dashboards.page_summary import RunStory
from dashboards.sharing import Sharing, Topic
from dashboards.store import Store
from dashboards.web.access import TEAM
from tests.dashboards import loads, people
from tests.dashboards.site import OTHER, site

MIA = people.RUNNER
GIVEN = people.cue(500.0)
RUN: list[Record] = [
    people.window(30.0),
    people.window(35.0),
    loads.distance(100.0),
    loads.distance(600.0, metres=1500.0),
    loads.facts(600.0),
    GIVEN,
    people.heeded(GIVEN),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with people.begun_store(tmp_path / "store.db") as one:
        one.write(RUN)
        yield one


def test_the_store_tells_of_a_run_what_the_live_page_told(store: Store) -> None:
    story = RunStory(people.SESSION)
    for record in RUN:
        story.take(record)
    live = story.as_dict()
    assert live["cues"]
    assert live["facts"]
    assert last_run(store, MIA, under_way=None) == live


def test_the_run_under_way_is_not_the_last_one(store: Store) -> None:
    assert last_run(store, MIA, under_way=people.SESSION) is None


def test_what_is_private_is_not_in_it(store: Store) -> None:
    private = frozenset({Topic.IMPACT, Topic.CUES})
    told = last_run(store, MIA, under_way=None, private=private)
    assert told is not None
    assert told["impact_g"] == {"left": None, "right": None}
    assert (told["cues"], told["work_on"]) == ([], None)
    assert told["cadence_spm"] is not None


async def test_each_phone_gets_its_runners_last_run_and_no_other(store: Store) -> None:
    Sharing(store).keep_private(MIA, [Topic.CADENCE], now_utc_ns=0)
    async with site(store=store) as served:

        async def asked(scope: str, runner: str) -> tuple[int, object]:
            url = f"{served.address}/api/v1/last/{runner}"
            async with (
                aiohttp.ClientSession(headers=served.headers(scope)) as session,
                session.get(url) as answer,
            ):
                return answer.status, (await answer.json()).get("cadence_spm")

        status, cadence = await asked(MIA, MIA)
        assert (status, cadence) == (200, people.window(30.0).cadence_spm)
        assert (await asked(TEAM, MIA)) == (200, None)
        assert (await asked(OTHER, MIA))[0] == 403
        assert (await asked(OTHER, OTHER))[0] == 404
