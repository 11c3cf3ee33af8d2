"""Two months of the retraining programme, simulated, and the recalls after it.

`scripts/bench programme [--runners N] [--seed S] [--json]`. Two runs in the runner's own form give
the baseline, then come the eight sessions, a week apart, then runs 31, 92 and 183 days after the
last. The runner (bench/cueing/learner.py) heeds most cues, forgets and learns; each run goes
through everything after the strides.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import TextIO

from analytics.cue_settings import CueSettings, Mode
from analytics.form_stage import FormStage
from analytics.programme import ProgrammeSettings, retention_pct
from analytics.records import Baseline, Cue, Programme, ProgrammeSession, Side
from analytics.settings import AnalyticsSettings
from bench.cueing.learner import Learner
from bench.truth.rows import Row, report
from tests.analytics.runners import RUNNER

MINUTES = 40.0
_RETRAIN = AnalyticsSettings(cues=CueSettings(mode=Mode.RETRAIN))
_SCHEDULE = ProgrammeSettings().guidance_pct
_RECALLS = (31.0, 92.0, 183.0)
_RETRAINED = frozenset({"cadence", "impact"})
_WARM_UP_S, _CYCLE_S, _PROBE_S = 480.0, 300.0, 180.0


@dataclass(kw_only=True)
class Course:
    """One runner's months: what is stored between runs, and what was said in each."""

    learner: Learner
    baseline: Baseline | None = None
    programme: Programme | None = None
    said: list[list[Cue]] = field(default_factory=list)
    habits: list[float] = field(default_factory=list)

    def run(self, day: int, *, since_days: float = 7.0) -> None:
        """Hold one run and keep what a store would keep."""
        self.learner.rest(since_days)
        programme = self.programme
        if programme is not None:
            programme = replace(programme, since_days=since_days)
        stage = FormStage(
            runner=RUNNER,
            session=f"day-{day}",
            sides=tuple(Side),
            settings=_RETRAIN,
            baseline=self.baseline,
            programme=programme,
            late=False,
        )
        said: list[Cue] = []
        for item in self.learner.run(day, MINUTES):
            for record in stage.push(item):
                if isinstance(record, Cue) and record.shown:
                    said.append(record)
                    if record.revision == 1:
                        self.learner.heard.append(record)
        for record in stage.finish():
            match record:
                case Baseline():
                    self.baseline = record
                case Programme():
                    self.programme = record
                case Cue(shown=True):
                    said.append(record)
                case _:
                    pass
        self.said.append(said)
        self.habits.append(self.learner.habit)


def course(seed: int) -> Course:
    """Return a runner's months."""
    months = Course(learner=Learner(seed=seed))
    for day in range(2 + len(_SCHEDULE)):
        months.run(day)
    for number, days in enumerate(_RECALLS):
        months.run(100 + number, since_days=days)
    return months


def _asked(said: Sequence[Cue]) -> list[Cue]:
    return [c for c in said if c.revision == 1 and c.kind in _RETRAINED]


def _in_probe(said: Sequence[Cue]) -> int:
    probes = [c.time_s for c in said if c.kind == "probe" and c.revision == 1]
    told = [c for c in said if c.revision == 1 and c.kind != "probe"]
    return sum(any(0 < c.time_s - p < _PROBE_S for p in probes) for c in told)


def _unguided(said: Sequence[Cue], guidance_pct: float) -> int:
    length_s = _CYCLE_S * guidance_pct / 100.0
    return sum((c.time_s - _WARM_UP_S) % _CYCLE_S >= length_s for c in _asked(said))


def table(*, runners: int, seed: int, log: TextIO) -> list[Row]:
    """Return the whole table."""
    courses: list[Course] = []
    for i in range(runners):
        courses.append(course(seed + i))
        log.write(f"{i + 1} of {runners} runners\n")
        log.flush()
    programmes = [c.programme for c in courses if c.programme is not None]
    sessions = [p.sessions for p in programmes if len(p.sessions) == len(_SCHEDULE)]
    kept = [tuple(s.guidance_pct for s in some) == _SCHEDULE for some in sessions]
    of_programme = [c.said[2 : 2 + len(_SCHEDULE)] for c in courses]
    unguided = sum(
        _unguided(said, pct)
        for runs in of_programme
        for said, pct in zip(runs, _SCHEDULE, strict=True)
    )
    asked = [[len(_asked(said)) for said in runs] for runs in of_programme]
    probes = [c for x in courses for said in x.said for c in said if c.kind == "probe"]
    return [
        _most("programmes_complete_pct", _pct(len(sessions), runners), "%", 100),
        _most("schedule_kept_pct", _pct(sum(kept), runners), "%", 100),
        _none("cues_in_own_form_runs", sum(len(_asked(s)) for c in courses for s in c.said[:2])),
        _none("cues_in_probes", sum(_in_probe(s) for c in courses for s in c.said)),
        _none("cues_outside_guidance", unguided),
        _most("probes", sum(c.revision == 1 for c in probes), "", 7 * runners),
        _most("recalls", sum(len(p.recalls) for p in programmes), "", len(_RECALLS) * runners),
        *(
            Row(
                name=f"session{n}_guided_{pct:.0f}pct_cues", value=fmean(told), unit="", aim="least"
            )
            for n, (pct, told) in enumerate(
                zip(_SCHEDULE, zip(*asked, strict=True), strict=True), 1
            )
        ),
        *_kept(sessions, [p.recalls for p in programmes]),
        *_outcomes(courses),
    ]


def _most(name: str, value: float | None, unit: str, target: float) -> Row:
    return Row(name=name, value=value, unit=unit, aim="most", target=target)


def _none(name: str, value: float) -> Row:
    return Row(name=name, value=value, unit="", aim="least", target=0)


def _kept(
    sessions: Sequence[Sequence[ProgrammeSession]], recalls: Sequence[Sequence[ProgrammeSession]]
) -> list[Row]:
    """Return what stays without cues."""
    kept = [
        retention_pct(session)["cadence"]
        for some in sessions
        for session in some
        if "cadence" in retention_pct(session)
    ]
    last = [some[-1].silent["cadence"] for some in sessions if "cadence" in some[-1].silent]
    late = [r.silent["cadence"] for some in recalls for r in some[-1:] if "cadence" in r.silent]
    return [
        Row(name="cadence_kept_in_probes_pct", value=_mean(kept), unit="%", aim="most"),
        Row(name="cadence_up_in_last_session_pct", value=_mean(last), unit="%", aim="most"),
        Row(name="cadence_up_at_six_months_pct", value=_mean(late), unit="%", aim="most"),
    ]


def _outcomes(courses: Sequence[Course]) -> list[Row]:
    asked = [c for one in courses for said in one.said for c in _asked(said)]
    came = [
        c
        for one in courses
        for said in one.said
        for c in said
        if c.outcome and c.kind in _RETRAINED
    ]
    worked = sum(c.outcome is not None and c.outcome.verdict == "worked" for c in came)
    return [
        Row(
            name="cues_with_outcome_pct",
            value=_pct(len(came), len(asked)),
            unit="%",
            aim="most",
            target=100,
        ),
        Row(name="cues_that_worked_pct", value=_pct(worked, len(came)), unit="%", aim="most"),
    ]


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _pct(part: int, whole: int) -> float | None:
    return 100.0 * part / whole if whole else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runners", type=int, default=4, help="runners through the programme")
    parser.add_argument("--seed", type=int, default=70)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    return report(table(runners=given.runners, seed=given.seed, log=sys.stderr), as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
