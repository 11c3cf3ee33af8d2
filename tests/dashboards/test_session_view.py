"""A run's page says what is known of it by now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dashboards.session_view import session_view
from dashboards.store import Store
from tests.dashboards.loads import distance, load_entry
from tests.dashboards.people import RUNNER, SESSION, begun_store


def facts(store: Store) -> tuple[object, ...]:
    view = session_view(store, RUNNER, SESSION)
    assert view is not None
    return tuple(view[name] for name in ("distance_m", "distance_source", "running_s"))


def test_a_run_under_way_has_come_as_far_as_was_told_last(tmp_path: Path) -> None:
    with begun_store(tmp_path / "stridecue.db") as store:
        assert facts(store) == (None, None, None)
        store.write(
            [replace(distance(10.0 * k, metres=25.0 * k), running_s=9.0 * k) for k in (9, 10)]
        )
        assert facts(store) == (250.0, str(distance(1.0).source), 90.0)
        ended = replace(load_entry(), distance_m=260.0, running_s=95.0)
        store.write([ended])
        assert facts(store) == (260.0, str(ended.source), 95.0)
