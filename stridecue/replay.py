"""A recording back through the real pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from analytics.errors import RecordingError
from analytics.load.records import LoadHistory
from analytics.records import Baseline, Gap, Programme, Side, SpeedModel
from analytics.settings import AnalyticsSettings
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.events import RadioEvent, Ready
from sensor_gateway.importers import ImuFile
from sensor_gateway.recording import read_recording
from sensor_gateway.sensors import SensorConfig
from stridecue.analyze import RUNNER, Reading, in_order, session_name
from stridecue.held import Part
from stridecue.service import Service, Speed
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from stridecue.sources import RecordedSource

_PORTION_S = 0.1  # what a radio brings at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """How a replay is held; `show` gets the summary."""

    settings: Settings
    speed: Speed
    out: Path | None
    console: Console
    show: Callable[[dict[str, Any]], None]


def replay(path: Path, playing: Playing) -> None:
    """Replay a recording under the settings it was made with.

    Raises
    ------
    RecordingError
        The file is not a recording of ours.

    """
    header, events = read_recording(path)
    plan = plan_of(header, where=str(path))
    _hold(plan, events, playing)


def replay_tables(
    files: Sequence[Path], *, sides: Sequence[Side], reading: Reading, playing: Playing
) -> None:
    """Replay samples from anywhere, one file a leg, as if they came now.

    The runner has no baseline: a file does not say who ran. Times are seconds of the session,
    which begins at a whole second of the files' clock.

    Raises
    ------
    InputError
        A file cannot be used as it is.

    """
    session = session_name(files[0])
    with ExitStack() as stack:
        imus = [
            stack.enter_context(reading.open(path, side=side, session=session))
            for path, side in zip(files, sides, strict=True)
        ]
        plan = SessionPlan(
            session=session,
            runner=RUNNER,
            name="Recording",
            started_utc_ns=time.time_ns(),
            source="replay",
            simulated=False,
            sensors=tuple(
                SensorConfig(runner=RUNNER, side=side, placement=reading.placement, name=path.name)
                for path, side in zip(files, sides, strict=True)
            ),
            analytics=AnalyticsSettings(),
            baseline=None,
        )
        _hold(plan, _as_they_came(imus), playing)


def _as_they_came(imus: Sequence[ImuFile]) -> Iterator[Ready]:
    """Give the samples in portions as radios bring them, each at the time of its last sample."""
    for item in in_order(imus):
        if isinstance(item, Gap):
            yield Ready(at_s=item.end_s, item=item)
            continue
        size = max(1, round(_PORTION_S * item.rate_hz))
        for first in range(0, len(item), size):
            part = item.part(first, min(first + size, len(item)))
            yield Ready(at_s=float(part.time_s[-1]), item=part)


def _hold(plan: SessionPlan, events: Iterable[RadioEvent | Ready], playing: Playing) -> None:
    speed = playing.speed
    service = Service(
        settings=playing.settings,
        speed=speed,
        console=playing.console,
        title=f"stridecue replay: {plan.session}",
    )
    source = RecordedSource(events, paced=not speed.virtual)
    part = Part(plan=plan, source=source, folder=playing.out)
    speed.run(service.hold([part]))
    playing.show(part.summary)
    service.confess()


def plan_of(header: RecordingHeader, *, where: str, source: str = "replay") -> SessionPlan:
    """Return the session as it was held; RecordingError if the header does not say."""
    context = header.context
    try:
        return SessionPlan(
            session=header.session,
            runner=context["runner"],
            name=context["name"],
            started_utc_ns=header.started_utc_ns,
            source=source,
            simulated=context["simulated"],
            sensors=header.sensors,
            analytics=msgspec.convert(context["analytics"], AnalyticsSettings),
            baseline=msgspec.convert(context["baseline"], Baseline | None),
            history=msgspec.convert(context.get("history"), LoadHistory | None),
            programme=msgspec.convert(context.get("programme"), Programme | None),
            speed_model=msgspec.convert(context.get("speed_model"), SpeedModel | None),
        )
    except (KeyError, msgspec.ValidationError) as error:
        mend = "record the session again with this version"
        what = f"does not say under which settings it was made ({error})"
        raise RecordingError(what, where=where, mend=mend) from error
