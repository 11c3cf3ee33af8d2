"""One session as a pure function of what the radio told: events in, records out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from analytics.codec import Record
from analytics.load.records import LoadHistory
from analytics.pipeline import FormPipeline
from analytics.records import (
    Baseline,
    Cue,
    Drift,
    FormMetrics,
    Programme,
    SampleBlock,
    SessionEvent,
    SpeedModel,
    Stride,
    is_live,
)
from analytics.settings import AnalyticsSettings
from analytics.standing import STANDING_ASKED, StandingCheck
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.events import RadioEvent, Ready, Told, time_of
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.stream import SensorStream

SESSION_END = "session_end"  # the pages say "Finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """Who runs with which sensors and settings, and what is known of the runs before."""

    session: str
    runner: str
    name: str
    started_utc_ns: int
    source: str
    simulated: bool
    sensors: tuple[SensorConfig, ...]
    analytics: AnalyticsSettings
    baseline: Baseline | None
    history: LoadHistory | None = None
    programme: Programme | None = None
    speed_model: SpeedModel | None = None

    def header(self) -> RecordingHeader:
        """Return how a recording of it begins."""
        return RecordingHeader(
            session=self.session,
            started_utc_ns=self.started_utc_ns,
            sensors=self.sensors,
            context=self.context(),
        )

    def context(self) -> dict[str, Any]:
        """Return what a replay needs beside the radio events, as plain values."""
        return {
            "runner": self.runner,
            "name": self.name,
            "simulated": self.simulated,
            "analytics": msgspec.to_builtins(self.analytics),
            "baseline": msgspec.to_builtins(self.baseline),
            "history": msgspec.to_builtins(self.history),
            "programme": msgspec.to_builtins(self.programme),
            "speed_model": msgspec.to_builtins(self.speed_model),
        }


class SessionCore:
    """The chain of every sensor and the runner's pipeline; the same live, in replay, in tests."""

    def __init__(self, plan: SessionPlan) -> None:
        self.plan = plan
        worn = {sensor.key: sensor.worn(plan.session) for sensor in plan.sensors}
        self._streams = {
            sensor.key: SensorStream(worn=worn[sensor.key], config=sensor)
            for sensor in plan.sensors
        }
        self._pipeline = FormPipeline(
            runner=plan.runner,
            session=plan.session,
            worn={s.side: worn[s.key] for s in plan.sensors if s.gives_motion},
            settings=plan.analytics,
            baseline=plan.baseline,
            history=plan.history,
            programme=plan.programme,
            speed_model=plan.speed_model,
        )
        sides = {s.side for s in plan.sensors if s.gives_motion}
        self._standing = StandingCheck(runner=plan.runner, session=plan.session, sides=sides)
        self.now_s = 0.0  # session time of the newest event

    def push(self, event: RadioEvent | Ready) -> Iterator[Record]:
        """Give the records that one event completed."""
        self.now_s = max(self.now_s, time_of(event))
        if isinstance(event, Ready):
            yield from self._pipeline.push(event.item)
            return
        if isinstance(event, Told):
            runner, session = self.plan.runner, self.plan.session
            said = replace(event.item, runner=runner, session=session)
            if isinstance(said, SessionEvent) and said.kind == STANDING_ASKED:
                self._standing.begin(self.now_s)
            yield from self._pipeline.push(said)
            return
        for item in self._streams[event.sensor].push(event):
            yield from self._pipeline.push(item)
            if self._standing.waits and isinstance(item, SampleBlock):
                yield from self._standing.push(item)

    def finish(self) -> Iterator[Record]:
        """Give what the end of the session completes."""
        for stream in self._streams.values():
            for item in stream.finish():
                yield from self._pipeline.push(item)
        yield from self._pipeline.finish()
        yield self._event(SESSION_END, "Session finished")

    def _event(self, kind: str, text: str) -> SessionEvent:
        return SessionEvent(
            runner=self.plan.runner,
            session=self.plan.session,
            time_s=self.now_s,
            kind=kind,
            text=text,
        )


def completed_s(record: Record) -> float | None:
    """Return the session time of the sample that completed a record; None where there is none.

    What came late was never live: its time says nothing of how fast it was told.
    """
    if not is_live(record):
        return None
    match record:
        case Stride() | FormMetrics():
            return record.end_s
        case Cue() | Drift():
            return record.time_s
        case _:
            return None
