"""One run of a season as what the analytics take: strides, seconds, gaps, links, conditions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.merge import FormItem
from analytics.records import (
    Activity,
    Conditions,
    FloatArray,
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
        # What is known at the same time comes in this order, the left leg's first.
        timed: list[tuple[float, FormItem]] = []
        for side in Side:
            rng = self.person.rng("told", self.session, side)
            for bout in bouts:
                strides = self._strides(side, bout.contacts[side], rng)
                timed += [(s.end_s + _TOLD_S, s) for s in self._received(side, strides)]
        timed += [(link.time_s, link) for side in Side for link in self._links(side)]
        timed += [(gap.end_s, gap) for gap in self._gaps()]
        timed += [(c.time_s, c) for c in self._conditions(route)]
        timed += [(p.until_s, p) for side in Side for p in self._seconds(side, route)]
        return [item for _, item in sorted(timed, key=itemgetter(0))]

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
        telling = self.telling[side]
        told = telling.told(landings, rng)
        contact_s = landings.contact_s[:-1] + STANDS_S
        quality = rng.uniform(*_QUALITY, size=len(contact_s)).round(3)
        columns = _columns(
            told,
            contact_s=contact_s,
            stride_time_s=np.diff(landings.contact_s),
            quality=quality,
            telling=telling,
            worn=self.worn(side),
        )
        return _made(columns, n=len(contact_s))

    def _received(self, side: Side, strides: list[Stride]) -> list[Stride]:
        """Return the strides that no lost connection kept back."""
        if self.planned.lost_s is None or side is not Side.LEFT:
            return strides
        from_s, until_s = self.planned.lost_s
        return [s for s in strides if s.end_s <= from_s or s.contact_s >= until_s]

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


# What a stride is where nothing else is told.
_NOT_TOLD: Mapping[str, Any] = {
    one.name: None if one.default is MISSING else one.default for one in fields(Stride)
}


def _made(columns: Mapping[str, Sequence[Any]], *, n: int) -> list[Stride]:
    """Return n strides of all their fields: set by column in half the time of the constructor."""
    strides = [object.__new__(Stride) for _ in range(n)]
    for name, column in columns.items():
        deque(map(getattr(Stride, name).__set__, strides, column), maxlen=0)
    return strides


def _columns(
    told: Mapping[str, FloatArray],
    *,
    contact_s: FloatArray,
    stride_time_s: FloatArray,
    quality: FloatArray,
    telling: Telling,
    worn: Worn,
) -> dict[str, list[Any]]:
    """Return strides' fields with what follows from what was told (as `analytics.rows`)."""
    n, peak_g = len(contact_s), told["peak_accel_resultant_g"]
    known: dict[str, NDArray[Any]] = {
        **told,
        "contact_index": np.rint(contact_s * telling.rate_hz).astype(np.int64),
        "contact_s": contact_s,
        "stride_time_s": stride_time_s,
        "cadence_spm": 120.0 / stride_time_s,
        "clipped": peak_g >= CLIPPED_SHARE * RANGE_G,
        "quality": quality,
    }
    flights: dict[str, list[Any]] = {}
    if "contact_time_s" in told:
        on_ground_s = told["contact_time_s"]
        known["toe_off_s"] = contact_s + on_ground_s
        known["duty_factor"] = on_ground_s / stride_time_s
        flights = _flights((stride_time_s / 2.0 - on_ground_s).tolist(), telling.reasons)
    if "stride_length_m" in told:
        known["speed_mps"] = told["stride_length_m"] / stride_time_s
        flights["speed_source"] = [_SPEED_SOURCE[worn.placement]] * n
    columns = {name: values.tolist() for name, values in known.items()}
    angles_deg = columns.get("strike_angle_deg", [None] * n)
    same = {**_NOT_TOLD, "worn": worn, "reasons": telling.reasons}
    return {
        **{name: [value] * n for name, value in same.items()},
        **columns,
        **flights,
        "strike_class": [strike_class(angle_deg) for angle_deg in angles_deg],
    }


def _flights(flight_s: list[float], reasons: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return flights, none where a foot was on the ground for half a stride, and reasons."""
    walked = {**reasons, "flight_time_s": HALF}
    return {
        "flight_time_s": [None if t < 0.0 else t for t in flight_s],
        "reasons": [walked if t < 0.0 else reasons for t in flight_s],
    }
