"""Limits, alerts, sharing and their trail over the API: who may do what, and what it changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from analytics.codec import Record
from analytics.records import Activity
from dashboards.sharing import Topic
from dashboards.store import Store
from dashboards.web.access import TEAM
from stridecue.limits_desk import CoachsLimits
from stridecue.plans import analytics_of
from stridecue.roster import RunnerSettings
from stridecue.settings import Settings
from tests.dashboards import loads, people
from tests.dashboards.site import OTHER, Site, site

MIA = people.RUNNER


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with people.begun_store(tmp_path / "store.db") as one:
        yield one


def settings_of(store: Store) -> Settings:
    return Settings.model_validate(
        {"store": {"path": str(store.path)}, "runners": [{"id": MIA}, {"id": OTHER}]}
    )


@pytest.fixture
async def served(store: Store) -> AsyncIterator[Site]:
    async with site(store=store, limits=CoachsLimits(settings_of(store), store)) as one:
        yield one


async def asked(
    served: Site, scope: str, method: str, path: str, said: dict[str, Any] | None = None
) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession(served.address, headers=served.headers(scope)) as session,
        session.request(method, f"/api/v1/{path}", json=said) as answer,
    ):
        return answer.status, await answer.json() if answer.status != 204 else None


async def test_published_limits_are_the_runners_from_the_next_run_on(
    served: Site, store: Store
) -> None:
    rules = {"rules": {"most_per_30_min": 3, "warm_up_s": 600}}
    status, told = await asked(served, TEAM, "PUT", f"limits/{MIA}", rules)
    assert (status, told["rules"]["most_per_30_min"], told["own"]) == (200, 3, rules["rules"])
    settings = settings_of(store)
    hers = analytics_of(settings, store, RunnerSettings(id=MIA)).cues
    others = analytics_of(settings, store, RunnerSettings(id=OTHER)).cues
    assert (hers.most_cues, hers.gate.warm_up_s) == (3, 600.0)
    assert (others.most_cues, others.gate.warm_up_s) == (8, 480.0)
    await asked(served, TEAM, "PUT", f"limits/{MIA}", {"rules": {}})
    assert analytics_of(settings, store, RunnerSettings(id=MIA)).cues == others


async def test_a_rule_that_cannot_be_is_refused_and_changes_nothing(served: Site) -> None:
    for rules in ({"most_per_30_min": -1}, {"loudness": 11}, {"impact_target_pct": 50}):
        status, told = await asked(served, TEAM, "PUT", f"limits/{MIA}", {"rules": rules})
        assert (status, "docs/cues.md" in told["detail"]) == (422, True), told
    assert (await asked(served, TEAM, "GET", f"limits/{MIA}"))[1]["own"] == {}


async def test_rules_are_tried_on_stored_runs_before_they_are_published(
    served: Site, store: Store
) -> None:
    status, told = await asked(served, TEAM, "POST", f"limits/{OTHER}/tried", {"rules": {}})
    assert (status, "no run of runner" in told["detail"]) == (422, True)
    store.write([people.stride(n) for n in range(40)])
    status, told = await asked(served, TEAM, "POST", f"limits/{MIA}/tried", {"rules": {}})
    assert (status, told["runner"], told["cues"]) == (200, MIA, 0)


async def test_an_alert_is_open_until_it_is_acknowledged_and_snoozed_meanwhile(
    served: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ns = people.STARTED_UTC_NS + 120 * 10**9
    monkeypatch.setattr("dashboards.web.coach_api.time.time_ns", lambda: now_ns)
    store.write([people.alert(60.0), loads.longest_run(90.0)])
    alert = people.alert(60.0).id
    _, (newest, oldest) = await asked(served, TEAM, "GET", "alerts/open")
    assert (oldest["id"], oldest["age_s"], newest["snoozed"]) == (alert, 60.0, False)
    assert (await asked(served, TEAM, "POST", f"alerts/{alert}/snooze", {"minutes": 5}))[0] == 204
    _, (_, oldest) = await asked(served, TEAM, "GET", "alerts/open")
    assert oldest["snoozed"] is True
    assert (await asked(served, TEAM, "POST", f"alerts/{alert}/ack"))[0] == 204
    _, (left,) = await asked(served, TEAM, "GET", "alerts/open")
    assert left["id"] == newest["id"]
    assert (await asked(served, TEAM, "POST", "alerts/nothing/ack"))[0] == 404


async def test_a_runner_decides_what_is_shared_and_nobody_else(served: Site) -> None:
    private = {"private": ["impact"]}
    assert (await asked(served, TEAM, "PUT", f"sharing/{MIA}", private))[0] == 403
    assert (await asked(served, OTHER, "PUT", f"sharing/{MIA}", private))[0] == 403
    status, told = await asked(served, MIA, "PUT", f"sharing/{MIA}", private)
    assert (status, told["private"]) == (200, ["impact"])
    assert set(told["topics"]) == {str(topic) for topic in Topic}


async def test_what_is_private_is_nowhere_the_coach_looks_and_the_runner_keeps_it(
    served: Site, store: Store
) -> None:
    records: list[Record] = [
        people.stride(170),
        people.window(60.0, activity=Activity.RUNNING),
        people.drift(60.0),
        people.cue(60.0, kind="impact"),
        people.alert(60.0),
    ]
    store.write(records)
    await served.deliver(*records)
    await asked(served, MIA, "PUT", f"sharing/{MIA}", {"private": ["impact"]})
    for scope, hidden in ((TEAM, True), (MIA, False)):
        _, (stride,) = await asked(served, scope, "GET", f"strides?runner={MIA}")
        assert (stride["peak_accel_axial_g"] is None) is hidden
        assert stride["contact_time_s"] is not None
        for table in ("drift", "cues", "alerts"):
            _, rows = await asked(served, scope, "GET", f"{table}?runner={MIA}")
            assert (rows == []) is hidden, table
        _, states = await asked(served, scope, "GET", "runners")
        (state,) = [one for one in states if one["runner"] == MIA]
        assert (state["impact_g"] == {"left": None, "right": None}) is hidden
        assert (state["word"] == "Landing hard") is not hidden
        assert (state["cue"] is None) is hidden
    _, states = await asked(served, TEAM, "GET", "runners")
    (state,) = [one for one in states if one["runner"] == MIA]
    await asked(served, MIA, "PUT", f"sharing/{MIA}", {"private": ["impact", "pain"]})
    assert (await asked(served, TEAM, "GET", f"pain/{MIA}"))[0] == 403
    assert (await asked(served, MIA, "GET", f"pain/{MIA}"))[0] == 200
    assert (state["word"], state["not_shared"]) == ("Form has changed", ["impact"])


async def test_the_trail_says_who_changed_what_and_a_runner_sees_her_own(served: Site) -> None:
    await asked(served, TEAM, "PUT", f"limits/{MIA}", {"rules": {"most_per_30_min": 3}})
    await asked(served, OTHER, "PUT", f"sharing/{OTHER}", {"private": ["pain"]})
    _, lines = await asked(served, TEAM, "GET", "audit")
    assert [(one["who"], one["deed"], one["runner"]) for one in lines] == [
        (OTHER, "sharing changed", OTHER),
        ("coach", "limits published", MIA),
    ]
    assert (lines[1]["before"], lines[1]["after"]) == ({}, {"most_per_30_min": 3})
    _, own = await asked(served, OTHER, "GET", "audit")
    assert [one["runner"] for one in own] == [OTHER]


async def test_limits_alerts_and_their_marks_are_the_coachs_alone(served: Site) -> None:
    for method, path in (
        ("PUT", f"limits/{MIA}"),
        ("POST", f"limits/{MIA}/tried"),
        ("GET", "alerts/open"),
        ("POST", "alerts/x/ack"),
        ("POST", "alerts/x/snooze"),
    ):
        said = {"rules": {}, "minutes": 5}
        assert (await asked(served, MIA, method, path, said))[0] == 403, path
