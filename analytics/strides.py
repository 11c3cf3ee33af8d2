"""Strides of one foot, and what it was doing second by second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from analytics.activity import LONGEST_S, ActivityTeller, RunningGate
from analytics.codec import dump_state, load_state
from analytics.impact import reliability
from analytics.records import Activity, FootStrike, Gap, Progress, SampleBlock, Stride, Worn
from analytics.strikes import Landed, Second, StrikeDetector

PENDING = 3  # strides kept until running is sure
LATER = "not computed yet"
HALF = "contact longer than half a stride: no flight"
_LATER = dict.fromkeys(
    ("stride_length_m", "speed_mps", "strike_angle_deg", "pronation_velocity_dps"), LATER
)


class StrideStage:
    """From samples of one sensor to its running strides, and one `Progress` a second.

    A stride comes out when its closing contact is confirmed, 80 ms of samples after it at the
    latest in steady running; the first three wait until running is sure.

    Parameters
    ----------
    worn : Worn
        Whose sensor it is, and how it is worn.

    """

    VERSION = 1

    def __init__(self, *, worn: Worn) -> None:
        self._worn = worn
        self._detector = StrikeDetector(worn=worn)
        self._gate = RunningGate(placement=worn.placement)
        self._teller = ActivityTeller()
        self._pending: list[Stride] = []
        self._second: int | None = None  # seconds told so far
        self._broken = False

    def push(self, item: SampleBlock | Gap) -> Iterable[Stride | Progress]:
        """Take samples or a gap; return the strides and seconds they completed."""
        out: list[Stride | Progress] = []
        for event in self._detector.push(item):
            out.extend(self._take(event))
        if isinstance(item, Gap):
            self._drop()
        return out

    def finish(self) -> Iterable[Stride | Progress]:
        """Return the last stride if its closing contact was seen."""
        return [record for event in self._detector.finish() for record in self._take(event)]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {
            "detector": self._detector.dump(),
            "gate": self._gate.dump(),
            "landings_s": self._teller.landings_s,
            "pending": self._pending,
            "second": self._second,
        }
        return dump_state("strides", self.VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state."""
        fields: dict[str, Any] = load_state("strides", self.VERSION, state)
        self._detector.load(fields["detector"])
        self._gate = RunningGate(placement=self._worn.placement, **fields["gate"])
        self._teller = ActivityTeller(landings_s=list(fields["landings_s"]))
        self._pending = msgspec.convert(fields["pending"], list[Stride])
        self._second = fields["second"]

    def _take(self, event: Landed | Second) -> Iterable[Stride | Progress]:
        return self._pass_second(event) if isinstance(event, Second) else self._land(event)

    def _pass_second(self, event: Second) -> Iterable[Progress]:
        """Tell the seconds up to this one; those without samples were a gap."""
        last = int(event.until_s)
        first = last if self._second is None else self._second + 1
        for second in range(first, last):
            yield Progress(worn=self._worn, until_s=float(second), activity=Activity.GAP)
        self._second = last
        landings = self._teller.landings_s
        if not landings or event.until_s - landings[-1] > LONGEST_S + 1.0:
            self._drop()
        activity = self._teller.tell(
            until_s=event.until_s, energy_g=event.energy_g, running=self._gate.sure
        )
        yield Progress(worn=self._worn, until_s=event.until_s, activity=activity)

    def _land(self, event: Landed) -> Iterable[Stride]:
        """Close a stride, judge it, and give it out once running is sure."""
        self._teller.landed(event.contact_s)
        if event.strike is None:
            self._drop()
            return
        if event.replaces:
            self._pending = self._pending[:-1]
            return
        stride_s = event.contact_s - event.strike.contact_s
        good = self._gate.judge(stride_s=stride_s, energy_g=event.energy_g, quiet_s=event.quiet_s)
        if self._gate.trust <= 1 and not self._gate.sure:
            self._pending = []
        if good:
            self._pending = [*self._pending, build(event.strike, stride_s)][-PENDING:]
        if self._gate.sure:
            yield from self._pending
            self._pending = []

    def _drop(self) -> None:
        self._gate.pause()
        self._pending = []


def build(strike: FootStrike, stride_s: float) -> Stride:
    """Return the stride from a landing to the next one, `stride_s` later.

    Flight is half a stride less the contact: of one foot only, so both legs are taken as alike.
    """
    reasons = {**strike.reasons, **_LATER}
    contact_s = flight_s = None
    if strike.toe_off_s is None:
        reasons["contact_time_s"] = reasons["flight_time_s"] = reasons["toe_off_s"]
    else:
        contact_s = strike.toe_off_s - strike.contact_s
        flight_s = stride_s / 2.0 - contact_s
        if flight_s < 0.0:
            flight_s = None
            reasons["flight_time_s"] = HALF
    return Stride(
        worn=strike.worn,
        contact_index=strike.contact_index,
        contact_s=strike.contact_s,
        toe_off_s=strike.toe_off_s,
        stride_time_s=stride_s,
        contact_time_s=contact_s,
        flight_time_s=flight_s,
        cadence_spm=120.0 / stride_s,
        peak_accel_axial_g=strike.peak_accel_axial_g,
        peak_accel_resultant_g=strike.peak_accel_resultant_g,
        loading_rate_gps=strike.loading_rate_gps,
        time_to_peak_s=strike.time_to_peak_s,
        stride_length_m=None,
        speed_mps=None,
        strike_angle_deg=None,
        pronation_velocity_dps=None,
        clipped=strike.clipped,
        quality=reliability(strike),
        reasons=reasons,
    )
