"""Checkers of what is made of the samples: strides, legs, cues."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from analytics.records import FormMetrics, Side, Stride, is_live
from analytics.wording import PRAISE, RECOVERED
from firmware_sim.checkers.evidence import Evidence
from firmware_sim.faults import Disconnect, Mute, OutOfReach, PowerCut
from firmware_sim.truth import TrueStride

SAME_LANDING_S = 0.06  # a found contact this near a true one is that one; a third of a step
AROUND_GAP_S = 3.0  # a detector needs a few strides to know its runner again after a gap
MISSED_PCT, FALSE_PCT = 1.0, 0.5
FEW = 2  # strides that may be missed or false however short the run
ANNOUNCED_S = 6.0  # from a sensor's silence to the gateway's certainty that it is lost
RATE_HZ = 200.0
LATEST_STRIDE_S = 0.30  # a landing is known for one when the foot has come to rest
RHYTHM_S = 5.0  # the first landings are known for a run's when there are some
AGAIN_S = 12.0  # a link that was lost comes back, and then a rhythm has to be known again
LATEST_CUE_S = 1.5  # a window closes with the second of both legs
TIMELY_S = 7.5  # of plainly seen running after form has gone, a stride of a block: 3 min in earnest


def strides_are_found(run: Evidence) -> str | None:
    """Outside of gaps the strides of the truth are found, once each."""
    for side in Side:
        found = np.sort([s.contact_s for s in _last_revisions(run) if s.worn.side is side])
        if np.any(np.diff(found) < 2 * SAME_LANDING_S):
            return f"{side}: a stride was told twice"
        true = _seen(run, side)
        missed = [s.contact_s for s in true if _nearest_s(found, s.contact_s) > SAME_LANDING_S]
        if len(missed) > max(FEW, MISSED_PCT / 100.0 * len(true)):
            return f"{side}: {len(missed)} of {len(true)} strides missed, first {missed[0]:.2f} s"
    return None


def strides_are_true(run: Evidence) -> str | None:
    """Hold that what is told as a stride is one of this leg's."""
    strides = _last_revisions(run)
    for side in Side:
        true = np.sort([s.contact_s for s in run.true_strides if s.side is side])
        mine = [s.contact_s for s in strides if s.worn.side is side]
        false = [at_s for at_s in mine if _nearest_s(true, at_s) > SAME_LANDING_S]
        if len(false) > max(FEW, FALSE_PCT / 100.0 * len(mine)):
            return f"{side}: {len(false)} of {len(mine)} strides false, first {false[0]:.2f} s"
    return None


def legs_are_not_swapped(run: Evidence) -> str | None:
    """Strides belong to the leg that made them."""
    contacts = {s: np.sort([t.contact_s for t in run.true_strides if t.side is s]) for s in Side}
    for side, other in ((Side.LEFT, Side.RIGHT), (Side.RIGHT, Side.LEFT)):
        mine = [s.contact_s for s in _last_revisions(run) if s.worn.side is side]
        swapped = sum(
            _nearest_s(contacts[other], at_s) <= SAME_LANDING_S < _nearest_s(contacts[side], at_s)
            for at_s in mine
        )
        if swapped > max(FEW, 0.01 * len(mine)):
            return f"{swapped} strides told of the {side} leg are the {other} one's"
    return None


def strides_come_at_once(run: Evidence) -> str | None:
    """Tell a live stride soon after the landing that ends it, the air's delays apart."""
    packet_s = run.scenario.samples_a_packet / RATE_HZ
    bound_s = LATEST_STRIDE_S + packet_s + 2.0 * run.scenario.interval_s
    under_way_s = min((s.contact_s for s in run.true_strides), default=0.0) + RHYTHM_S
    for told in run.told:
        record = told.record
        if not isinstance(record, Stride) or not is_live(record) or record.end_s < under_way_s:
            continue
        late_s = told.at_s - record.end_s
        side = record.worn.side
        if late_s > bound_s and not _is_disturbed(run, [side], told.at_s - AGAIN_S, told.at_s):
            return f"{side}: the stride ending at {record.end_s:.2f} s came {late_s:.2f} s later"
    return None


def cues_keep_their_distance(run: Evidence) -> str | None:
    """No two cues within the quiet time, nor the same within its own; no more than the budget."""
    settings = run.settings.cues
    shown = run.shown()
    for number, (_, cue) in enumerate(shown):
        for _, other in shown[:number]:
            apart_s = cue.time_s - other.time_s
            if apart_s < settings.any_cue_s:
                return f"cues {apart_s:.0f} s apart at {cue.time_s:.0f} s: {other.kind}, {cue.kind}"
            if cue.kind == other.kind and apart_s < settings.same_cue_s:
                return f"the cue {cue.kind} again after {apart_s:.0f} s at {cue.time_s:.0f} s"
        recent = [c for _, c in shown[: number + 1] if cue.time_s - c.time_s < settings.budget_s]
        if len(recent) > settings.most_cues:
            return f"{len(recent)} cues within the budget's time at {cue.time_s:.0f} s"
    return None


def cues_wait_for_plain_running(run: Evidence) -> str | None:
    """No cue in the warm-up, soon after a start, or while a sensor is known to be away."""
    gate = run.settings.cues.gate
    first_s = min((s.contact_s for s in run.true_strides), default=np.inf)
    last_s = max((s.contact_s + s.stride_time_s for s in run.true_strides), default=-np.inf)
    for at_s, cue in run.shown():
        if cue.time_s < gate.warm_up_s:
            return f"the cue {cue.kind} at {cue.time_s:.0f} s, in the warm-up"
        if cue.time_s < first_s + gate.start_stop_s - 1.0 or cue.time_s > last_s + 2.0:
            return f"the cue {cue.kind} at {cue.time_s:.0f} s, while the runner did not run"
        for side in Side:
            for fault in run.faults(side):
                from_s, until_s = run.span_s(fault)
                away = isinstance(fault, PowerCut | OutOfReach | Disconnect | Mute)
                if away and from_s + ANNOUNCED_S < at_s < until_s:
                    return f"the cue {cue.kind} at {at_s:.0f} s, the {side} sensor away"
    return None


def cues_come_at_once(run: Evidence) -> str | None:
    """Tell a cue soon after the window that it is about."""
    for at_s, cue in run.shown():
        late_s = at_s - cue.time_s
        if late_s > LATEST_CUE_S and not _is_disturbed(run, Side, at_s - 3.0, at_s):
            return f"the cue {cue.kind} of {cue.time_s:.0f} s came {late_s:.2f} s later"
    return None


def steady_runners_hear_nothing(run: Evidence) -> str | None:
    """Tell a runner whose form does not change nothing."""
    if run.scenario.tiring:
        return None
    told = [f"{cue.kind} at {cue.time_s:.0f} s" for _, cue in run.shown()]
    return f"a steady runner was told {', '.join(told)}" if told else None


def tired_runners_are_told(run: Evidence) -> str | None:
    """Tell a runner whose form has gone in time, counted in plainly seen running."""
    if not run.scenario.tiring:
        return None
    first_s = min((s.contact_s for s in run.true_strides), default=np.inf)
    gone_s = first_s + max(tiring.until_s for tiring in run.scenario.tiring)
    begun_s = first_s + min(tiring.from_s for tiring in run.scenario.tiring)
    seen_s = 0.0
    cued_s = [c.time_s for _, c in run.shown() if c.kind not in {RECOVERED, PRAISE}]
    for window in _windows(run):
        if window.end_s > gone_s and window.coverage >= run.settings.cues.gate.least_coverage:
            seen_s += 5.0 if not _is_disturbed(run, Side, window.end_s - 30.0, window.end_s) else 0
        if any(begun_s < at_s <= window.end_s for at_s in cued_s):
            return None
        if seen_s > TIMELY_S * run.settings.drift.blocks.strides:
            return f"nothing told by {window.end_s:.0f} s of form that had gone at {gone_s:.0f} s"
    return None


def windows_come_in_order(run: Evidence) -> str | None:
    """Live windows follow each other by their hop, from the first to the last."""
    hop_s = run.settings.window.hop_s
    ends_s = [w.end_s for w in _windows(run)]
    steps = {round(b - a, 6) for a, b in pairwise(ends_s)}
    if steps - {round(hop_s, 6)}:
        return f"windows {sorted(steps)} s apart, not {hop_s:g} s"
    if not ends_s or ends_s[-1] < run.length_s - 2.0 * hop_s - RECOVERING_S:
        return f"the last window ends at {ends_s[-1] if ends_s else 0.0:.0f} s"
    return None


RECOVERING_S = 60.0  # what waits for a leg that may be away at the end


def _windows(run: Evidence) -> Iterator[FormMetrics]:
    for told in run.told:
        if isinstance(told.record, FormMetrics) and is_live(told.record):
            yield told.record


def _last_revisions(run: Evidence) -> list[Stride]:
    return list({t.record.id: t.record for t in run.told if isinstance(t.record, Stride)}.values())


def _seen(run: Evidence, side: Side) -> list[TrueStride]:
    """Return a leg's true strides that lie within samples, away from what is missing for good."""
    blocks = run.blocks(side)
    if not blocks:
        return []
    from_s = min(float(b.time_s[0]) for b in blocks) + AROUND_GAP_S
    until_s = run.length_s - 2.0
    holes_s = [
        (gap.start_s - AROUND_GAP_S, gap.end_s + AROUND_GAP_S)
        for gap in run.gaps(side)
        if gap.n_samples is None or (gap.revision > 1 and gap.n_samples)
    ]
    return [
        stride
        for stride in run.true_strides
        if stride.side is side
        and from_s < stride.contact_s
        and (end_s := stride.contact_s + stride.stride_time_s) < until_s
        and not any(a < end_s and stride.contact_s < b for a, b in holes_s)
    ]


def _is_disturbed(
    run: Evidence, sides: type[Side] | list[Side], from_s: float, until_s: float
) -> bool:
    spans = [run.span_s(fault) for side in sides for fault in run.faults(side)]
    return any(a < until_s and from_s < b + ANNOUNCED_S for a, b in spans)


def _nearest_s(times: np.typing.NDArray[np.float64], at_s: float) -> float:
    if not len(times):
        return np.inf
    at = int(np.searchsorted(times, at_s))
    return float(np.abs(times[max(0, at - 1) : at + 1] - at_s).min())
