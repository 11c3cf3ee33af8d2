from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analytics.load.records import LoadHistory
from analytics.records import Activity, Side
from stridecue.summary import SessionSummary
from stridecue.summary_text import distance_text, summary_lines
from tests.analytics.load.runs import entry, history
from tests.dashboards import loads, people


def summary(*records: Any, past: LoadHistory | None = None) -> dict[str, Any]:  # noqa: ANN401
    one = SessionSummary(tuple(Side), history=past)
    for record in records:
        one.take(record)
    return one.as_dict()


def test_the_pace_of_a_session_varies_from_window_to_window_of_running() -> None:
    running = [replace(people.window(5.0 * i), speed_mps=v) for i, v in enumerate((2.9, 3.0, 3.1))]
    walking = replace(people.window(20.0, activity=Activity.WALKING), speed_mps=1.5)
    unknown = people.window(25.0)
    told = summary(*running, walking, unknown)
    assert told["pace_variability_pct"] == pytest.approx(100 * 0.1 / 3.0)
    assert summary(*running[:1])["pace_variability_pct"] is None


def test_an_unknown_distance_is_told_as_unknown() -> None:
    for told in (summary(), summary(loads.distance(30.0, metres=None))):
        assert (told["distance_m"], told["distance_source"]) == (None, "unknown")
        assert summary_lines(told)[-1].endswith("distance unknown")


def test_the_newest_distance_counts_with_its_source() -> None:
    told = summary(loads.distance(30.0), loads.distance(40.0, metres=130.0))
    assert (told["distance_m"], told["distance_source"]) == (130.0, "foot imu")
    assert told["load"] is None
    assert distance_text(told) == "0.13 km (foot imu)"


@pytest.mark.parametrize(("km", "words"), [(8.0, "under"), (9.0, "over"), (None, "line unknown")])
def test_a_run_stands_against_the_longest_of_thirty_days(km: float | None, words: str) -> None:
    past = history(entry(4, km=8.0), entry(35, km=30.0))
    told = summary(loads.distance(1000.0, metres=8000.0), entry(km=km), past=past)
    assert words in distance_text(told)
    assert "longest of 30 days 8.00 km (1 of 1 runs known)" in distance_text(told)


def test_the_load_of_a_session_is_the_same_on_any_day() -> None:
    past = history(entry(4, km=8.0))
    load = summary(entry(km=7.0), past=past)["load"]
    assert {"day", "session", "runner"}.isdisjoint(load)
    assert load["week_m"]["value"] == 15_000.0


def test_the_summary_tells_what_came_of_cues_what_gave_up_and_the_programme() -> None:
    summary = SessionSummary((Side.LEFT,))
    cue = people.cue(32.0)
    gave_up = people.event(99.0, kind="gave_up", text="“Land quietly.” did not help 3 times")
    for record in (cue, people.heeded(cue), gave_up, people.programme()):
        summary.take(record)
    told = summary.as_dict()
    assert told["cues_shown"] == {"impact": 1}
    assert told["cue_outcomes"]["impact"] == {"worked": 1, "partly": 0, "not": 0, "unknown": 0}
    assert summary_lines(told)[-3:] == [
        "impact cues: 1 worked",
        gave_up.text,
        "programme, session 1: cues for 100 % of it; kept without cues: cadence 85 %",
    ]
