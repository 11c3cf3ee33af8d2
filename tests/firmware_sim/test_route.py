"""A run's stretches: what is said of one moment is what is said of many."""

import numpy as np
import pytest

from firmware_sim.route import Route
from firmware_sim.stretch import Doing, Stretch

WALKS = Stretch(doing=Doing.WALKING, lasts_s=60.0)
FASTER = Stretch(lasts_s=90.0, pace=1.1)
STANDS = Stretch(doing=Doing.STANDING, lasts_s=2.0)


@pytest.mark.parametrize("stretches", [(), (WALKS,), (FASTER, STANDS, WALKS)])
def test_the_speed_at_one_time_is_that_at_many(stretches: tuple[Stretch, ...]) -> None:
    route = Route(stretches=stretches, ends_s=300.0)
    borders_s, _ = route.speeds(usual_mps=3.1)
    times_s = np.sort(np.concatenate([np.arange(0.0, 400.0, 0.37), borders_s]))
    one = route.speed_at(usual_mps=3.1)
    many = route.speed_mps(times_s, usual_mps=3.1)
    assert [one(time_s) for time_s in times_s.tolist()] == pytest.approx(many.tolist(), rel=1e-12)
