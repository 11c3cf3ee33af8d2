from __future__ import annotations

import random

from transport.backoff import Backoff


def waits(seed: int, n: int) -> list[float]:
    backoff = Backoff(rng=random.Random(seed))  # noqa: S311 - not for secrets
    return [backoff.next_s() for _ in range(n)]


def test_every_wait_stays_below_a_ceiling_that_doubles_up_to_half_a_minute() -> None:
    for seed in range(20):
        for tries, wait_s in enumerate(waits(seed, 12)):
            assert 0.0 <= wait_s <= min(30.0, 0.5 * 2**tries)


def test_waits_are_spread_over_the_whole_range_below_the_ceiling() -> None:
    late = [waits(seed, 12)[-1] for seed in range(200)]
    assert min(late) < 3.0
    assert max(late) > 27.0


def test_one_seed_gives_the_same_waits() -> None:
    assert waits(7, 10) == waits(7, 10) != waits(8, 10)


def test_after_a_success_the_first_wait_is_short_again() -> None:
    backoff = Backoff(rng=random.Random(1))  # noqa: S311 - not for secrets
    for _ in range(10):
        backoff.next_s()
    assert backoff.ceiling_s == 30.0
    backoff.reset()
    assert backoff.ceiling_s == 0.5


def test_a_million_failures_do_not_overflow() -> None:
    backoff = Backoff(rng=random.Random(1))  # noqa: S311 - not for secrets
    for _ in range(100_000):
        assert backoff.next_s() <= 30.0
