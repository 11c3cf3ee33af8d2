"""The table of a simulated hour names whose time it was."""

from __future__ import annotations

import doctest
from collections import Counter

from bench import hour


def test_the_innermost_module_of_ours_has_the_time() -> None:
    stack = [("", "solve"), ("analytics/form", "value"), ("stridecue/conductor", "emit")]
    assert hour.part_of(stack) == "analysis"
    assert hour.part_of([("", "select")]) == "loop"
    assert doctest.testmod(hour).failed == 0


def test_the_start_of_a_run_does_not_count() -> None:
    assert hour.part_of([("", "repeat"), ("firmware_sim/world", "baseline")]) is None


def test_the_parts_add_up_to_the_hour() -> None:
    first, _, *parts = hour.rows(12.0, Counter(motion=30, loop=10), samples_a_packet=37)
    assert [(row.name, row.value) for row in parts] == [("motion_s", 9.0), ("loop_s", 3.0)]
    assert first.met() is False


def test_where_the_processor_is_gets_counted() -> None:
    counts: Counter[str] = Counter()
    with hour.sampled(counts):
        total = sum(i * i for i in range(3_000_000))
    assert total
    assert set(counts) == {"loop"}
