"""A runner with sensors on, in the running event loop; the whole of it decided by one seed."""

from __future__ import annotations

import asyncio
import math
import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner

from analytics.records import Baseline, FloatArray, Side
from firmware_sim.battery import Battery
from firmware_sim.bleak_backend import backends
from firmware_sim.central import Central
from firmware_sim.faults import SensorFault, Slip, Swapped
from firmware_sim.gatt import Air
from firmware_sim.imu import Imu, draw_imu, slipped, standing
from firmware_sim.journey import Journey
from firmware_sim.landings import draw_bouts
from firmware_sim.open_imu import OpenImu
from firmware_sim.pod import MakeDevice, Pod, PodIdentity
from firmware_sim.radio import VirtualRadio
from firmware_sim.route import Route
from firmware_sim.runner import FIRST_SWING_S, draw_traits
from firmware_sim.scenario import Scenario, generator
from firmware_sim.stretch import RUNS, Doing, Span
from firmware_sim.truth import TrueStride, activity_story, fault_story, form_changes
from firmware_sim.virtual_time import DeadlockError, run_scaled, run_virtual
from firmware_sim.yesterday import measured_baseline, yesterdays_imus
from sensor_gateway.sensors import SensorConfig

__all__ = ["DeadlockError", "TrueStride", "World", "run_scaled", "run_virtual"]

PATIENCE_S = 12.0  # how long the runner waits for the sensors to stream before standing still
STANDS_AT_END_S = 3.0
_TILT_DEG = 12.0  # how askew a strap sits


class World:
    """One simulated runner, two sensors, the radio between them and the gateway.

    Make it inside the running loop. The runner waits until both sensors stream (at most 12 s),
    stands still for the scenario's time, runs, and stands again for the last 3 s.

    Parameters
    ----------
    scenario : Scenario
        What happens.
    seed : int
        Which runner, sensors and noise it happens with.
    runner : str
        The runner's id.
    radio : Air, optional
        The air to share with other worlds, or one that reaches beyond this process.
    sides : sequence of Side
        On which legs there are sensors.
    make_device : callable, optional
        The sensors' program, which makes them of one family; our own if left out.
    number : int
        Tells the worlds on one radio apart (1..99).
    imu : type of Imu
        What the sensors measure with.

    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        *,
        scenario: Scenario,
        seed: int,
        runner: str = "demo",
        radio: Air | None = None,
        number: int = 1,
        sides: Sequence[Side] = tuple(Side),
        make_device: MakeDevice | None = None,
        imu: type[Imu] = Imu,
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.runner = runner
        self.radio = VirtualRadio() if radio is None else radio
        self.scanner_backend: type[BaseBleakScanner]
        self.client_backend: type[BaseBleakClient]
        if isinstance(self.radio, Central):
            self.scanner_backend, self.client_backend = backends(self.radio)
        self.imus: dict[Side, list[Imu]] = {side: [] for side in sides}  # one a power-on
        self._imu = imu
        self._make_device = make_device or partial(OpenImu, batch_samples=scenario.samples_a_packet)
        self.course = scenario.course(seed)
        drawn = draw_traits(self._rng("traits"), placement=scenario.placement)
        self.traits = drawn if scenario.asymmetry is None else drawn.apart(scenario.asymmetry)
        self._journey: Journey | None = None
        self._starts_s: float | None = None
        self._first_landing_s: float | None = None
        self.models = {
            side: draw_imu(
                self._rng("imu", side), tilt_deg=_TILT_DEG, accel_range_g=scenario.accel_range_g
            )
            for side in Side
        }
        self._pods = [self._pod(side, number) for side in sides]

    @property
    def sensors(self) -> list[SensorConfig]:
        """Return the sensors as a gateway's settings would name them."""
        return [
            SensorConfig(
                runner=self.runner,
                side=pod.identity.side,
                placement=self.scenario.placement,
                address=pod.identity.address,
                name=pod.identity.name,
            )
            for pod in self._pods
        ]

    def baseline(self) -> Baseline | None:
        """Return the runner's fresh form as the analytics measured it the day before.

        About two seconds of work (kernels compiled); None for a scenario whose runner is new.
        """
        if not self.scenario.has_baseline:
            return None
        imus = yesterdays_imus(
            self.traits,
            models=self.models,
            placement=self.scenario.placement,
            still_s=self.scenario.still_s,
            rng=partial(self._rng, "yesterday"),
        )
        return measured_baseline(
            sensors={sensor.side: sensor for sensor in self.sensors}, imus=imus, source="demo"
        )

    @property
    def starts_s(self) -> float | None:
        """Return the loop time at which it began; None before."""
        return self._starts_s

    @property
    def harmed(self) -> Counter[str]:
        """Return how many packets the air did something to, by what."""
        return sum((pod.channel.harmed for pod in self._pods), Counter())

    async def run(self) -> None:
        """Let the world happen; return when the scenario is over."""
        self._starts_s = asyncio.get_running_loop().time()
        ends_s = self._starts_s + 60.0 * self.scenario.minutes
        try:
            async with asyncio.timeout_at(ends_s), asyncio.TaskGroup() as tasks:
                for pod in self._pods:
                    tasks.create_task(
                        pod.run(world_starts_s=self._starts_s), name=pod.identity.name
                    )
                tasks.create_task(self._run_when_ready(ends_s), name=f"{self.runner} runs")
        except TimeoutError:
            pass
        finally:
            for pod in self._pods:
                pod.power_off()

    def truth(self, zero_s: float) -> tuple[list[TrueStride], dict[str, Any]]:
        """Return what happened in session seconds.

        Parameters
        ----------
        zero_s : float
            Loop time of session second 0.

        """
        starts = -zero_s if self._starts_s is None else self._starts_s - zero_s
        landed = self._first_landing_s
        strides = self._strides(zero_s)
        ran = [stride.stride_time_s for stride in strides if stride.activity in RUNS]
        return strides, {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "runner": self.runner,
            "placement": str(self.scenario.placement),
            "minutes": self.scenario.minutes,
            "running_from_s": None if landed is None else landed - zero_s,
            "n_strides": len(ran),
            "mean_cadence_spm": 120.0 * len(ran) / math.fsum(ran) if ran else None,
            "form_changes": []
            if landed is None
            else form_changes(self.course, offset_s=landed - zero_s),
            **activity_story(self._spans(), offset_s=-zero_s),
            "faults": [fault_story(fault, offset_s=starts) for fault in self.scenario.faults],
            "sensor_clock_ppm": {str(s): m.clock_ppm for s, m in self.models.items()},
        }

    def _spans(self) -> list[Span]:
        """Return what the runner did when, in the loop's time."""
        if self._starts_s is None:
            return []
        ends_s = self._starts_s + 60.0 * self.scenario.minutes
        landed_s = self._first_landing_s
        if self._journey is None or landed_s is None:
            return [Span(from_s=self._starts_s, until_s=ends_s, activity=Doing.STANDING)]
        spans = self._journey.spans(from_s=self._starts_s - landed_s, until_s=ends_s - landed_s)
        return [span.later(landed_s) for span in spans]

    def _strides(self, zero_s: float) -> list[TrueStride]:
        if self._journey is None or self._first_landing_s is None:
            return []
        return self._journey.strides(offset_s=self._first_landing_s - zero_s)

    async def _run_when_ready(self, ends_s: float) -> None:
        """Wait for the sensors, stand still, run."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE_S):
                for pod in self._pods:
                    await pod.streams.wait()
        except TimeoutError:
            pass  # a runner does not wait for ever; the sensor may come up on the way
        landing_s = loop.time() + self.scenario.still_s + FIRST_SWING_S
        running_s = ends_s - STANDS_AT_END_S - landing_s
        if running_s <= 2.0:  # noqa: PLR2004 - not even two strides
            return
        route = Route(stretches=self.scenario.stretches, ends_s=running_s)
        bouts = draw_bouts(
            self._rng("strides"), traits=self.traits, course=self.course, route=route
        )
        self._first_landing_s = landing_s
        self._journey = Journey(bouts, route=route, placement=self.scenario.placement)

    def _pod(self, side: Side, number: int) -> Pod:
        letter, last = ("L", 0) if side is Side.LEFT else ("R", 1)
        identity = PodIdentity(
            side=side,
            name=f"Pod-{number}{letter}",
            address=f"D1:CE:00:00:{number:02X}:{last:02X}",
        )
        faults = [
            fault
            for fault in self.scenario.faults
            if isinstance(fault, SensorFault) and fault.side is side
        ]

        def make_imu(boot: int, power_on_s: float) -> Imu:
            imu = self._imu(
                model=self.models[side],
                motion=lambda time_s: self.feels(side, time_s),
                power_on_s=power_on_s,
                rng=self._rng("noise", side, str(boot)),
                foreseen=lambda: self._journey is not None,
            )
            self.imus[side].append(imu)
            return imu

        return Pod(
            identity=identity,
            radio=self.radio,
            make_imu=make_imu,
            make_device=self._make_device,
            faults=faults,
            battery=Battery(
                start_pct=self.scenario.battery_pct, lasts_h=self.scenario.battery_hours
            ),
            interval_s=self.scenario.interval_s,
            rng=random.Random(int(self._rng("air", side).integers(1 << 62))),  # noqa: S311
        )

    def feels(self, side: Side, time_s: FloatArray) -> FloatArray:
        """Return the motion (6, n) that the sensor named after a leg feels, in the loop's time."""
        motion = self._motion(side, time_s)
        for fault in self.scenario.faults:
            during = (time_s >= self._at_s(fault.at_s)) & (time_s < self._at_s(fault.until_s))
            if not during.any():
                continue
            match fault:
                case Swapped():
                    other = Side.RIGHT if side is Side.LEFT else Side.LEFT
                    motion[:, during] = self._motion(other, time_s[during])
                case Slip(side=leg) if leg is side:
                    motion[:, during] = slipped(motion[:, during], degrees=fault.degrees)
                case _:
                    pass
        return motion

    def _at_s(self, since_start_s: float) -> float:
        return since_start_s + (self._starts_s or 0.0)

    def _motion(self, side: Side, time_s: FloatArray) -> FloatArray:
        if self._journey is None or self._first_landing_s is None:
            return standing(time_s)
        return self._journey.motion(side, time_s - self._first_landing_s)

    def _rng(self, *purpose: str) -> np.random.Generator:
        return generator(self.seed, self.runner, *purpose)
