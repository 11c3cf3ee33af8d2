"""The runner's fresh form as the analytics measured it the day before: a stored baseline.

Nothing is made up: the same runner runs again without tiring, with other noise, and the real
analytics learn their usual values from the sensors' counts. The run had some quicker and some
slower minutes: who only ever runs at one pace never lets anybody know how their form follows
speed, and when they slow down it stays open what of the change is the speed's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from analytics.baseline import BaselineSettings
from analytics.drift import DriftSettings
from analytics.pipeline import FormPipeline
from analytics.records import Baseline, Placement, Side
from analytics.settings import AnalyticsSettings
from firmware_sim.course import STEADY
from firmware_sim.imu import Imu, ImuModel
from firmware_sim.landings import draw_bouts
from firmware_sim.route import Route
from firmware_sim.runner import FIRST_SWING_S, Traits, make_leg
from firmware_sim.samples import next_block
from firmware_sim.stretch import Stretch
from sensor_gateway.sensors import SensorConfig

LASTS_S = 420.0
LEARN_FROM_S = 30.0  # the first landings are not yet the runner's usual ones
# The rest of it at the usual pace. Eight percent is what an easy run's pace spans.
PACES = (
    Stretch(lasts_s=120.0),
    Stretch(lasts_s=80.0, pace=1.08),
    Stretch(lasts_s=80.0, pace=0.92),
)
_BLOCK_SAMPLES = 800  # nobody waits for these samples: four seconds of them at a time


def yesterdays_imus(
    traits: Traits,
    *,
    models: Mapping[Side, ImuModel],
    placement: Placement,
    still_s: float,
    rng: Callable[..., np.random.Generator],
) -> dict[Side, Imu]:
    """Return the sensors of that run: the runner stands for `still_s` and never tires.

    `rng` gives the generator of the run's strides, and that of a leg's noise by its side.
    """
    route = Route(stretches=PACES, ends_s=LASTS_S - still_s)
    (bout,) = draw_bouts(rng(), traits=traits, course=STEADY, route=route)
    legs = {
        side: make_leg(contacts=landings, placement=placement)
        for side, landings in bout.contacts.items()
    }
    starts_s = still_s + FIRST_SWING_S
    return {
        side: Imu(
            model=models[side],
            motion=lambda time_s, leg=leg: leg.motion(time_s - starts_s),  # type: ignore[misc]
            power_on_s=0.0,
            rng=rng(side),
        )
        for side, leg in legs.items()
    }


def measured_baseline(
    *, sensors: Mapping[Side, SensorConfig], imus: Mapping[Side, Imu], source: str
) -> Baseline | None:
    """Return what the analytics learn from `LASTS_S` of these sensors' samples."""
    runner = next(iter(sensors.values())).runner
    session = f"{runner}-baseline"
    worn = {side: sensor.worn(session) for side, sensor in sensors.items()}
    learn = BaselineSettings(learn_from_s=LEARN_FROM_S, learn_until_s=LASTS_S)
    pipeline = FormPipeline(
        runner=runner,
        session=session,
        worn=worn,
        settings=AnalyticsSettings(drift=DriftSettings(baseline=learn)),
    )
    for _ in range(int(LASTS_S * next(iter(imus.values())).model.rate_hz) // _BLOCK_SAMPLES):
        for side, imu in imus.items():
            pipeline.push(next_block(imu, worn=worn[side], n=_BLOCK_SAMPLES))
    found = [record for record in pipeline.finish() if isinstance(record, Baseline)]
    return replace(found[-1], source=source) if found else None
