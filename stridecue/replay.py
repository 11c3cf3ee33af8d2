"""A recording back through the real pipeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from analytics.errors import RecordingError
from analytics.load.records import LoadHistory
from analytics.pipeline import AnalyticsSettings
from analytics.records import Baseline, Programme
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.recording import read_recording
from stridecue.held import Part
from stridecue.service import Service, Speed
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from stridecue.sources import RecordedSource


def replay(
    path: Path,
    *,
    settings: Settings,
    speed: Speed,
    out: Path | None,
    console: Console,
    show: Callable[[dict[str, Any]], None],
) -> None:
    """Replay a recording under the settings it was made with; `show` the summary.

    Raises
    ------
    RecordingError
        The file is not a recording of ours.

    """
    header, events = read_recording(path)
    plan = plan_of(header, where=str(path))
    service = Service(
        settings=settings, speed=speed, console=console, title=f"stridecue replay: {plan.session}"
    )
    source = RecordedSource(events, paced=not speed.virtual)
    part = Part(plan=plan, source=source, folder=out)
    speed.run(service.hold([part]))
    show(part.summary)
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
        )
    except (KeyError, msgspec.ValidationError) as error:
        mend = "record the session again with this version"
        what = f"does not say under which settings it was made ({error})"
        raise RecordingError(what, where=where, mend=mend) from error
