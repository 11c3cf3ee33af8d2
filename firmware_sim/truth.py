"""What really happened: true strides and the session's story, on the session's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analytics.records import Side
from firmware_sim.course import METRICS, Course
from firmware_sim.faults import FAULTS, Fault, SensorFault
from firmware_sim.gait.leg import Leg
from firmware_sim.stretch import Doing, Span, activity_by_second


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueStride:
    """One stride as it was; peaks by their definition, in continuous time."""

    side: Side
    contact_s: float
    toe_off_s: float
    stride_time_s: float
    peak_accel_axial_g: float
    peak_accel_resultant_g: float
    stride_length_m: float
    speed_mps: float
    activity: Doing


def true_strides(
    side: Side, leg: Leg, doing: Sequence[Doing], *, offset_s: float
) -> list[TrueStride]:
    """Return every stride of a leg, `offset_s` added to its time; `doing` from each landing on."""
    contacts, (axial_g, resultant_g) = leg.contacts, leg.peaks_g()
    return [
        TrueStride(
            side=side,
            contact_s=float(contact + offset_s),
            toe_off_s=float(toe_off + offset_s),
            stride_time_s=float(stride),
            peak_accel_axial_g=float(axial),
            peak_accel_resultant_g=float(resultant),
            stride_length_m=float(length),
            speed_mps=float(length / stride),
            activity=does,
        )
        for contact, toe_off, stride, axial, resultant, length, does in zip(
            contacts.contact_s[:-1],
            contacts.toe_off_s[:-1],
            contacts.stride_time_s[:-1],
            axial_g[:-1],
            resultant_g[:-1],
            contacts.stride_length_m[:-1],
            doing[:-1],
            strict=True,
        )
    ]


def form_changes(course: Course, *, offset_s: float) -> list[dict[str, Any]]:
    """Return what changes, by how many percent (asymmetry: points), from when to when."""
    return [
        {
            "metric": metric,
            "change_pct": 100.0 * by,
            "from_s": change.from_s + offset_s - leads_s,
            "until_s": change.until_s + offset_s - leads_s,
        }
        for change in course.changes
        for metric in METRICS
        for by, leads_s in [
            (getattr(change, metric), change.cadence_leads_s if metric == "cadence" else 0.0)
        ]
        if by
    ]


def activity_story(spans: Sequence[Span], *, offset_s: float) -> dict[str, Any]:
    """Return what was done when, exactly and for each second, and on what ground."""
    told = [span.later(offset_s) for span in spans]
    return {
        "parts": [
            {**asdict(span), "activity": str(span.activity), "surface": str(span.surface)}
            for span in told
        ],
        "activity": [str(second) for second in activity_by_second(told)],
    }


def fault_story(fault: Fault, *, offset_s: float) -> dict[str, Any]:
    """Return one fault with its times."""
    return {
        "kind": FAULTS[type(fault)],
        "side": str(fault.side) if isinstance(fault, SensorFault) else None,
        "from_s": fault.at_s + offset_s,
        "until_s": fault.until_s + offset_s,
    }
