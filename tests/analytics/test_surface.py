"""The ground: what the runner says of it, and what may be guessed when nobody says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from analytics.merge import Second
from analytics.records import Activity, Conditions, FormMetrics, Side, Stride, Surface
from analytics.surface import SUREST, Sound, SurfaceSense, guess, shock_ratio
from analytics.window import WindowStage
from tests.analytics.runners import RUNNER, SESSION, stride
from tests.laws.law import assert_dump_and_load_go_on, run

SOUND = {Surface.GRASS: 13.0, Surface.ASPHALT: 15.0, Surface.CONCRETE: 17.0}
BOTH = list(Side)


def made(start_s: float, until_s: float, hz: float, *, seed: int, scatter: float) -> list[Stride]:
    """Return strides whose shocks sound at `hz`, the right leg's a tenth higher."""
    rng = np.random.default_rng(seed)
    return [
        replace(
            stride(side, float(at_s)),
            loading_rate_gps=6.0 * hz * own * 6.28 * float(np.exp(scatter * rng.standard_normal())),
        )
        for side, own in ((Side.LEFT, 1.0), (Side.RIGHT, 1.1))
        for at_s in np.arange(start_s, until_s - 0.7, 0.7)
    ]


def seconds(
    parts: Sequence[tuple[float, float]], told: Iterable[Conditions], *, scatter: float = 0.08
) -> list[Second]:
    """Return parts of (seconds, shock frequency) run one after the other."""
    strides: list[Stride] = []
    at_s = 0.0
    for k, (lasts_s, hz) in enumerate(parts):
        strides += made(at_s, at_s + lasts_s, hz, seed=k, scatter=scatter)
        at_s += lasts_s
    known = list(told)
    return [
        Second(
            until_s=float(t),
            activity=dict.fromkeys(BOTH, Activity.RUNNING),
            strides=[s for s in strides if t - 1 < s.end_s <= t],
            conditions=[c for c in known if t - 1 < c.time_s <= t],
        )
        for t in range(1, int(at_s) + 1)
    ]


def say(time_s: float, surface: Surface | None) -> Conditions:
    return Conditions(runner=RUNNER, session=SESSION, time_s=time_s, surface=surface)


def make() -> WindowStage:
    return WindowStage(runner=RUNNER, session=SESSION, sides=BOTH)


def windows(items: Iterable[Second]) -> list[FormMetrics]:
    return run(make(), items)


LEARNING = [(150.0, SOUND[Surface.GRASS]), (150.0, SOUND[Surface.CONCRETE])]
WORDS = [say(0.5, Surface.GRASS), say(150.5, Surface.CONCRETE), say(300.5, None)]


def test_the_runners_word_is_taken_at_once() -> None:
    got = windows(seconds([(20.0, 15.0)], [say(3.5, Surface.TRACK)]))
    assert [(w.surface, w.surface_probability) for w in got] == [(Surface.TRACK, 1.0)] * 4


def test_without_a_word_and_without_a_comparison_nothing_is_guessed() -> None:
    assert {w.surface for w in windows(seconds([(120.0, 15.0)], []))} == {None}
    one = [say(0.5, Surface.GRASS), say(150.5, None)]
    got = windows(seconds([(150.0, 13.0), (60.0, 13.0)], one))
    assert {w.surface for w in got if w.end_s > 155.0} == {None}


@pytest.mark.parametrize("surface", [Surface.GRASS, Surface.CONCRETE])
def test_a_surface_that_was_run_on_before_is_recognised_but_never_for_sure(
    surface: Surface,
) -> None:
    got = windows(seconds([*LEARNING, (90.0, SOUND[surface])], WORDS))
    guessed = [w for w in got if w.end_s > 335.0]
    assert {w.surface for w in guessed} == {surface}
    assert all(0.5 < (w.surface_probability or 0.0) <= SUREST for w in guessed)


def test_between_two_surfaces_the_guess_is_no_better_than_a_coin() -> None:
    between = Sound(n=20, mean=0.0), Sound(n=20, mean=0.1)
    known = {s: {Side.LEFT: sound} for s, sound in zip(SOUND, between, strict=False)}
    _, surely = guess({Side.LEFT: 0.05}, known)
    assert surely == pytest.approx(0.5)


def test_ground_that_sounds_like_nothing_known_is_not_named() -> None:
    got = windows(seconds([*LEARNING, (90.0, 30.0)], WORDS))
    assert {w.surface for w in got if w.end_s > 335.0} == {None}


def test_a_window_across_a_change_is_not_learned_from() -> None:
    sense = SurfaceSense(said=Surface.GRASS, since_s=100.0)
    strides = made(80.0, 110.0, 13.0, seed=0, scatter=0.0)
    legs = {Side.LEFT: [ratio for s in strides if (ratio := shock_ratio(s)) is not None]}
    assert sense.judge(legs, start_s=80.0) == (Surface.GRASS, 1.0)
    assert not sense.known
    sense.judge(legs, start_s=100.0)
    assert sense.known[Surface.GRASS][Side.LEFT].n == 1


def test_a_leg_never_heard_on_a_surface_does_not_speak_for_it() -> None:
    known = {s: {Side.LEFT: Sound(n=20, mean=k / 10)} for k, s in enumerate(SOUND)}
    assert guess({Side.LEFT: 0.0, Side.RIGHT: 0.0}, known) == (None, None)


def test_what_was_heard_survives_a_restart() -> None:
    items = seconds([*LEARNING, (60.0, 17.0)], WORDS)
    for stop in (70, 200, 340):
        assert_dump_and_load_go_on(make, items, stop)
