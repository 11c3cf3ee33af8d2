"""One run of a season as what the analytics take: strides, seconds, gaps, links, conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np

from analytics.merge import FormItem
from analytics.records import (
    Activity,
    Conditions,
    Gap,
    LinkHealth,
    LinkState,
    Placement,
    Progress,
    SessionEvent,
    Side,
    SpeedSource,
    Stride,
    Worn,
)
from analytics.rows import HALF, strike_class
from firmware_sim.course import Course
from firmware_sim.gait.contacts import Contacts
from firmware_sim.landings import draw_bouts
from firmware_sim.route import Route
from firmware_sim.season.calendar import PlannedRun
from firmware_sim.season.person import Person
from firmware_sim.season.told import RANGE_G, Telling
from firmware_sim.stretch import Doing

CLIPPED_SHARE = 0.99  # of the range (docs/conventions.md)
STANDS_S = 5.0  # before the first landing and after the last
_TOLD_S = 0.08  # a stride is known so long after the contact that ends it
_LINK_S = 30.0  # between two words about a link
_QUALITY = (0.97, 1.0)
_SPEED_SOURCE = {
    Placement.SHOE: SpeedSource.FOOT_IMU,
    Placement.SHIN: SpeedSource.SHIN_MODEL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonRun:
    """A planned run of a runner under a session's name."""

    person: Person
    planned: PlannedRun
    session: str
    telling: Mapping[Side, Telling]

    @property
    def length_s(self) -> float:
        """How long the session is."""
        return self.planned.running_s + 2 * STANDS_S

    def worn(self, side: Side) -> Worn:
        """Return how a leg's sensor is worn."""
        return Worn(
            runner=self.person.runner,
            session=self.session,
            side=side,
            placement=self.person.placement,
        )

    def items(self) -> list[FormItem]:
        """Return everything in the order in which it would be known."""
        route = Route(stretches=self.planned.stretches, ends_s=self.planned.running_s)
        bouts = draw_bouts(
            self.person.rng("strides", self.session),
            traits=self.person.on_day(self.planned.day, shoe=self.planned.shoe),
            course=Course(changes=(self.planned.change,)),
            route=route,
        )
        timed: list[tuple[float, int, FormItem]] = []
        for side in Side:
            rng = self.person.rng("told", self.session, side)
            strides = chain.from_iterable(
                self._strides(side, bout.contacts[side], rng) for bout in bouts
            )
            timed += [(s.end_s + _TOLD_S, 0, s) for s in strides if not self._is_lost(s)]
            timed += [(p.until_s, 3, p) for p in self._seconds(side, route)]
            timed += [(link.time_s, 1, link) for link in self._links(side)]
        timed += [(c.time_s, 2, c) for c in self._conditions(route)]
        timed += [(gap.end_s, 1, gap) for gap in self._gaps()]
        return [item for _, _, item in sorted(timed, key=lambda one: one[:2])]

    def over(self) -> SessionEvent:
        """Return what a session ends with."""
        return SessionEvent(
            runner=self.person.runner,
            session=self.session,
            time_s=self.length_s,
            kind="session_end",
            text="Session finished",
        )

    def _strides(self, side: Side, landings: Contacts, rng: np.random.Generator) -> list[Stride]:
        telling, worn = self.telling[side], self.worn(side)
        told = {name: values.tolist() for name, values in telling.told(landings, rng).items()}
        each = [dict(zip(told, values, strict=True)) for values in zip(*told.values(), strict=True)]
        contact_s = (landings.contact_s[:-1] + STANDS_S).tolist()
        quality = rng.uniform(*_QUALITY, size=len(contact_s)).round(3).tolist()
        stride_s = np.diff(landings.contact_s).tolist()
        return [
            _stride(
                each[k],
                worn=worn,
                contact_s=contact_s[k],
                stride_time_s=stride_s[k],
                quality=quality[k],
                telling=telling,
            )
            for k in range(len(contact_s))
        ]

    def _is_lost(self, stride: Stride) -> bool:
        if self.planned.lost_s is None or stride.worn.side is not Side.LEFT:
            return False
        from_s, until_s = self.planned.lost_s
        return stride.end_s > from_s and stride.contact_s < until_s

    def _gaps(self) -> Iterator[Gap]:
        if self.planned.lost_s is not None:
            from_s, until_s = self.planned.lost_s
            rate_hz = self.telling[Side.LEFT].rate_hz
            yield Gap(
                worn=self.worn(Side.LEFT),
                first_index=round(from_s * rate_hz),
                start_s=from_s,
                end_s=until_s,
                n_samples=round((until_s - from_s) * rate_hz),
                reason="connection lost",
            )

    def _seconds(self, side: Side, route: Route) -> Iterator[Progress]:
        worn, lost_s = self.worn(side), self.planned.lost_s
        ends_s = STANDS_S + self.planned.running_s
        for t in range(1, int(self.length_s) + 1):
            what = Activity.RUNNING
            on_the_way = t - 1.0 >= STANDS_S and t <= ends_s
            if not on_the_way or route.at(t - 0.5 - STANDS_S).doing is Doing.STANDING:
                what = Activity.STILL
            if side is Side.LEFT and lost_s and lost_s[0] < t and t - 1.0 < lost_s[1]:
                what = Activity.GAP
            yield Progress(worn=worn, until_s=float(t), activity=what)

    def _links(self, side: Side) -> Iterator[LinkHealth]:
        rng = self.person.rng("link", self.session, side)
        worn, charge = self.worn(side), float(rng.uniform(40.0, 100.0))
        lost_s = self.planned.lost_s if side is Side.LEFT else None
        for time_s in np.arange(0.0, self.length_s, _LINK_S).tolist():
            lost = lost_s is not None and lost_s[0] <= time_s < lost_s[1]
            after = lost_s is not None and time_s >= lost_s[1]
            yield LinkHealth(
                worn=worn,
                time_s=time_s,
                state=LinkState.LOST if lost else LinkState.CONNECTED,
                battery_pct=round(charge - time_s / 500.0, 1),
                rssi_dbm=None if lost else float(rng.integers(-78, -55)),
                samples_lost=0,
                reconnects=int(after),
                clock_uncertainty_s=float(rng.uniform(0.002, 0.006)),
                data_age_s=time_s - lost_s[0] if lost and lost_s else float(rng.uniform(0.02, 0.2)),
            )

    def _conditions(self, route: Route) -> Iterator[Conditions]:
        shoe = self.person.shoes[self.planned.shoe].id
        for span in route.spans(from_s=0.0, until_s=self.planned.running_s):
            yield Conditions(
                runner=self.person.runner,
                session=self.session,
                time_s=0.0 if span.from_s == 0.0 else span.from_s + STANDS_S,
                surface=span.surface,
                shoe=shoe,
            )


def _stride(
    told: dict[str, float],
    *,
    worn: Worn,
    contact_s: float,
    stride_time_s: float,
    quality: float,
    telling: Telling,
) -> Stride:
    """Return one stride with what follows from what was told of it (as `analytics.rows`)."""
    reasons = telling.reasons
    on_ground_s = told.get("contact_time_s")
    flight_s = None if on_ground_s is None else stride_time_s / 2.0 - on_ground_s
    if flight_s is not None and flight_s < 0.0:
        flight_s, reasons = None, {**reasons, "flight_time_s": HALF}
    length_m = told.get("stride_length_m")
    return Stride(
        worn=worn,
        contact_index=round(contact_s * telling.rate_hz),
        contact_s=contact_s,
        toe_off_s=None if on_ground_s is None else contact_s + on_ground_s,
        stride_time_s=stride_time_s,
        contact_time_s=on_ground_s,
        flight_time_s=flight_s,
        cadence_spm=120.0 / stride_time_s,
        peak_accel_axial_g=told.get("peak_accel_axial_g"),
        peak_accel_resultant_g=told["peak_accel_resultant_g"],
        loading_rate_gps=told.get("loading_rate_gps"),
        time_to_peak_s=told.get("time_to_peak_s"),
        stride_length_m=length_m,
        speed_mps=None if length_m is None else length_m / stride_time_s,
        strike_angle_deg=told.get("strike_angle_deg"),
        pronation_velocity_dps=told.get("pronation_velocity_dps"),
        clipped=told["peak_accel_resultant_g"] >= CLIPPED_SHARE * RANGE_G,
        quality=quality,
        duty_factor=None if on_ground_s is None else on_ground_s / stride_time_s,
        average_loading_rate_gps=told.get("average_loading_rate_gps"),
        impulse_gs=told.get("impulse_gs"),
        impact_band_ratio=told.get("impact_band_ratio"),
        strike_class=strike_class(told.get("strike_angle_deg")),
        pronation_excursion_deg=told.get("pronation_excursion_deg"),
        tibia_angle_deg=told.get("tibia_angle_deg"),
        braking_g=told.get("braking_g"),
        speed_source=None if length_m is None else _SPEED_SOURCE[worn.placement],
        reasons=reasons,
    )
