"""How a window looks to every kind of cue: against fresh form, or against the targets."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from analytics import changes, programme, signs
from analytics.cue_settings import CueSettings, Mode
from analytics.drift import FormState
from analytics.programme import Guide
from analytics.records import Baseline, Programme, Side
from analytics.signs import Sign
from analytics.targets import Targets, own_form


def plan(
    settings: CueSettings, *, session: str, baseline: Baseline | None, stored: Programme | None
) -> tuple[Guide | None, Targets | None]:
    """Return how a session is guided and where to; nothing in guard mode."""
    if settings.mode is not Mode.RETRAIN:
        return None, None
    begun = programme.begun(stored, baseline, settings=settings.programme)
    if begun is None:
        return None, None
    guide = Guide(
        begun, session=session, settings=settings.programme, from_s=settings.gate.warm_up_s
    )
    return guide, Targets(own_form(begun.baseline), settings=settings.targets)


class Reader:
    """Reads windows for one session."""

    def __init__(
        self, settings: CueSettings, *, guide: Guide | None, targets: Targets | None
    ) -> None:
        self._settings = settings
        # Between the programme's last session and its recalls, form is only guarded.
        self._targets = None if guide is None or guide.number is None else targets

    def read(
        self,
        values: Mapping[str, float],
        state: FormState | None,
        toward: Mapping[str, Mapping[str, float]],
        *,
        moved: Collection[Side],
    ) -> dict[str, Sign]:
        """Return the signs by kind, the most important first.

        Parameters
        ----------
        toward : mapping
            By kind, the direction in which form had changed as it began; where it did not, in
            which form has changed now.
        moved : collection of Side
            Legs whose strap has moved in this run.

        """
        if self._targets is not None:
            return self._targets.read(values, moved=moved)
        if state is None:
            return {}
        found = changes.of(values, state.fresh)
        read = {
            kind: signs.read(
                kind,
                changes=found,
                values=values,
                state=state,
                toward=toward[kind],
                settings=self._settings.signs,
            )
            for kind in signs.KINDS
        }
        return {kind: sign for kind, sign in read.items() if sign is not None}

    def own_now(
        self, values: Mapping[str, float], state: FormState | None
    ) -> Mapping[str, tuple[float, float]]:
        """Return by metric what is usual at the speed of the values, and the value."""
        if self._targets is not None:
            return self._targets.own_now(values)
        return {} if state is None else changes.own_now(values, state.fresh)
