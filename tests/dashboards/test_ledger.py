from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.ledger import Ledger, LedgerEntry, percentile

ENTRY = LedgerEntry(
    id="mia/s1/left/70",
    kind="stride",
    runner="mia",
    session="s1",
    time_s=1.0,
    sample_s=100.0,
    gateway_s=100.05,
    analytics_s=100.06,
    published_s=100.07,
)


def show(ledger: Ledger, entry: LedgerEntry, *, shown_s: float) -> LedgerEntry | None:
    return ledger.shown(record_id=entry.id, shown_s=shown_s, now_s=101.0, shown_error_s=0.002)


def test_an_entry_is_complete_once_a_page_has_shown_it() -> None:
    ledger = Ledger()
    ledger.published(ENTRY)
    assert ledger.entries() == []
    done = show(ledger, ENTRY, shown_s=100.12)
    assert done == replace(ENTRY, shown_s=100.12, shown_error_s=0.002)
    assert ledger.entries() == [done]


def test_the_first_page_that_shows_a_record_counts() -> None:
    ledger = Ledger()
    ledger.published(ENTRY)
    assert show(ledger, ENTRY, shown_s=100.12) is not None
    assert show(ledger, ENTRY, shown_s=100.5) is None
    assert len(ledger.entries()) == 1


@pytest.mark.parametrize("shown_s", [99.0, 102.0, float("nan")])
def test_a_moment_that_cannot_be_is_refused_and_counted(shown_s: float) -> None:
    ledger = Ledger()
    ledger.published(ENTRY)
    assert show(ledger, ENTRY, shown_s=shown_s) is None
    assert (ledger.refused, ledger.entries()) == (1, [])


def test_percentiles_are_of_one_kind() -> None:
    ledger = Ledger()
    for n in range(1, 101):
        one = replace(ENTRY, id=str(n))
        other = replace(ENTRY, id=f"cue {n}", kind="cue")
        ledger.published(one)
        ledger.published(other)
        show(ledger, one, shown_s=100.07 + n / 1000)
        show(ledger, other, shown_s=100.5)
    latency = ledger.latency("stride")
    assert latency.n == 100
    assert latency.p50_s == pytest.approx(0.12)
    assert latency.p95_s == pytest.approx(0.165)
    assert latency.max_s == pytest.approx(0.17)
    assert ledger.latency("window").p95_s is None


def test_pages_that_never_answer_do_not_fill_memory() -> None:
    ledger = Ledger(waiting=10, kept=5)
    for n in range(100):
        ledger.published(replace(ENTRY, id=str(n)))
    for n in range(100):
        show(ledger, replace(ENTRY, id=str(n)), shown_s=100.1)
    assert [entry.id for entry in ledger.entries()] == ["95", "96", "97", "98", "99"]


@given(st.lists(st.floats(0, 10), min_size=1, max_size=50).map(sorted), st.floats(1, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(
    ordered: list[float], percent: float
) -> None:
    value = percentile(ordered, percent)
    assert value in ordered
    assert sum(x <= value for x in ordered) >= len(ordered) * percent / 100 - 1e-9
    assert sum(x < value for x in ordered) < len(ordered) * percent / 100
