"""The team's table as events: what has changed, once a second, encoded once for all pages."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from analytics.records import Activity, DriftLevel
from dashboards.team_story import TeamStory
from dashboards.web.access import TEAM
from dashboards.web.team_feed import KEPT, TeamFeed
from tests.dashboards import people
from tests.dashboards.site import site


class Table:
    """Two runners; one of them gets further."""

    def __init__(self) -> None:
        self.cadence = 170.0

    def __call__(self, now_s: float) -> dict[str, dict[str, Any]]:
        del now_s
        return {"mia": {"cadence_spm": self.cadence, "name": "Mia"}, "noah": {"name": "Noah"}}


def told(chunk: bytes) -> list[tuple[str, dict[str, Any]]]:
    events = [event.split("\n") for event in chunk.decode().split("\n\n") if event]
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in events
    ]


def test_a_new_page_gets_the_whole_table_and_then_only_what_changes() -> None:
    table = Table()
    feed = TeamFeed(table)
    seq, first = feed.after(None, now_s=10.0)
    assert told(first) == [("table", {"now_s": 10.0, "rows": table(0.0)})]
    table.cadence = 172.0
    seq, second = feed.after(seq, now_s=11.2)
    assert told(second) == [("changes", {"now_s": 11.2, "rows": {"mia": {"cadence_spm": 172.0}}})]
    _, third = feed.after(seq, now_s=12.1)
    assert told(third) == [("changes", {"now_s": 12.1, "rows": {}})]


def test_a_hundred_pages_cost_one_frame_a_second() -> None:
    feed = TeamFeed(Table())
    seqs = [feed.after(None, now_s=5.0)[0] for _ in range(100)]
    before = feed.encoded
    chunks = {feed.after(seq, now_s=6.0 + n / 1000)[1] for n, seq in enumerate(seqs)}
    assert feed.encoded == before + 1
    assert len(chunks) == 1


def test_a_page_that_was_behind_gets_every_frame_it_missed() -> None:
    table = Table()
    feed = TeamFeed(table)
    seq, _ = feed.after(None, now_s=1.0)
    for second in (2, 3):
        table.cadence += 1.0
        feed.after(seq, now_s=float(second))
    _, chunk = feed.after(seq, now_s=3.5)
    rows = [event["rows"] for _, event in told(chunk)]
    assert rows == [{"mia": {"cadence_spm": 171.0}}, {"mia": {"cadence_spm": 172.0}}]


def test_a_page_that_was_away_for_longer_gets_the_whole_table_again() -> None:
    feed = TeamFeed(Table())
    seq, _ = feed.after(None, now_s=1.0)
    for second in range(2, KEPT + 4):
        feed.after(None, now_s=float(second))
    _, chunk = feed.after(seq, now_s=KEPT + 3.5)
    assert [name for name, _ in told(chunk)] == ["table"]


async def test_the_teams_link_opens_the_stream_and_a_runners_does_not() -> None:
    async with site() as served:
        await served.deliver(people.window(28.0), people.cue(31.0))
        async with aiohttp.ClientSession(served.address) as session:
            path = "/api/v1/team/events"
            async with session.get(path, headers=served.headers("mia")) as refused:
                assert refused.status == 403
            async with session.get(path, headers=served.headers(TEAM)) as answer:
                lines = [await answer.content.readline() for _ in range(4)]
    (row,) = [json.loads(line[6:]) for line in lines if line.startswith(b"data: ")]
    mia = row["rows"]["mia"]
    assert (mia["word"], mia["cue"]["text"], mia["cue_count"]) == ("Steady", "Land quietly.", 1)
    assert row["rows"]["noah"]["data_at_s"] is None


def test_a_strip_has_the_most_telling_thing_of_every_five_minutes() -> None:
    story = TeamStory(session="s1")
    story.take(people.event(1.0, kind="learning"))
    story.take(people.window(200.0))
    story.take(people.event(250.0, kind="learned"))
    story.take(people.window(600.0))
    story.take(people.drift(700.0, level=DriftLevel.NOTICE))
    story.take(people.drift(1000.0))
    story.take(people.drift(1300.0, level=DriftLevel.CLEAR))
    story.take(people.window(1500.0))
    story.take(people.window(2000.0, activity=Activity.WALKING))
    assert story.as_dict()["strip"] == "lonao.i"


def test_cues_are_counted_by_the_hour_of_running_not_of_standing() -> None:
    story = TeamStory(session="s1")
    for end_s in range(30, 1831, 5):
        activity = Activity.RUNNING if end_s <= 930 else Activity.STILL
        story.take(people.window(float(end_s), activity=activity))
    for at_s in (100.0, 400.0):
        story.take(people.cue(at_s))
    story.take(people.cue(500.0, shown=False))
    row = story.as_dict()
    assert row["cue_count"] == 2
    assert row["cue_per_h"] == 7.7  # two in 930 s
