"""A team in the middle of a run: everybody in another state, and weeks of history behind them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path
from typing import Any, cast

from analytics.codec import Record
from analytics.load.records import ImpactDose, LegLoad, LoadEntry, Shoe
from analytics.pain import Pain, PainMoment, PainPlace, PainSide
from analytics.records import (
    Activity,
    Baseline,
    Distance,
    DriftLevel,
    Gap,
    LinkHealth,
    LinkState,
    Side,
    SpeedSource,
    Stride,
    Surface,
    Usual,
)
from dashboards.body_shelf import BodyShelf, Tick
from dashboards.coach_shelf import CoachShelf
from dashboards.load_shelf import LoadShelf
from dashboards.runner_state import RunnerInfo
from dashboards.store import Store
from tests.dashboards import loads, people
from tests.dashboards.site import Site, site

NAMES = ("Mia", "Noah", "Ada", "Ben", "Chloé", "Dev")
INFOS = [
    RunnerInfo(id=name.lower(), name=name, baseline="own baseline", simulated=False)
    for name in NAMES
]
WEEKS = 12
_DAY_NS = 86_400 * 10**9


def of(record: Record, runner: str) -> Record:
    """Return the same record of another runner."""
    if isinstance(record, LinkHealth | Stride | Gap):
        return replace(record, worn=replace(record.worn, runner=runner))
    changed: Record = replace(cast("Any", record), runner=runner)
    return changed


def minutes_of(runner: str, minutes: int, *, gap: range = range(0)) -> list[Record]:
    """A window every five seconds."""
    out: list[Record] = []
    for end_s in range(30, minutes * 60 + 1, 5):
        activity = Activity.GAP if end_s // 60 in gap else Activity.RUNNING
        seen = 0.1 if activity is Activity.GAP else 0.99
        window = people.window(float(end_s), activity=activity)
        out.append(of(replace(window, coverage=seen), runner))
    return out


async def begin_runs(served: Site) -> None:
    """Everybody has run for some time."""
    for n, info in enumerate(INFOS[:-1]):
        said = minutes_of(info.id, 24 + 7 * n, gap=range(10, 17) if n == 3 else range(0))
        links = [people.link(27.0, side=side, state=LinkState.CONNECTED) for side in Side]
        await served.deliver(*said, *(of(link, info.id) for link in links))
    await served.deliver(
        of(people.drift(900.0, metric="peak_accel", level=DriftLevel.NOTICE), "noah"),
        of(people.drift(1500.0, metric="form"), "noah"),
        of(people.cue(1505.0, text="Form is fading. Ease off.", kind="fading"), "noah"),
        of(people.drift(1200.0, metric="cadence", level=DriftLevel.NOTICE), "ada"),
        of(people.link(2600.0, state=LinkState.LOST), "ben"),
    )
    await served.deliver(*minutes_of("noah", 33)[-60:], *minutes_of("ada", 39)[-150:])
    for runner, metres in (("mia", 4200.0), ("noah", 6100.0), ("ada", 5980.0), ("chloé", 11300.0)):
        await served.deliver(run_so_far(runner, metres))


def run_so_far(runner: str, metres: float) -> Distance:
    return Distance(
        runner=runner,
        session=people.SESSION,
        time_s=3000.0,
        distance_m=metres,
        source=SpeedSource.FOOT_IMU,
        running_s=3000.0,
        covered_s=2990.0,
        longest_m=10_000.0,
    )


async def step(served: Site, n: int) -> None:
    """One stride of everybody whose sensors are heard."""
    for info in INFOS[:3] + INFOS[4:5]:
        peak_g = 6.4 if info.id == "noah" else 5.6
        at = people.stride(11000 + n, runner=info.id, peak_accel_g=peak_g + 0.3 * (n % 2))
        await served.deliver(at)


def noahs_run() -> list[Record]:
    """What is stored of the run that fades."""
    strides = [people.stride(n, runner="noah", peak_accel_g=5.5 + n / 4000) for n in range(5000)]
    drifts: list[Record] = [
        people.drift(900.0, metric="peak_accel", level=DriftLevel.NOTICE),
        people.drift(1500.0, metric="form"),
    ]
    cue = people.heeded(people.cue(1505.0, text="Form is fading. Ease off.", kind="fading"))
    told = [of(record, "noah") for record in (*drifts, cue, people.gap(600.0))]
    return [*minutes_of("noah", 29), *strides, *told]


def fill(store: Store) -> None:
    """Twelve weeks of four runs, shoes, surfaces, pain, effort and ticks."""
    today = datetime.now(tz=UTC)
    for which, info in enumerate(INFOS):
        runs_of(store, info.id, weeks=WEEKS, which=which)
    body = BodyShelf(store)
    body.say(_pain("ada", today, score=4))
    for back in (30, 29, 27):
        body.say(_pain("ben", today - timedelta(days=back), score=3))
    body.tick(
        runner="mia", tick_id="t1", day=today.date().isoformat(), kind=Tick.STRENGTH, done=True
    )


def runs_of(store: Store, runner: str, *, weeks: int, which: int = 0) -> None:
    """Four runs a week up to yesterday, shoes, and a baseline."""
    LoadShelf(store).keep_shoes(runner, _shoes(runner))
    for back in range(7 * weeks, 0, -1):
        if (back + which) % 7 in {1, 3, 4, 6}:
            day = datetime.now(tz=UTC) - timedelta(days=back)
            _run(store, runner, day, back=back, which=which)
    store.write([_baseline(runner)])


def _run(store: Store, runner: str, day: datetime, *, back: int, which: int) -> None:
    session = f"run-{day.date().isoformat()}"
    start = day.replace(hour=17, minute=0, second=0, microsecond=0)
    start_ns = round(start.timestamp()) * 10**9
    store.begin_session(
        session=session, runner=runner, started_utc_ns=start_ns, source="test", simulated=False
    )
    km = 6.0 + 3.0 * ((back * 7 + which) % 4) / 3.0 + (6.0 if back == 9 else 0.0)
    entry = _entry(runner, session, start_ns, day.date().isoformat(), km=km, n=back + which)
    store.write([entry])
    store.end_session(
        session=session,
        runner=runner,
        summary={
            "cadence_spm": 170.0 + (84 - back) / 30.0 + (back * 5 % 7) / 5.0,
            "cues_shown": {"cadence": back % 3},
            "drift": {"alarm": int(back % 5 == 0)},
        },
    )


def _entry(runner: str, session: str, start_ns: int, day: str, *, km: float, n: int) -> LoadEntry:
    speed = 2.9 + 0.1 * (n % 4)
    shoe, surface = ("blue", Surface.ASPHALT) if n % 3 else ("red", Surface.GRASS)
    peak_g = 5.5 * (1.12 if shoe == "red" else 1.0) * (1.0 + 0.02 * (n * 7 % 5 - 2))
    steps = round(km * 1000.0 / 2.3)
    leg = LegLoad(
        n_strides=steps, n_clipped=0, coverage=0.99, resultant=_dose(steps, peak_g), axial=None
    )
    return LoadEntry(
        runner=runner,
        session=session,
        start_utc_ns=start_ns,
        day=day,
        duration_s=km * 1000.0 / speed + 120.0,
        running_s=km * 1000.0 / speed,
        placement=loads.load_entry().placement,
        left=leg,
        right=leg,
        distance_m=km * 1000.0,
        source=SpeedSource.FOOT_IMU,
        covered=1.0,
        parts_m={SpeedSource.FOOT_IMU: km * 1000.0},
        speed_mps=speed,
        shoe=shoe,
        surface=surface,
        exertion=float(3 + n % 4),
    )


def _dose(steps: int, peak_g: float) -> ImpactDose:
    return ImpactDose(
        dose_g=steps * peak_g,
        dose_g4=steps * peak_g**4,
        n_low=steps // 2,
        n_medium=steps - steps // 2,
        n_high=0,
        mean_peak_g=peak_g,
        mean_log_peak=log(peak_g),
    )


def _shoes(runner: str) -> list[Shoe]:
    own: dict[str, Any] = {"runner": runner, "retire_from_m": 480e3, "retire_to_m": 800e3}
    worn = 520e3 if runner == "dev" else 120e3
    return [
        Shoe(id="blue", name="Blue daily", before_m=worn, **own),
        Shoe(id="red", name="Red racer", before_m=40e3, **own),
    ]


def _baseline(runner: str) -> Baseline:
    usual = {
        "cadence": Usual(median=171.0, sigma=1.1, n_blocks=14),
        "asymmetry": Usual(median=4.0, sigma=1.0, n_blocks=14),
    }
    return Baseline(runner=runner, source="this runner's own runs", usual=usual)


def _pain(runner: str, when: datetime, *, score: int) -> Pain:
    return Pain(
        runner=runner,
        id=f"p{when.date().isoformat()}",
        time_utc_ns=round(when.timestamp()) * 10**9,
        day=when.date().isoformat(),
        moment=PainMoment.MORNING,
        side=PainSide.LEFT,
        place=PainPlace.KNEE,
        score=score,
    )


class Pods:
    """A roster of two pods."""

    def entries(self) -> list[dict[str, Any]]:
        worn = {"runner": "mia", "placement": "shin"}
        return [{"pod": "pod-1", "side": "left", **worn}, {"pod": "pod-2", "side": "right", **worn}]

    def say(self, *, pod: str, runner: str, side: str, placement: str | None) -> None:
        raise NotImplementedError


class Limits:
    """The desk of the limits, without the service's settings."""

    def __init__(self, store: Store) -> None:
        self._shelf = CoachShelf(store)

    def rules(self, runner: str) -> dict[str, Any]:
        own = self._shelf.limits(runner)
        team = {
            "most_per_30_min": 8,
            "warm_up_s": 480.0,
            "any_cue_apart_s": 60.0,
            "cadence_band_pct": 3.0,
            "impact_band_pct": 5.0,
            "asymmetry_band_points": 5.0,
            "fading_band_sds": 3.0,
        }
        return {"rules": {**team, **own}, "own": own}

    def publish(self, runner: str, own: Mapping[str, Any]) -> None:
        self._shelf.publish(runner, own, now_utc_ns=time.time_ns())

    def tried(self, runner: str, own: Mapping[str, Any], *, days: int) -> dict[str, Any]:
        return {"runner": runner, "runs": days, "hours": 21.0, "cues": len(own), "in_warm_up": 0}


@asynccontextmanager
async def team(folder: Path) -> AsyncIterator[tuple[Site, Store]]:
    """A served team with a history, its runs begun."""
    with Store(folder / "team.db") as store:
        fill(store)
        for info in INFOS:
            store.begin_session(
                session=people.SESSION,
                runner=info.id,
                started_utc_ns=round(datetime.now(tz=UTC).timestamp()) * 10**9,
                source="test",
                simulated=False,
            )
        store.write([of(people.alert(1500.0), "noah"), of(loads.longest_run(2900.0), "chloé")])
        store.write(noahs_run())
        async with site(store=store, roster=Pods(), limits=Limits(store), runners=INFOS) as served:
            await begin_runs(served)
            yield served, store
