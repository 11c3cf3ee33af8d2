"""All checkers by name."""

from __future__ import annotations

from collections.abc import Callable

from firmware_sim.checkers import delivery, form, samples
from firmware_sim.checkers.evidence import Evidence

CHECKERS: tuple[Callable[[Evidence], str | None], ...] = (
    samples.samples_are_the_sensors,
    samples.samples_once_in_order,
    samples.gaps_say_what_is_missing,
    samples.gaps_lie_where_they_were_made,
    samples.memory_is_fetched,
    samples.clock_is_right,
    form.strides_are_found,
    form.strides_are_true,
    form.legs_are_not_swapped,
    form.strides_come_at_once,
    form.windows_come_in_order,
    form.cues_keep_their_distance,
    form.cues_wait_for_plain_running,
    form.cues_come_at_once,
    form.steady_runners_hear_nothing,
    form.tired_runners_are_told,
    delivery.store_holds_everything,
    delivery.broker_hears_what_must_arrive,
    delivery.broker_hears_live_strides,
    delivery.worker_has_every_event_once,
    delivery.queues_stay_within_bounds,
    delivery.damage_is_counted,
)


def failures(run: Evidence) -> dict[str, str]:
    """Return what did not hold, by the checker that found it."""
    found = ((check.__name__, check(run)) for check in CHECKERS)
    return {name: told for name, told in found if told is not None}
