"""Weeks of a runner in a store, the last run under way: every kind of record, as it would be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from analytics.codec import Record
from analytics.load.days import local_day
from analytics.load.records import ImpactDose, LegLoad, Shoe
from analytics.pain import Pain, PainMoment, PainPlace, PainSide
from analytics.records import (
    Activity,
    Baseline,
    DriftLevel,
    FormMetrics,
    LinkHealth,
    LinkState,
    PerSide,
    Side,
    Surface,
    Usual,
)
from analytics.settings import AnalyticsSettings
from dashboards.body_shelf import BodyShelf, Tick
from dashboards.health_shelf import Health, HealthShelf
from dashboards.influx_feed import Feed
from dashboards.judged_shelf import JudgedShelf
from dashboards.ledger import LedgerEntry
from dashboards.load_shelf import LoadShelf
from dashboards.sharing import Sharing
from dashboards.store import Store
from tests.dashboards import loads, people

DAY_NS = 86_400 * 10**9
DAYS_AGO = (35, 28, 21, 16, 12, 9, 6, 4, 2, 0)
LASTS_S = 90.0
SHOES = tuple(
    Shoe(id=one, name=one, runner=people.RUNNER, before_m=470_000.0,
         retire_from_m=480_000.0, retire_to_m=800_000.0)
    for one in ("blue", "old red")
)  # fmt: skip
_USUAL = {
    "cadence": (171.0, 1.1),
    "peak_accel": (7.0, 0.3),
    "peak_accel_left": (7.0, 0.3),
    "peak_accel_right": (7.1, 0.3),
    "contact_time": (0.25, 0.004),
    "contact_time_left": (0.25, 0.004),
    "contact_time_right": (0.25, 0.004),
    "asymmetry": (1.0, 2.0),
    "stride_time_cv": (2.0, 0.2),
    "speed": (3.0, 0.05),
}


def lines(folder: Path, *, now_utc_ns: int) -> list[str]:
    """Return what InfluxDB is sent of the weeks up to now."""
    with Store(folder / "weeks.db") as store:
        feed = Feed(store, team="the club", sharing=Sharing(store))
        fill(store, now_utc_ns=now_utc_ns)
        return feed.head(1_000_000)[1]


def fill(store: Store, *, now_utc_ns: int) -> None:
    """Store the weeks: ten runs, the last of which began a minute and a half ago."""
    LoadShelf(store).keep_shoes(people.RUNNER, SHOES)
    for n, days_ago in enumerate(DAYS_AGO):
        began_ns = now_utc_ns - days_ago * DAY_NS - round(LASTS_S * 1e9)
        session = f"run {n}"
        store.begin_session(
            session=session,
            runner=people.RUNNER,
            started_utc_ns=began_ns,
            source="test",
            simulated=False,
        )
        JudgedShelf(store).keep(
            runner=people.RUNNER,
            session=session,
            baseline=baseline(session) if n else None,
            analytics=AnalyticsSettings(),
        )
        store.write(of_a_run(n, session=session, began_ns=began_ns))
        LoadShelf(store).say(
            runner=people.RUNNER, session=session, distance_m=None, exertion=4.0 + n % 3
        )
        store.end_session(session=session, summary={"strides": 120, "simulated": False})
    _around(store, now_utc_ns=now_utc_ns)


def of_a_run(n: int, *, session: str, began_ns: int) -> Iterator[Record | LedgerEntry]:
    """Give a run's records; the tenth second is gone, the twentieth came late."""
    for k in range(40):
        yield people.stride(k, session=session)
        yield _displayed(k, session)
    for k in range(1, int(LASTS_S // 5) + 1):
        at_s = 5.0 * k
        yield window(at_s, session=session, n=k)
        yield from (_link(at_s, side, session) for side in Side)
        yield replace(loads.distance(at_s, metres=340.0 * k), session=session)
    for level, at_s in ((DriftLevel.NOTICE, 40.0), (DriftLevel.ALARM, 60.0)):
        yield replace(people.drift(at_s, level=level), session=session)
    told = replace(people.cue(62.0), session=session)
    yield told
    yield people.heeded(told)
    yield replace(people.cue(70.0, shown=False), session=session)
    yield replace(people.alert(61.0), session=session)
    yield replace(loads.longest_run(80.0), session=session)
    yield replace(people.gap(10.0), worn=people.worn(Side.LEFT, session=session))
    yield replace(people.event(10.0), session=session)
    for silent, at_s in ((False, 0.0), (True, 45.0)):
        yield replace(people.guidance(at_s), session=session, silent=silent)
    ran_m = 6000.0 if n == len(DAYS_AGO) - 1 else 4000.0 + 100.0 * n
    yield replace(
        loads.load_entry(session=session, day=_day(began_ns)),
        start_utc_ns=began_ns,
        duration_s=LASTS_S,
        left=leg(6.0 + 0.1 * (n % 4)),
        right=leg(6.2 + 0.1 * (n % 3)),
        distance_m=ran_m,
        shoe=SHOES[n % 2].id,
        surface=(Surface.GRASS, Surface.ASPHALT)[n // 2 % 2],
    )


def baseline(session: str) -> Baseline:
    """A baseline in every metric."""
    usual = {
        metric: Usual(median=median, sigma=sigma, n_blocks=40)
        for metric, (median, sigma) in _USUAL.items()
    }
    return replace(people.baseline(), usual=usual, session=session, runs=3, age_days=2.0)


def window(at_s: float, *, session: str, n: int) -> FormMetrics:
    """A window of a runner whose speed wanders and whose impact rises."""
    return replace(
        people.window(at_s, session=session),
        activity=Activity.GAP if n == 2 else Activity.RUNNING,
        speed_mps=3.0 + 0.1 * math.sin(n),
        peak_accel_g=PerSide(left=7.0 + 0.05 * n, right=7.1 + 0.06 * n),
        asymmetry_pct=1.0 + 0.2 * n,
        revision=2 if n == 4 else 1,
    )


def leg(peak_g: float) -> LegLoad:
    """A leg of 2,000 landings that are all alike."""
    n = 2000
    dose = ImpactDose(
        dose_g=n * peak_g,
        dose_g4=n * peak_g**4,
        n_low=500,
        n_medium=1400,
        n_high=100,
        mean_peak_g=peak_g,
        mean_log_peak=math.log(peak_g),
    )
    return LegLoad(n_strides=n, n_clipped=3, coverage=0.99, resultant=dose, axial=dose)


def _link(at_s: float, side: Side, session: str) -> LinkHealth:
    return replace(
        people.link(at_s, side=side, state=LinkState.CONNECTED),
        worn=people.worn(side, session=session),
        rssi_dbm=-60.0,
        samples_lost=int(at_s),
        reconnects=1,
        clock_uncertainty_s=0.004,
        data_age_s=0.1,
    )


def _displayed(k: int, session: str) -> LedgerEntry:
    at_s = 0.35 * k
    return LedgerEntry(
        id=f"{people.RUNNER}/{session}/shown/{k}",
        kind="stride",
        runner=people.RUNNER,
        session=session,
        time_s=at_s,
        sample_s=at_s,
        gateway_s=at_s + 0.05,
        analytics_s=at_s + 0.06,
        published_s=at_s + 0.07,
        shown_s=at_s + 0.10,
        shown_error_s=0.001,
    )


def _around(store: Store, *, now_utc_ns: int) -> None:
    """Store what is no run's: pain, strength, and how the service is."""
    today = _day(now_utc_ns)
    body = BodyShelf(store)
    body.say(
        Pain(
            runner=people.RUNNER,
            id="p1",
            time_utc_ns=now_utc_ns - DAY_NS,
            day=_day(now_utc_ns - DAY_NS),
            session="run 8",
            moment=PainMoment.MORNING,
            side=PainSide.LEFT,
            place=PainPlace.KNEE,
            score=4,
            swelling=False,
            locking=False,
            instability=False,
        )
    )
    body.tick(runner=people.RUNNER, tick_id="t1", day=today, kind=Tick.STRENGTH, done=True)
    shelf = HealthShelf(store)
    for ago_s in (30, 20, 10, 0):
        parts = [
            Health(gateway="pi", part=part, running=True, waiting=3, delivered=900, dropped=0,
                   failures=1)
            for part in ("store", "pages", "influx")
        ]  # fmt: skip
        parts.append(shelf.disk(gateway="pi", running=True))
        shelf.keep(parts, now_utc_ns=now_utc_ns - ago_s * 10**9)


def _day(utc_ns: int) -> str:
    return local_day(utc_ns, zone="UTC")
