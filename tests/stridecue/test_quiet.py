"""A wish for quiet is an event of the session: recorded, sent on, and there again in a replay."""

from __future__ import annotations

from pathlib import Path

from analytics.codec import Record
from analytics.records import LinkState, Placement, SessionEvent, Side
from analytics.settings import AnalyticsSettings
from dashboards.wishes import Quiet
from sensor_gateway.events import LinkChange, RadioEvent, Told
from sensor_gateway.recording import RecordingWriter, read_recording
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.strands import Shares
from stridecue.conductor import Conductor
from stridecue.replay import plan_of
from stridecue.session import SessionCore, SessionPlan
from stridecue.sources import RecordedSource

SENSOR = SensorConfig(runner="mia", side=Side.LEFT, placement=Placement.SHIN, name="pod")
PLAN = SessionPlan(
    session="s1",
    runner="mia",
    name="Mia",
    started_utc_ns=0,
    source="test",
    simulated=True,
    sensors=(SENSOR,),
    analytics=AnalyticsSettings(),
    baseline=None,
)


def link(at_s: float, state: LinkState) -> LinkChange:
    return LinkChange(sensor=SENSOR.key, at_s=at_s, state=state, detail="")


async def test_a_recorded_wish_for_quiet_gives_the_same_records_again(tmp_path: Path) -> None:
    path, live = tmp_path / "run.scue", list[Record]()
    writer = RecordingWriter(path, PLAN.header())
    conductor = Conductor(
        core=SessionCore(PLAN),
        source=RecordedSource([], paced=False),
        takers=[live.append],
        outboxes=[],
        keep=writer.write,
    )
    conductor.emit(link(3.0, LinkState.CONNECTED))
    conductor.wish(Quiet(on=True))
    conductor.emit(link(9.0, LinkState.LOST))
    conductor.wish(Quiet(on=False))
    conductor.finish()
    writer.close()

    header, events = read_recording(path)
    core = SessionCore(plan_of(header, where="here"))
    again = [record for event in events for record in core.push(event)]
    again += core.finish()
    assert again == live
    said = [r for r in again if isinstance(r, SessionEvent) and r.kind.startswith("quiet")]
    assert [(e.kind, e.time_s, e.runner, e.session) for e in said] == [
        ("quiet_on", 3.0, "mia", "s1"),
        ("quiet_off", 9.0, "mia", "s1"),
    ]


def test_a_wish_told_to_another_gateway_comes_at_the_sessions_time() -> None:
    shares = Shares(PLAN.header())
    other = shares.add("s2", "belt", shift_s=100.0)
    told = Told(
        at_s=5.0, item=SessionEvent(runner="", session="", time_s=5.0, kind="quiet_on", text="")
    )
    sent: list[RadioEvent] = [told]
    (came,) = shares.fit(other, sent)
    assert isinstance(came, Told)
    assert (came.at_s, came.item.time_s) == (105.0, 105.0)
