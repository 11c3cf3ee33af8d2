"""What a page heard, told for before, during and after a database's absence."""

from bench.latency import Heard
from bench.outage import latencies


def heard(kind: str, sample_s: float, late_ms: float) -> Heard:
    return Heard(id=f"{kind}/{sample_s}", kind=kind, sample_s=sample_s, late_ms=late_ms)


def test_each_record_counts_where_it_was_sampled_and_none_from_before_the_page_was_open() -> None:
    strides = [
        heard("stride", 5.0, 9000.0),
        heard("stride", 10.0, 100.0),
        heard("stride", 19.9, 120.0),
        heard("stride", 20.0, 400.0),
        heard("stride", 30.0, 140.0),
    ]
    table = latencies([*strides, heard("cue", 25.0, 80.0)], open_s=10.0, away_s=20.0, back_s=30.0)
    told = {row.name: row.value for row in table}
    assert [told[f"stride_to_page_n_{part}"] for part in ("before", "during", "after")] == [2, 1, 1]
    assert told["stride_to_page_p95_before_ms"] == 120.0
    assert told["stride_to_page_p95_after_ms"] == 140.0
    assert told["cue_to_page_p95_during_ms"] == 80.0
    assert told["cue_to_page_p95_after_ms"] is None
    assert [row.name for row in table if row.met() is False] == ["stride_to_page_p95_during_ms"]
