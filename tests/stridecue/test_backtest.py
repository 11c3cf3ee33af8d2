"""Cue rules against stored runs: the same rules give the same cues, others what they cost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from analytics.codec import Record
from analytics.errors import InputError, SettingsError
from analytics.form_stage import FormStage
from analytics.records import Baseline, Cue, Side
from dashboards.store import Store
from stridecue.backtest import WARM_UP_S, Effect, backtest, days_of, lines_of, read_rules
from stridecue.cue_rules import CueSection
from stridecue.settings import Settings
from tests.analytics.runners import RUNNER, SESSION, Course, Runner

DAY_NS = 86_400 * 10**9
START_NS = 1_764_000_000 * 10**9
FRESH = Runner(seed=11, minutes=11.5)
TIRED = Runner(
    seed=12,
    minutes=16,
    course=Course(start_s=620, full_s=640, cadence=-0.05, contact=0.08, peak=0.3),
)


def records_of(runner: Runner, baseline: Baseline | None) -> list[Record]:
    stage = FormStage(runner=RUNNER, session=SESSION, sides=tuple(Side), baseline=baseline)
    found = [record for item in runner.items() for record in stage.push(item)]
    given = [item for item in runner.items() if type(item).__name__ == "Stride"]
    return [*given, *found, *stage.finish()]  # type: ignore[list-item]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Counter[str]]:
    """Return a store with a fresh and a tired run, and the cues of the tired one."""
    path = tmp_path_factory.mktemp("store") / "stridecue.db"
    baseline = None
    shown: Counter[str] = Counter()
    with Store(path) as store:
        for day, runner in enumerate((FRESH, TIRED)):
            session = f"day-{day}"
            store.begin_session(
                session=session,
                runner=RUNNER,
                started_utc_ns=START_NS + day * DAY_NS,
                source="test",
                simulated=False,
            )
            live = records_of(runner, baseline)
            store.write([renamed(record, session) for record in live])
            cues = [r for r in live if isinstance(r, Cue) and r.revision == 1]
            shown = Counter(cue.kind for cue in cues if cue.shown)
            baseline = next(r for r in live if isinstance(r, Baseline))
    return path, shown


def renamed(record: Record, session: str) -> Record:
    """Return the record as of another session of the runner's."""
    plain = msgspec.to_builtins(record)
    whose = plain.get("worn", plain)
    if "session" in whose:
        whose["session"] = session
    return msgspec.convert(plain, type(record))


def tried(path: Path, **rules: float) -> Effect:
    with Store(path) as store:
        (effect,) = backtest(store, Settings(), CueSection(**rules), since_utc_ns=0)  # type: ignore[arg-type]
    return effect


def test_the_same_rules_give_the_cues_that_the_runner_heard(
    stored: tuple[Path, Counter[str]],
) -> None:
    path, shown = stored
    effect = tried(path)
    assert shown
    assert effect.shown == shown
    assert (effect.runs, effect.simulated, effect.in_warm_up) == (2, 0, 0)
    assert sum(effect.by_minutes.values()) == sum(shown.values())


def test_other_rules_tell_what_they_cost(stored: tuple[Path, Counter[str]]) -> None:
    path, shown = stored
    fewer = tried(path, most_per_30_min=1)
    assert sum(fewer.shown.values()) == 1 < sum(shown.values())
    assert fewer.held_back["budget"] > 0
    (first, second, *_) = lines_of([fewer], last="30d")
    assert first == "With these rules: 1 cues in the last 30d, 0 in warm-up"
    assert second.startswith(f"{RUNNER}: 1 cues in 2 runs, 0.5 h")


def test_runs_before_the_last_days_only_teach_the_baseline(
    stored: tuple[Path, Counter[str]],
) -> None:
    path, shown = stored
    with Store(path) as store:
        since = START_NS + DAY_NS // 2
        (effect,) = backtest(store, Settings(), CueSection(), since_utc_ns=since)
    assert (effect.runs, effect.shown) == (1, shown)


def test_rules_are_read_from_a_file_and_bad_ones_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("[cues]\nwarm_up_s = 60\n")
    assert read_rules(path, Settings()).warm_up_s == 60 < WARM_UP_S
    for text, what in (
        ("[cues]\nwarmup = 60\n", r"cues\.warmup: no such rule"),
        ("[cues]\nimpact_target_pct = 50\n", "expert = true"),
        ("[web]\nport = 1\n", "has no cue rules"),
    ):
        path.write_text(text)
        with pytest.raises(SettingsError, match=what):
            read_rules(path, Settings())


def test_a_time_or_a_runner_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert days_of("2w") == 14
    with pytest.raises(InputError, match="30d or 4w"):
        days_of("soon")
    with Store(tmp_path / "a.db") as store, pytest.raises(InputError, match="no run of runner bo"):
        backtest(store, Settings(), CueSection(), since_utc_ns=0, runner="bo")
