"""What points say beyond their rows: the own band, what had been noticed, what a run comes to."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.records import Activity, DriftLevel
from analytics.settings import AnalyticsSettings
from dashboards.body_shelf import BodyShelf, Tick
from dashboards.coach_shelf import CoachShelf
from dashboards.influx_feed import Feed
from dashboards.judged_shelf import JudgedShelf
from dashboards.load_shelf import LoadShelf
from dashboards.sharing import Sharing
from dashboards.store import Store
from tests.dashboards import loads, people, weeks


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with people.begun_store(tmp_path / "store.db") as store:
        yield store


@pytest.fixture
def feed(store: Store) -> Feed:
    return Feed(store, team="club", sharing=Sharing(store))


def judge(store: Store, *, known: bool = True) -> None:
    JudgedShelf(store).keep(
        runner=people.RUNNER,
        session=people.SESSION,
        baseline=weeks.baseline("before") if known else None,
        analytics=AnalyticsSettings(),
    )


def sent(feed: Feed, measurement: str) -> list[dict[str, float]]:
    """Return the numbers of the measurement's points that wait, in the order they are sent."""
    lines = [line for line in feed.head(1000)[1] if line.startswith(f"{measurement},")]
    return [
        {key: float(value) for key, value in re.findall(r"([a-z_0-9]+)=(-?[\d.e+-]+)i?[, ]", line)}
        for line in lines
    ]


def test_at_the_usual_speed_the_band_is_around_the_usual(store: Store, feed: Feed) -> None:
    judge(store)
    store.write([replace(people.window(30.0), speed_mps=3.0)])
    (form,) = sent(feed, "form")
    assert form["cadence_usual_spm"] == pytest.approx(171.0)
    assert form["cadence_low_spm"] < 171.0 < form["cadence_high_spm"]
    assert form["cadence_change_pct"] == pytest.approx(100.0 * (171.4 / 171.0 - 1.0))
    assert form["cadence_change_raw_pct"] == form["cadence_change_pct"]


def test_a_faster_run_moves_the_band_and_is_no_change_of_form(store: Store, feed: Feed) -> None:
    judge(store)
    faster = math.exp(0.32 * 0.5)  # as people's impact follows half a metre a second
    harder = replace(people.window(30.0).peak_accel_g, left=7.0 * faster, right=None)
    store.write([replace(people.window(30.0), speed_mps=3.5, peak_accel_g=harder)])
    (form,) = sent(feed, "form")
    assert form["peak_accel_left_usual_g"] == pytest.approx(7.0 * faster)
    assert form["peak_accel_change_pct"] == pytest.approx(0.0, abs=1e-9)
    assert form["peak_accel_change_raw_pct"] == pytest.approx(100.0 * (faster - 1.0))


def test_a_first_run_has_no_band_and_no_state(store: Store, feed: Feed) -> None:
    judge(store, known=False)
    store.write([people.window(30.0)])
    (form,) = sent(feed, "form")
    assert not [name for name in form if "usual" in name or "change" in name]
    assert "drift_level" not in form


def test_who_does_not_run_is_not_measured_by_running(store: Store, feed: Feed) -> None:
    judge(store)
    store.write([people.window(30.0, activity=Activity.WALKING)])
    (form,) = sent(feed, "form")
    assert "cadence_usual_spm" not in form


def test_a_window_says_what_had_been_noticed_by_its_end(store: Store, feed: Feed) -> None:
    judge(store)
    changes = [
        people.drift(20.0, level=DriftLevel.NOTICE),
        people.drift(40.0, level=DriftLevel.ALARM),
        people.drift(60.0, level=DriftLevel.CLEAR),
    ]
    ends = (10.0, 30.0, 50.0, 70.0)
    store.write([*changes, *(people.window(end_s) for end_s in ends)])
    levels = {form["at_s"]: form["drift_level"] for form in sent(feed, "form")}
    assert levels == {10.0: 0, 30.0: 1, 50.0: 2, 70.0: 0}


def test_one_metric_that_is_clear_again_does_not_hide_another(store: Store, feed: Feed) -> None:
    judge(store)
    store.write(
        [
            people.drift(20.0, level=DriftLevel.ALARM),
            people.drift(30.0, metric="cadence", level=DriftLevel.CLEAR),
            people.window(40.0),
        ]
    )
    (form,) = sent(feed, "form")
    assert form["drift_level"] == 2


def test_an_ended_session_is_told_in_thirds(store: Store, feed: Feed) -> None:
    judge(store)
    for n in range(1, 10):
        store.write([replace(people.window(5.0 * n), cadence_spm=170.0 + n)])
    store.end_session(session=people.SESSION, summary={})
    first, middle, last = sent(feed, "third")
    assert [one["cadence_spm"] for one in (first, middle, last)] == [172.0, 175.0, 178.0]
    assert first["n_windows"] == 3
    assert last["peak_accel_noise_pct"] > 0.0


def test_a_run_is_told_with_the_longest_before_it(store: Store, feed: Feed) -> None:
    for n, metres in enumerate((4000.0, 5000.0)):
        session = f"r{n}"
        start_ns = people.STARTED_UTC_NS + n * weeks.DAY_NS
        store.begin_session(
            session=session,
            runner=people.RUNNER,
            started_utc_ns=start_ns,
            source="test",
            simulated=False,
        )
        entry = loads.load_entry(session=session, day=f"2025-11-{24 + n}")
        store.write([replace(entry, start_utc_ns=start_ns, distance_m=metres)])
    (first, second) = sent(feed, "load")
    assert "longest_m" not in first
    assert (second["longest_m"], second["over_longest_pct"], second["spike"]) == (4000.0, 25.0, 1)
    assert (second["longest_m_n"], second["longest_m_at_least"]) == (1, 1)


def test_what_a_runner_says_of_a_run_later_goes_out_with_it(store: Store, feed: Feed) -> None:
    store.write([loads.load_entry()])
    feed.forget(feed.head(1000)[0])
    LoadShelf(store).say(
        runner=people.RUNNER, session=people.SESSION, distance_m=None, exertion=6.0
    )
    (load,) = sent(feed, "load")
    assert load["exertion"] == 6.0


def test_a_tick_that_is_taken_back_is_sent_as_none(store: Store, feed: Feed) -> None:
    body = BodyShelf(store)
    for done in (True, False):
        body.tick(
            runner=people.RUNNER, tick_id="t", day="2025-11-24", kind=Tick.STRENGTH, done=done
        )
        mark, (line,) = feed.head(10)
        feed.forget(mark)
        assert line == (
            f'tick,team=club,runner=mia,kind=strength day="2025-11-24",done={int(done)}i'
            " 1763942400000000000"
        )


def test_an_alert_that_is_acknowledged_is_sent_again_as_such(store: Store, feed: Feed) -> None:
    alert = people.alert(30.0)
    store.write([alert])
    mark, (line,) = feed.head(10)
    feed.forget(mark)
    assert 'standing="open"' in line
    CoachShelf(store).mark(alert.id, until_utc_ns=None, now_utc_ns=people.STARTED_UTC_NS)
    _, (again,) = feed.head(10)
    assert again == line.replace('"open"', '"acknowledged"')


def test_a_session_says_what_judged_it(store: Store, feed: Feed) -> None:
    judge(store)
    feed.fill()
    (line,) = [one for one in feed.head(100)[1] if one.startswith("session,")]
    assert re.search(r'version="[0-9.]+",configuration="[0-9a-f]{10}"', line)
