"""What an import would do, run by run: the same run is never counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from analytics.errors import InputError
from analytics.load.once import overlaps
from analytics.load.records import LoadEntry
from dashboards.import_csv import read_csv
from dashboards.import_fit import read_fit
from dashboards.imported import TOLD, ImportedRun
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store

_FIT = (".fit", ".fit.gz")


class Fate(StrEnum):
    """What becomes of an activity."""

    NEW = "new"
    COMPLETES = "completes"  # a measured run of unknown distance takes the file's as told
    KNOWN = "known"
    NO_RUN = "no run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One activity, what becomes of it and why."""

    run: ImportedRun
    entry: LoadEntry
    fate: Fate
    why: str
    session: str  # where it goes, or the one that has it already


def read_files(paths: Iterable[Path], *, zone: str) -> list[ImportedRun]:
    """Return all activities of some files, the oldest first.

    Raises
    ------
    InputError
        A file of another kind, or a broken one; then nothing is imported.

    """
    found: list[ImportedRun] = []
    for path in paths:
        name = path.name.lower()
        if name.endswith(_FIT):
            found += read_fit(path)
        elif name.endswith(".csv"):
            found += read_csv(path, zone=zone)
        else:
            mend = "give .fit, .fit.gz or .csv"
            raise InputError("a kind of file that is not known here", where=str(path), mend=mend)
    return sorted(found, key=lambda run: (run.start_utc_ns, run.place))


def plan(
    runs: Sequence[ImportedRun], kept: Sequence[LoadEntry], *, runner: str, zone: str
) -> list[Planned]:
    """Return what becomes of each activity beside the entries that the runner has."""
    have = list(kept)
    out = []
    for run in runs:
        entry = run.entry(runner, zone=zone)
        fate, why, session = _fate(run, entry, have)
        if fate is Fate.NEW:
            have.append(entry)
        out.append(Planned(run=run, entry=entry, fate=fate, why=why, session=session))
    return out


def _fate(run: ImportedRun, entry: LoadEntry, have: Sequence[LoadEntry]) -> tuple[Fate, str, str]:
    if run.what != "run":
        return Fate.NO_RUN, f"a {run.what}", ""
    if run.duration_s <= 0.0:
        return Fate.NO_RUN, "it has no duration", ""
    same = next((e for e in have if _same(run, entry, e)), None)
    if same is None:
        return Fate.NEW, "", entry.session
    how = _how(same)
    if same.imported is None and same.distance_m is None and run.distance_m is not None:
        return Fate.COMPLETES, "measured without a distance", same.session
    if not run.timed and same.imported is None:
        return Fate.KNOWN, "a run of that day was measured; give the time of day", same.session
    return Fate.KNOWN, f"{how} as {same.session}", same.session


def _how(entry: LoadEntry) -> str:
    if entry.imported is None:
        return "measured"
    return TOLD if entry.imported == TOLD else f"imported from {entry.imported}"


def _same(run: ImportedRun, entry: LoadEntry, other: LoadEntry) -> bool:
    """Tell whether an entry is of this run; of a run without a time, whether it may be."""
    if entry.session == other.session or overlaps(entry, other):
        return True
    return not run.timed and other.imported is None and entry.day == other.day


def carry_out(store: Store, planned: Sequence[Planned], *, runner: str) -> None:
    """Keep what is new: a session labelled as imported, and its entry in the load history."""
    shelf = LoadShelf(store)
    for one in planned:
        if one.fate is Fate.COMPLETES:
            shelf.say(
                runner=runner,
                session=one.session,
                distance_m=one.run.distance_m,
                exertion=one.run.exertion,
            )
        elif one.fate is Fate.NEW:
            store.begin_session(
                session=one.session,
                runner=runner,
                started_utc_ns=one.run.start_utc_ns,
                source=one.run.origin,
                simulated=one.run.simulated,
            )
            store.write([one.entry])
            store.end_session(
                session=one.session, runner=runner, summary=_summary(one.entry, one.run)
            )


def _summary(entry: LoadEntry, run: ImportedRun) -> dict[str, object]:
    return {
        "imported": run.place,
        "running_s": entry.running_s,
        "distance_m": entry.distance_m,
        "distance_source": "unknown" if entry.source is None else str(entry.source),
        "cadence_spm": run.cadence_spm,
        **({"note": run.note} if run.note else {}),
    }
