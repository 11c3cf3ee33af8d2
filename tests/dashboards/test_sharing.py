"""What a runner keeps private leaves for nobody: rows, lines, messages, and what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from analytics.records import FormMetrics, Stride
from dashboards.broker import EmbeddedBroker
from dashboards.influx_feed import Feed
from dashboards.sharing import Sharing, Topic, topic_of, veiled
from dashboards.store import Store
from tests.dashboards import people
from tests.dashboards.at_broker import at_work, listening, sink_for, until_connected
from tests.dashboards.every_kind import one_of_each
from tests.dashboards.test_asyncapi import valid

# What says nothing of how somebody runs: whose, when, where worn, how good.
_OPEN = {
    *("id", "worn", "runner", "session", "contact_index", "contact_s", "end_s", "length_s"),
    *("activity", "n_strides", "coverage", "quality", "clipped", "reasons", "revision"),
    *("surface", "surface_probability"),
}

_OF_A_RUN = ("day", "duration_s", "running_s", "placement", "source", "covered")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with people.begun_store(tmp_path / "store.db") as one:
        yield one


def test_every_field_of_a_stride_and_a_window_has_a_switch_or_is_plainly_open() -> None:
    for kind in (Stride, FormMetrics):
        for field in fields(kind):
            assert (topic_of(field.name) is not None) is (field.name not in _OPEN), field.name


def test_no_switch_hides_what_it_does_not_name() -> None:
    row = {"runner": "mia", "side": "left", "cadence_spm": 170.0, "speed_mps": 3.0, "quality": 1.0}
    assert veiled("strides", row, frozenset({Topic.PACE})) == {
        **row,
        "speed_mps": None,
        "not_shared": ["pace"],
    }


def test_switches_are_there_in_the_next_process(store: Store) -> None:
    Sharing(store).keep_private("mia", [Topic.PAIN, Topic.CUES], now_utc_ns=1)
    assert Sharing(store).private("mia") == {Topic.PAIN, Topic.CUES}
    Sharing(store).keep_private("mia", [], now_utc_ns=2)
    assert Sharing(store).private("mia") == frozenset()


def test_influxdb_is_not_sent_what_is_private(store: Store) -> None:
    sharing = Sharing(store)
    feed = Feed(store, team="club", sharing=sharing)
    store.write([people.stride(1), people.cue(60.0), people.drift(60.0, metric="cadence")])
    sharing.keep_private(people.RUNNER, [Topic.IMPACT, Topic.CUES], now_utc_ns=1)
    _, lines = feed.head(10)
    assert [one.partition(",")[0] for one in sorted(lines)] == ["drift", "stride"]
    assert not any("peak_accel" in one for one in lines)
    assert all("not_shared" not in one for one in lines)
    assert "contact_time_s" in "".join(lines)


def test_who_keeps_nothing_private_is_told_whole_beside_one_who_does(store: Store) -> None:
    sharing = Sharing(store)
    feed = Feed(store, team="club", sharing=sharing)
    store.begin_session(
        session=people.SESSION, runner="noah", started_utc_ns=people.STARTED_UTC_NS,
        source="test", simulated=False,
    )  # fmt: skip
    store.write([people.stride(n, runner=who) for n in range(3) for who in ("noah", people.RUNNER)])
    sharing.keep_private(people.RUNNER, [Topic.IMPACT], now_utc_ns=1)
    _, lines = feed.head(100)
    strides = [one for one in lines if one.startswith("stride,")]
    told = {who: [one for one in strides if f"runner={who}," in one] for who in ("noah", "mia")}
    assert [len(some) for some in told.values()] == [3, 3]
    assert all("peak_accel_axial_g=6.0" in one for one in told["noah"])
    assert not any("peak_accel" in one for one in told["mia"])


def test_with_every_switch_off_influxdb_hears_of_sensors_and_times_alone(store: Store) -> None:
    sharing = Sharing(store)
    feed = Feed(store, team="club", sharing=sharing)
    store.write(one_of_each())
    sharing.keep_private(people.RUNNER, list(Topic), now_utc_ns=1)
    _, lines = feed.head(1000)
    told: dict[str, set[str]] = {}
    for line in lines:
        what = told.setdefault(line.partition(",")[0], set())
        what |= set(re.findall(r"[ ,]([a-z_]+)=[^,]*(?=[^ ]* \d+$)", line.partition(" ")[2]))
    of_runs = {"event", "facts", "gap", "link", "load", "shoe", "surface", "stride", "form"}
    assert set(told) == of_runs
    facts = {"n_runs", "rest_days", "rest_of_days", "shoe", "shoe_state"}
    assert told["facts"] <= facts
    assert told["stride"] <= {"contact_index", "clipped", "quality", "revision"}
    assert told["form"] <= _OPEN | {"at_s", "utc_ms"}
    open_of_load = ("rest_", "unknown_", "utc_ms", *_OF_A_RUN)
    assert all(name.startswith(open_of_load) for name in told["load"])


async def test_messages_leave_out_what_is_private_and_stay_as_documented(store: Store) -> None:
    sharing = Sharing(store)
    sharing.keep_private(people.RUNNER, [Topic.IMPACT, Topic.CADENCE], now_utc_ns=1)
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as other:
        sink = sink_for(broker.port, sharing=sharing)
        async with at_work(sink):
            await until_connected(sink)
            await sink.deliver([people.drift(60.0), people.alert(60.0), people.cue(60.0)])
            await sink.deliver([people.stride(1), people.drift(61.0, metric="contact_time")])
            (drift,) = await other.until("/drift")
            (stride,) = await other.until("/strides")
            states = await other.until("/state")
    assert drift["why"]["metric"] == "contact_time"
    assert other.bodies("/alert") == other.bodies("/cue") == []
    assert (stride["cadence_spm"], stride["peak_accel_resultant_g"]) == (None, None)
    assert stride["contact_time_s"] is not None
    valid(stride, "strides")
    valid(drift, "drift")
    for state in states:
        valid(state, "state")
        assert state["word"] != "Landing hard"
