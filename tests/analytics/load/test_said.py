from analytics.load.records import LoadEntry
from analytics.load.said import with_said
from analytics.records import SpeedSource
from tests.analytics.load.runs import entry


def said(run: LoadEntry, km: float | None, exertion: float | None = None) -> LoadEntry:
    return with_said(run, distance_m=None if km is None else km * 1000, exertion=exertion)


def test_a_run_nobody_measured_is_as_long_as_the_runner_says() -> None:
    found = said(entry(km=None), 8.0)
    assert (found.distance_m, found.source) == (8000.0, SpeedSource.MANUAL)
    assert found.covered == 1.0
    assert found.speed_mps == 8000 / 3600


def test_what_was_measured_in_part_is_made_whole() -> None:
    found = said(entry(km=5.0, covered=0.6), 8.0)
    assert (found.distance_m, found.source) == (8000.0, SpeedSource.FOOT_IMU)
    assert found.parts_m == {SpeedSource.FOOT_IMU: 5000.0, SpeedSource.MANUAL: 3000.0}


def test_a_smaller_distance_than_the_measured_one_changes_nothing() -> None:
    assert said(entry(km=9.0), 8.0) == entry(km=9.0)


def test_exertion_goes_with_any_distance_or_none() -> None:
    assert said(entry(km=None), None, 7.0).exertion == 7.0
    assert said(entry(km=None), None, 7.0).distance_m is None
