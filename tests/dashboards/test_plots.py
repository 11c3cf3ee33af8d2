"""Pictures of runs: what they say, and that they can be drawn."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.codec import Record
from analytics.records import DriftLevel, FormMetrics, PerSide
from dashboards.plots.impact import speed_picture
from dashboards.plots.session import SessionRows, session_pictures, session_rows
from dashboards.plots.thirds import thirds, thirds_picture
from dashboards.store import Store
from tests.dashboards import people
from tests.dashboards.drawing import figure_of

_DAY_NS = 86_400 * 10**9


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., SessionRows]:
    """Rows of a session as the store gives them back."""

    def of(*records: Record) -> SessionRows:
        with people.begun_store(tmp_path / "s.db") as store:
            store.write(records)
            return session_rows(store, runner=people.RUNNER, session=people.SESSION)

    return of


def run_of(
    n: int,
    *,
    peak_g: Callable[[int], float] = lambda _: 6.0,
    speed_mps: Callable[[int], float | None] = lambda _: 3.0,
) -> list[FormMetrics]:
    """Windows of a run, one every 30 s, with noise of 1 %."""
    rng = random.Random(7)  # noqa: S311 - noise, no secret
    out = []
    for i in range(n):
        noisy = 1.0 + rng.gauss(0.0, 0.01)
        peak = peak_g(i) * noisy
        out.append(
            replace(
                people.window(30.0 * (i + 1)),
                peak_accel_g=PerSide(left=peak, right=peak * 1.02),
                contact_time_s=PerSide(left=0.25 * noisy, right=0.26 * noisy),
                cadence_spm=171.0 * noisy,
                asymmetry_pct=2.0 + rng.gauss(0.0, 0.5),
                speed_mps=speed_mps(i),
            )
        )
    return out


def test_an_unchanged_run_stays_within_its_own_noise(stored: Callable[..., SessionRows]) -> None:
    rows = stored(*run_of(60))
    found = {third.metric: third for third in thirds(rows.windows)}
    assert set(found) >= {"peak_accel", "cadence", "contact_time", "asymmetry", "speed"}
    assert not [name for name, third in found.items() if third.stands_out]
    assert "nothing changed" in thirds_picture(rows.windows).text


def test_landing_harder_stands_out_and_is_said(stored: Callable[..., SessionRows]) -> None:
    rows = stored(*run_of(60, peak_g=lambda i: 6.0 if i < 30 else 6.9))
    (third,) = [t for t in thirds(rows.windows) if t.stands_out]
    assert third.metric == "peak_accel"
    assert third.change_pct == pytest.approx(15.0, abs=1.0)
    assert "impact +15 %" in thirds_picture(rows.windows).text


def test_harder_because_faster_is_no_change_at_the_same_speed(
    stored: Callable[..., SessionRows],
) -> None:
    def speed(i: int) -> float:
        return 3.0 if i < 30 else 3.4

    rows = stored(
        *run_of(60, peak_g=lambda i: 6.0 * math.exp(0.32 * (speed(i) - 3.0)), speed_mps=speed)
    )
    found = {third.metric: third for third in thirds(rows.windows)}
    assert found["peak_accel"].change_pct == pytest.approx(13.7, abs=1.0)
    assert not found["peak_accel"].stands_out
    assert found["speed"].stands_out


def test_without_a_speed_the_change_is_told_as_it_was_run(
    stored: Callable[..., SessionRows],
) -> None:
    rows = stored(*run_of(60, speed_mps=lambda _: None))
    assert all(third.adjusted_pct is None for third in thirds(rows.windows))
    assert "speed is unknown" in speed_picture(rows.windows).text


def test_a_run_that_has_just_begun_has_a_speed_but_too_few_half_minutes_of_it(
    stored: Callable[..., SessionRows],
) -> None:
    rows = stored(*run_of(5, speed_mps=lambda _: 3.0))
    assert speed_picture(rows.windows).text == (
        "No data: fewer than 6 half minutes with a speed so far."
    )


def test_the_last_third_is_told_against_the_fresh_line(stored: Callable[..., SessionRows]) -> None:
    rows = stored(*run_of(60, peak_g=lambda i: 6.0 if i < 40 else 7.2))
    picture = speed_picture(rows.windows)
    assert "the last third lies 20 % above" in picture.text
    assert [trace["name"] for trace in picture.data][:3] == ["first third", "between", "last third"]


def test_drift_is_drawn_from_its_notice_over_its_alarm_to_its_end(
    stored: Callable[..., SessionRows],
) -> None:
    rows = stored(
        people.drift(600.0, level=DriftLevel.NOTICE),
        people.drift(660.0),
        people.drift(900.0, level=DriftLevel.CLEAR),
        people.drift(720.0, metric="cadence"),
        people.cue(670.0),
        people.window(1200.0),
    )
    drift = session_pictures(rows)[1]
    figure = figure_of(drift)
    notice, alarm, cue = figure["data"]
    assert (notice["base"], notice["x"]) == ([10.0], [1.0])
    assert list(zip(alarm["y"], alarm["base"], alarm["x"], strict=True)) == [
        ("Impact", 11.0, 4.0),
        ("Cadence", 12.0, 8.0),
    ]
    assert cue["customdata"] == ["11:10 Land quietly."]
    assert drift.text == "Changed: impact, cadence. First at 11:00: Impact 6.1 → 6.9 g (+13 %)."


def test_a_gap_that_was_filled_is_late_and_one_that_was_not_is_missing(
    stored: Callable[..., SessionRows],
) -> None:
    rows = stored(
        replace(people.gap(40.0), n_samples=0, revision=2, end_s=40.0),
        people.gap(100.0),
        *(people.stride(n) for n in range(400)),
        *(replace(people.stride(n), revision=2) for n in range(116, 150)),
    )
    gaps = session_pictures(rows)[-1]
    figure = figure_of(gaps)
    _, late, lost = figure["data"]
    assert list(zip(lost["y"], lost["base"], strict=True)) == [("Left", 1.667)]
    assert sorted(late["y"]) == ["Left", "Right"]
    assert "left: 85.7 % there, 0:20 missing, 0:12 came late" in gaps.text.lower()


def test_cues_are_drawn_with_what_came_of_them(stored: Callable[..., SessionRows]) -> None:
    rows = stored(
        people.heeded(people.cue(600.0)), people.cue(900.0), people.cue(1000.0, shown=False)
    )
    picture = session_pictures(rows)[3]
    assert picture.text == "2 cues shown: 1 worked, 1 cannot be judged; 1 more were held back."
    figure = figure_of(picture)
    after = figure["data"][-1]
    assert after["name"] == "after: worked"
    assert after["x"] == [pytest.approx(100 * (6.2 / 6.1 - 1))]


def test_guided_and_silent_time_are_apart(stored: Callable[..., SessionRows]) -> None:
    rows = stored(people.guidance(0.0), replace(people.guidance(600.0), silent=True), *run_of(40))
    picture = session_pictures(rows)[6]
    guided, silent, target = figure_of(picture)["data"]
    assert (guided["name"], len(guided["x"])) == ("guided", 20)
    assert (silent["name"], len(silent["x"])) == ("silent", 20)
    assert set(target["y"]) == {178.5}
    assert picture.text.startswith("Guided 10:00, mean cadence 171 steps/min; Silent 10:00")


def test_dose_adds_up_over_its_parts_and_clipping_makes_it_a_lower_bound(
    stored: Callable[..., SessionRows],
) -> None:
    rows = stored(
        *(people.stride(n) for n in range(1000)), replace(people.stride(1000), clipped=True)
    )
    dose, peaks = session_pictures(rows)[4:6]
    left, right = figure_of(dose)["data"]
    assert sum(left["y"]) == pytest.approx(6.0 * 501)
    assert sum(right["y"]) == pytest.approx(6.0 * 500)
    assert "at least left 3006 g over 501 steps" in dose.text
    assert "1 clipped" in peaks.text
    assert sum(figure_of(peaks)["data"][0]["y"]) == 501


def test_an_empty_session_says_no_data_in_every_picture() -> None:
    for picture in session_pictures(SessionRows()):
        told = picture.as_dict()
        assert told["drawing"] is None
        assert told["figure"] is None
        assert picture.text


def test_rows_of_another_runner_stay_out(tmp_path: Path) -> None:
    with people.begun_store(tmp_path / "s.db") as store:
        store.write([people.stride(1)])
        assert _strides(store, "tom") == 0
        assert _strides(store, people.RUNNER) == 1


def _strides(store: Store, runner: str) -> int:
    return len(session_rows(store, runner=runner, session=people.SESSION).strides)
