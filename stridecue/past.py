"""What a session must know of the runs before it, from the settings and the store."""

from __future__ import annotations

from analytics.load.days import local_day
from analytics.load.past import history_of
from analytics.load.records import LoadHistory, Shoe
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from stridecue.roster import RunnerSettings
from stridecue.settings import Settings


def load_history(
    settings: Settings, store: Store, runner: RunnerSettings, *, started_utc_ns: int
) -> LoadHistory:
    """Return a runner's load history as a session starts; the store learns the shoes."""
    shelf = LoadShelf(store)
    shoes = shoes_of(settings, runner.id)
    shelf.keep_shoes(runner.id, shoes)
    return history_of(
        shelf.entries(runner.id),
        start_utc_ns=started_utc_ns,
        day=local_day(started_utc_ns, zone=settings.team.zone),
        shoes=shoes,
        shoe=runner.shoe,
        surface=runner.surface,
    )


def simulated_history(settings: Settings, runner: str, *, started_utc_ns: int) -> LoadHistory:
    """Return the runs of a simulated runner that the store keeps, in the shoes of the last one."""
    with Store(settings.store_path()) as store:
        shelf = LoadShelf(store)
        entries = shelf.entries(runner, simulated=True)
        shoes = shelf.shoes(runner)
    before = [entry for entry in entries if entry.start_utc_ns < started_utc_ns]
    return history_of(
        before,
        start_utc_ns=started_utc_ns,
        day=local_day(started_utc_ns, zone=settings.team.zone),
        shoes=shoes,
        shoe=before[-1].shoe if before else None,
        surface=before[-1].surface if before else None,
    )


def shoes_of(settings: Settings, runner: str) -> tuple[Shoe, ...]:
    """Return a runner's shoes as the settings register them."""
    return tuple(
        Shoe(
            id=shoe.id,
            name=shoe.name or shoe.id,
            runner=shoe.runner,
            before_m=shoe.km * 1000.0,
            retire_from_m=shoe.retire_from_km * 1000.0,
            retire_to_m=shoe.retire_to_km * 1000.0,
        )
        for shoe in settings.shoes
        if shoe.runner == runner
    )
