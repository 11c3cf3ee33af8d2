"""What cue rules would have done on stored runs, so that a coach sees the cost beforehand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analytics.cue_settings import CueSettings
from analytics.errors import InputError, SettingsError
from analytics.form_stage import FormStage
from analytics.records import Baseline, Cue, Programme
from analytics.settings import AnalyticsSettings
from dashboards.store import Store
from stridecue.cue_rules import CueSection
from stridecue.roster import RunnerSettings
from stridecue.settings import Settings, read_toml
from stridecue.stored_run import StoredRun, stored_run

WARM_UP_S = CueSettings().gate.warm_up_s  # the product's own, whatever the rules say
_BIN_MIN = 10
_DAY_NS = 86_400 * 10**9
_UNITS = {"d": 1, "w": 7}


@dataclass(kw_only=True)
class Effect:
    """What the rules would have done to one runner."""

    runner: str
    runs: int = 0
    simulated: int = 0
    hours: float = 0.0
    shown: Counter[str] = field(default_factory=Counter)
    held_back: Counter[str] = field(default_factory=Counter)
    by_minutes: Counter[int] = field(default_factory=Counter)
    in_warm_up: int = 0

    def take(self, run: StoredRun, cues: Iterable[Cue]) -> None:
        """Count one run."""
        self.runs += 1
        self.hours += run.strides[-1].end_s / 3600.0
        for cue in cues:
            if not cue.shown:
                self.held_back[cue.suppressed_reason or ""] += 1
                continue
            self.shown[cue.kind] += 1
            self.by_minutes[int(cue.time_s // (60 * _BIN_MIN)) * _BIN_MIN] += 1
            self.in_warm_up += cue.time_s < WARM_UP_S

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "runner": self.runner,
            "runs": self.runs,
            "simulated_runs": self.simulated,
            "hours": round(self.hours, 2),
            "cues": sum(self.shown.values()),
            "in_warm_up": self.in_warm_up,
            "by_kind": dict(sorted(self.shown.items())),
            "held_back": dict(sorted(self.held_back.items())),
            "by_minute": {str(m): n for m, n in sorted(self.by_minutes.items())},
        }


def read_rules(path: Path, settings: Settings) -> CueSection:
    """Return the rules in a file's `[cues]`, over those of the settings.

    Raises
    ------
    SettingsError
        No such file, no TOML, no `[cues]`, or a rule that cannot be: where, and what is allowed.

    """
    values = read_toml(path)
    if not isinstance(values.get("cues"), dict):
        mend = "write the rules under [cues], as in stridecue.toml (docs/cues.md)"
        raise SettingsError("has no cue rules", where=str(path), mend=mend)
    try:
        return settings.cues.with_own(values["cues"])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in ("cues", *first["loc"]))
        mend = f"{first['msg'].lower()}; docs/cues.md has every rule"
        raise SettingsError("no such rule or value", where=f"{path}, {place}", mend=mend) from error


def days_of(text: str) -> int:
    """Return the days that `--last` says: `30d`, `4w`; InputError for anything else.

    Examples
    --------
    >>> days_of("30d"), days_of("2w")
    (30, 14)

    """
    found = re.fullmatch(r"(\d{1,4})([dw])", text)
    if found is None or int(found[1]) == 0:
        raise InputError("no length of time", where=f"--last {text}", mend="write 30d or 4w")
    return int(found[1]) * _UNITS[found[2]]


def backtest(
    store: Store,
    settings: Settings,
    rules: CueSection,
    *,
    since_utc_ns: int,
    runner: str | None = None,
) -> list[Effect]:
    """Return what the rules would have done since then, runner by runner.

    Every runner's runs are analysed anew from the first stored one on, each against the baseline
    that the runs before it have left, as they were when they were run.

    Raises
    ------
    InputError
        Nothing is stored of that runner, or of anyone.

    """
    rows = store.sessions(runner=runner)
    if not rows:
        whose = "any runner" if runner is None else f"runner {runner}"
        mend = "see stored sessions on the coach's page, or run `stridecue demo` first"
        raise InputError(f"no run of {whose} is stored", where=str(store.path), mend=mend)
    known = {one.id: one for one in settings.everyone()}
    effects = []
    for name in sorted({row["runner"] for row in rows}):
        mine = sorted(
            (row for row in rows if row["runner"] == name), key=lambda row: row["started_utc_ns"]
        )
        person = known.get(name, RunnerSettings(id=name))
        effects.append(_of_runner(store, mine, person, rules, since_utc_ns))
    return effects


def _of_runner(
    store: Store,
    rows: Sequence[Mapping[str, Any]],
    person: RunnerSettings,
    rules: CueSection,
    since_utc_ns: int,
) -> Effect:
    effect = Effect(runner=person.id)
    # Of a single run nothing came before: it is judged by what the store knows today.
    baseline = store.baseline(person.id) if len(rows) == 1 else None
    programme: Programme | None = None
    settings = AnalyticsSettings(window=rules.window(), cues=rules.cues(mode=person.mode))
    before_ns = 0
    for row in rows:
        run = stored_run(store, row)
        if run is None:
            continue
        apart_days = (run.started_utc_ns - before_ns) / _DAY_NS
        if baseline is not None and before_ns:
            baseline = replace(baseline, age_days=apart_days)
        if programme is not None:
            programme = replace(programme, since_days=programme.since_days + apart_days)
        found = analysed(run, settings, baseline, programme)
        cues = [r for r in found if isinstance(r, Cue) and r.revision == 1]
        if run.started_utc_ns >= since_utc_ns:
            effect.take(run, cues)
            effect.simulated += bool(row["simulated"])
        baseline = next((r for r in found if isinstance(r, Baseline)), baseline)
        programme = next((r for r in found if isinstance(r, Programme)), programme)
        before_ns = run.started_utc_ns
    return effect


def analysed(
    run: StoredRun,
    settings: AnalyticsSettings,
    baseline: Baseline | None,
    programme: Programme | None,
) -> list[object]:
    """Return what a stored run gives under other settings."""
    stage = FormStage(
        runner=run.runner,
        session=run.session,
        sides=run.sides,
        settings=settings,
        baseline=baseline,
        programme=programme,
        late=False,
    )
    out: list[object] = [record for item in run.items() for record in stage.push(item)]
    return [*out, *stage.finish()]


def lines_of(effects: Sequence[Effect], *, last: str) -> list[str]:
    """Return the effects for people: one line for all, then a few for each runner."""
    cues = sum(sum(e.shown.values()) for e in effects)
    warm = sum(e.in_warm_up for e in effects)
    lines = [f"With these rules: {cues} cues in the last {last}, {warm} in warm-up"]
    for effect in effects:
        told = effect.as_dict()
        simulated = f" ({effect.simulated} simulated)" if effect.simulated else ""
        lines.append(
            f"{effect.runner}: {told['cues']} cues in {effect.runs} runs{simulated}, "
            f"{effect.hours:.1f} h, {effect.in_warm_up} in warm-up"
        )
        for head, key in (
            ("by kind", "by_kind"),
            ("from minute", "by_minute"),
            ("held back", "held_back"),
        ):
            if told[key]:
                parts = ", ".join(f"{name} {count}" for name, count in told[key].items())
                lines.append(f"  {head}: {parts}")
    return lines
