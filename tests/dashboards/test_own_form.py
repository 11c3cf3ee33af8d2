"""What the store keeps of a runner from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.records import Slope
from dashboards.store import Store
from tests.dashboards import people


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with people.begun_store(tmp_path / "stridecue.db") as store:
        yield store


def test_a_programme_comes_back_with_the_days_since_its_last_session(store: Store) -> None:
    assert store.programme(people.RUNNER) is None
    store.write([people.programme()])
    assert store.programme(people.RUNNER) == people.programme()
    later = store.programme(people.RUNNER, at_utc_ns=people.STARTED_UTC_NS + 30 * 86_400 * 10**9)
    assert later == replace(people.programme(), since_days=30.0)


def test_a_baseline_comes_back_as_it_was(store: Store) -> None:
    assert store.baseline(people.RUNNER) is None
    store.write([people.baseline()])
    assert store.baseline(people.RUNNER) == people.baseline()


def test_a_baseline_comes_back_with_its_slopes_and_its_age(store: Store) -> None:
    slopes = {"peak_accel": Slope(per_mps=0.4, sd=0.05)}
    given = replace(people.baseline(), slopes=slopes, session=people.SESSION)
    store.write([given])
    at_utc_ns = people.STARTED_UTC_NS + 7 * 86_400 * 10**9
    assert store.baseline(people.RUNNER, at_utc_ns=at_utc_ns) == replace(given, age_days=7.0)
    assert store.baseline(people.RUNNER) == given


def test_a_runners_own_speed_comes_back_as_it_was_taught(store: Store) -> None:
    assert store.speed_model(people.RUNNER) is None
    store.write([people.speed_model()])
    assert store.speed_model(people.RUNNER) == people.speed_model()
    assert store.speed_model("noah") is None
