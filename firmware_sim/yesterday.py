"""The runner's fresh form as the analytics measured it the day before: a stored baseline.

Nothing is made up: the same runner runs again without tiring, with other noise, and the real
analytics learn their usual values from the sensors' counts. The run had some quicker and some
slower minutes: who only ever runs at one pace never lets anybody know how their form follows
speed, and when they slow down it stays open what of the change is the speed's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analytics.baseline import BaselineSettings
from analytics.drift import DriftSettings
from analytics.pipeline import FormPipeline
from analytics.records import Baseline, Side
from analytics.settings import AnalyticsSettings
from firmware_sim.imu import Imu
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
