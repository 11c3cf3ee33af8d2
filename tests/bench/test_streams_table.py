"""What of the table of speed holds on any machine."""

from __future__ import annotations

from bench import streams

MOST_BYTES = 16_384  # a stream's whole state, its leg's windows included


def test_the_state_of_a_stream_is_small_enough_for_a_hundred_thousand_of_them() -> None:
    assert streams.state_bytes() <= MOST_BYTES
