"""The newest values and their median, whatever came before."""

from statistics import median

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from analytics.recent import Recent

few = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=30)


@given(values=few, most=st.integers(1, 8))
def test_it_is_the_median_of_the_newest(values: list[float], most: int) -> None:
    recent = Recent(most)
    for n, value in enumerate(values, start=1):
        recent.add(value)
        kept = values[max(0, n - most) : n]
        assert recent.values == kept
        assert recent.median == median(kept)
        assert recent.is_full is (len(kept) == most)


@given(values=few, later=few)
def test_it_goes_on_from_its_plain_form(values: list[float], later: list[float]) -> None:
    recent = Recent(5)
    for value in values:
        recent.add(value)
    again = msgspec.convert(msgspec.to_builtins(recent), Recent)
    for value in later:
        recent.add(value)
        again.add(value)
    assert again == recent


def test_cleared_it_knows_nothing_of_before() -> None:
    recent = Recent(2, [1.0, 9.0], [1.0, 9.0])
    recent.clear()
    recent.add(4.0)
    assert (recent.median, recent.is_full) == (4.0, False)
