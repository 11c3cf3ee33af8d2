"""The coach's limits: a runner's own cue rules over those of the settings."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from pydantic import ValidationError

from analytics.errors import InputError
from dashboards.coach_shelf import CoachShelf
from dashboards.store import Store
from stridecue.apart import belong_to_parent
from stridecue.backtest import backtest
from stridecue.cue_rules import CueSection
from stridecue.plans import rules_of
from stridecue.roster import RunnerSettings, complaint
from stridecue.settings import Settings

_DAY_NS = 86_400 * 10**9


class CoachsLimits:
    """Reads, tries and publishes them."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def rules(self, runner: str) -> dict[str, Any]:
        """Return the rules that hold for a runner's next run, and which of them the coach set."""
        return {
            "rules": rules_of(self._settings, self._store, self._runner(runner)).model_dump(),
            "own": CoachShelf(self._store).limits(runner),
        }

    def publish(self, runner: str, own: Mapping[str, Any]) -> None:
        """Keep the coach's rules of a runner.

        Raises
        ------
        InputError
            No such rule, or a value it cannot have.

        """
        self._with(runner, own)
        CoachShelf(self._store).publish(runner, own, now_utc_ns=time.time_ns())

    def tried(self, runner: str, own: Mapping[str, Any], *, days: int) -> dict[str, Any]:
        """Return what such rules would have told the runner in the last days.

        Raises
        ------
        InputError
            No such rule or value, or nothing is stored of the runner.

        """
        rules = self._with(runner, own)
        since_utc_ns = time.time_ns() - days * _DAY_NS
        # In a process of its own, and politely: a season takes minutes, and cues must not wait.
        apart = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, apart, belong_to_parent, (10,)) as one:
            return one.submit(_tried, self._settings, rules, since_utc_ns, runner).result()

    def _with(self, runner: str, own: Mapping[str, Any]) -> CueSection:
        try:
            return self._settings.cues_of(self._runner(runner)).with_own(own)
        except ValidationError as error:
            where = ".".join(("cues", *(str(part) for part in error.errors()[0]["loc"])))
            raise InputError(complaint(error), where=where, mend="see docs/cues.md") from error

    def _runner(self, runner: str) -> RunnerSettings:
        known = {one.id: one for one in self._settings.everyone()}
        return known.get(runner, RunnerSettings(id=runner))


def _tried(settings: Settings, rules: CueSection, since_utc_ns: int, runner: str) -> dict[str, Any]:
    with Store(settings.store_path()) as store:
        (effect,) = backtest(store, settings, rules, since_utc_ns=since_utc_ns, runner=runner)
        return effect.as_dict()
