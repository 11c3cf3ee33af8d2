"""The table of shipped scenarios says since when a change was really there."""

from __future__ import annotations

from bench.presets import real_from_s
from firmware_sim.course import STEADY, Change, Course


def test_a_change_is_real_from_when_form_as_a_whole_differs_by_five_percent() -> None:
    ramp = Change(from_s=100.0, until_s=200.0, contact_time=0.06, peak_accel=0.08)
    assert real_from_s(Course(changes=(ramp,)), until_s=300.0) == 150.0


def test_what_never_differs_so_much_is_not_real() -> None:
    slight = Change(from_s=100.0, until_s=200.0, contact_time=0.04)
    assert real_from_s(Course(changes=(slight,)), until_s=300.0) is None
    assert real_from_s(STEADY, until_s=300.0) is None
