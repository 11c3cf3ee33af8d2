"""A run that no sensor saw, typed in: it goes the way of an imported one."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import InputError
from analytics.records import SpeedSource, Surface
from dashboards.import_csv import start_of
from dashboards.import_plan import Fate, Planned, carry_out, plan
from dashboards.imported import TOLD, ImportedRun
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from stridecue.past import shoes_of
from stridecue.settings import Settings
from stridecue.stored import started_text

_NS = 1_000_000_000
_FASTEST_MPS = 12.0  # nobody has kept that up for a hundred metres


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells of a run.

    Attributes
    ----------
    start : str
        A day, or a time as ISO 8601; in the team's zone where it does not say its own.
    rpe : float or None
        Rating of perceived exertion, 0-10.

    """

    start: str
    minutes: float
    km: float | None
    rpe: float | None
    shoe: str | None
    surface: Surface | None
    note: str

    def run(self, *, zone: str, now_utc_ns: int) -> ImportedRun:
        """Return the run.

        Raises
        ------
        InputError
            There is no such time, it is still to come, or nobody runs that fast.

        """
        start_utc_ns, timed = self._start(zone, now_utc_ns)
        duration_s = 60.0 * self.minutes
        return ImportedRun(
            place=TOLD,
            what="run",
            start_utc_ns=start_utc_ns,
            duration_s=duration_s,
            running_s=duration_s,
            distance_m=self._distance_m(duration_s),
            timed=timed,
            shoe=self.shoe,
            surface=self.surface,
            source=SpeedSource.MANUAL,
            exertion=self.rpe,
            note=self.note,
        )

    def _start(self, zone: str, now_utc_ns: int) -> tuple[int, bool]:
        began, timed = start_of(self.start, "--start", zone)
        start_utc_ns = round(began.timestamp()) * _NS
        if start_utc_ns > now_utc_ns:
            mend = "tell a run once it has been run"
            raise InputError(f"{self.start} is still to come", where="--start", mend=mend)
        return start_utc_ns, timed

    def _distance_m(self, duration_s: float) -> float | None:
        if self.km is None:
            return None
        speed_mps = 1000.0 * self.km / duration_s
        if speed_mps > _FASTEST_MPS:
            what = f"{self.km:g} km in {self.minutes:g} minutes is {speed_mps:.0f} m/s"
            raise InputError(what, where="--km", mend="kilometres and minutes are asked for")
        return 1000.0 * self.km


def add(settings: Settings, runner: str, run: ImportedRun) -> Planned:
    """Take a told run into a runner's history.

    Raises
    ------
    InputError
        The runner or the shoes are unknown, or the history has a run of that time.

    """
    zone = settings.team.zone
    with Store(settings.store_path()) as store:
        shelf = LoadShelf(store)
        _check_runner(runner, settings, store)
        _check_shoe(
            run.shoe, {shoe.id for shoe in (*shelf.shoes(runner), *shoes_of(settings, runner))}
        )
        (planned,) = plan([run], shelf.entries(runner, simulated=True), runner=runner, zone=zone)
        if planned.fate is Fate.KNOWN:
            mend = f"see `stridecue session show {planned.session}`"
            raise InputError(planned.why, where="--start", mend=mend)
        carry_out(store, [planned], runner=runner)
    return planned


def told_line(planned: Planned, *, zone: str) -> str:
    """Return what has become of a told run, in one line."""
    run = planned.run
    parts = [started_text(run.start_utc_ns, zone=zone), f"{run.duration_s / 60.0:g} min"]
    if run.distance_m is not None:
        parts.append(f"{run.distance_m / 1000.0:.2f} km")
    if run.exertion is not None:
        parts.append(f"effort {run.exertion:g} of 10")
    done = "takes its distance from" if planned.fate is Fate.COMPLETES else "is kept:"
    return f"{planned.session} {done} {', '.join(parts)}"


def _check_runner(runner: str, settings: Settings, store: Store) -> None:
    """Refuse a runner whom neither settings nor store know, where they know any."""
    known = {one.id for one in settings.everyone()} | {row["runner"] for row in store.sessions()}
    if known and runner not in known:
        mend = f"known are: {', '.join(sorted(known))}; `stridecue runner add` adds one"
        raise InputError("no such runner", where=f"--runner {runner}", mend=mend)


def _check_shoe(shoe: str | None, known: set[str]) -> None:
    if shoe is not None and shoe not in known:
        mend = (
            f"registered are: {', '.join(sorted(known)) or 'none'}; `stridecue shoe add` adds one"
        )
        raise InputError("no such pair of this runner", where=f"--shoe {shoe}", mend=mend)
