"""Recordings come back as they were, or as far as they got."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.errors import RecordingError, ServiceError
from analytics.records import (
    Conditions,
    LinkState,
    Placement,
    SessionEvent,
    Side,
    SpeedReading,
    SpeedSource,
    Surface,
)
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.events import LinkChange, Notification, RadioEvent, Told, time_of
from sensor_gateway.recording import RecordingWriter, read_recording
from sensor_gateway.sensors import SensorConfig

TIMES = st.floats(allow_nan=False, allow_infinity=False)
NOTES = st.builds(
    Notification,
    sensor=st.text(max_size=10),
    arrival_s=TIMES,
    channel=st.text(max_size=10),
    payload=st.binary(max_size=250),
    asked_s=st.none() | TIMES,
)
LINKS = st.builds(
    LinkChange,
    sensor=st.text(max_size=10),
    at_s=TIMES,
    state=st.sampled_from(LinkState),
    detail=st.text(max_size=20),
    rssi_dbm=st.none() | TIMES,
)
HEADER = RecordingHeader(
    session="s1",
    started_utc_ns=1_763_769_600_000_000_000,
    sensors=(
        SensorConfig(runner="ann", side=Side.LEFT, placement=Placement.SHIN, name="pod-1"),
        SensorConfig(
            runner="ann", side=Side.RIGHT, placement=Placement.SHOE, address="C0:FF", range_g=32.0
        ),
    ),
)


def some_seconds(n_s: int) -> list[RadioEvent]:
    events: list[RadioEvent] = [
        LinkChange(sensor="ann-left", at_s=-0.5, state=LinkState.CONNECTED, detail="connected")
    ]
    for k in range(20 * n_s):
        payload = bytes((k * i * i) % 251 for i in range(244))
        events.append(
            Notification(sensor="ann-left", arrival_s=k / 20, channel="motion", payload=payload)
        )
    return events


def record(path: Path, events: list[RadioEvent]) -> None:
    writer = RecordingWriter(path, HEADER, replace=True)
    for event in events:
        writer.write(event)
    writer.close()


def header_bytes(recording: bytes) -> int:
    """Return where the header ends: magic, length, CRC, the header itself."""
    return 16 + int.from_bytes(recording[8:12], "little")


@contextmanager
def files_no_longer_than(n_bytes: int) -> Iterator[None]:
    """Let the kernel refuse longer files, as it refuses to write to a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50
)
@given(events=st.lists(NOTES | LINKS, max_size=30))
def test_a_recording_comes_back_as_it_was(tmp_path: Path, events: list[RadioEvent]) -> None:
    record(tmp_path / "run.scue", events)
    header, back = read_recording(tmp_path / "run.scue")
    assert header == HEADER
    assert list(back) == events


def test_what_people_said_comes_back_in_its_place(tmp_path: Path) -> None:
    quiet = SessionEvent(runner="", session="", time_s=1.0, kind="quiet_on", text="Cues off")
    pace = SpeedReading(runner="", session="", time_s=1.0, speed_mps=3.0, source=SpeedSource.PHONE)
    grass = Conditions(runner="", session="", time_s=2.0, surface=Surface.GRASS, grade_pct=5.0)
    said: list[RadioEvent] = [
        Told(at_s=1.0, item=quiet),
        Told(at_s=1.0, item=pace),
        Told(at_s=2.0, item=grass),
    ]
    events = [*some_seconds(1), *said, *some_seconds(2)[22:]]
    record(tmp_path / "run.scue", events)
    _, back = read_recording(tmp_path / "run.scue")
    assert list(back) == events


def test_the_same_events_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        record(tmp_path / name, some_seconds(3))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100
)
@given(data=st.data())
def test_a_recording_cut_anywhere_opens_up_to_the_cut(tmp_path: Path, data: st.DataObject) -> None:
    whole = tmp_path / "whole.scue"
    events = some_seconds(5)
    if not whole.exists():
        record(whole, events)
    everything = whole.read_bytes()
    stop = data.draw(st.integers(0, len(everything)))
    cut = tmp_path / "cut.scue"
    cut.write_bytes(everything[:stop])
    if stop < header_bytes(everything):
        with pytest.raises(RecordingError, match="cut before"):
            read_recording(cut)
        return
    header, back = read_recording(cut)
    read = list(back)
    assert header == HEADER
    assert read == events[: len(read)]
    second_bytes = len(everything) / 5
    assert len(read) >= 20 * (stop / second_bytes - 2)


def test_a_crash_costs_at_most_the_second_that_was_not_written_yet(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.scue", HEADER)
    events = some_seconds(10)
    for event in events:
        writer.write(event)
    _, back = read_recording(tmp_path / "run.scue")  # the writer is still open
    assert time_of(list(back)[-1]) >= time_of(events[-1]) - 1.1
    writer.close()


@pytest.mark.parametrize("at", [20, 4_000])
def test_damage_before_the_end_is_told_not_hidden(tmp_path: Path, at: int) -> None:
    path = tmp_path / "run.scue"
    record(path, some_seconds(5))
    bad = bytearray(path.read_bytes())
    bad[at] ^= 0x10
    path.write_bytes(bytes(bad))
    with pytest.raises(RecordingError, match=r"damaged at byte|header that cannot be read"):
        list(read_recording(path)[1])


def test_a_full_disk_gives_one_line_and_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "run.scue"
    events = some_seconds(20)
    writer = RecordingWriter(path, HEADER)
    taken: list[RadioEvent] = []

    def go_on_until_it_fails() -> None:
        for event in events:
            writer.write(event)
            taken.append(event)

    with files_no_longer_than(20_000), pytest.raises(ServiceError) as caught:
        go_on_until_it_fails()
    assert str(path) in str(caught.value)
    assert "make room" in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(ServiceError):
        writer.write(events[0])
    writer.close()
    assert path.stat().st_size < 20_000  # no torn chunk is left at the end
    read = list(read_recording(path)[1])
    assert read == events[: len(read)]
    assert len(read) >= len(taken) - 21 > 0


def test_a_full_disk_at_the_very_end_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "run.scue"
    writer = RecordingWriter(path, HEADER)
    writer.write(some_seconds(1)[0])
    with files_no_longer_than(path.stat().st_size + 10), pytest.raises(ServiceError):
        writer.close()
    assert list(read_recording(path)[1]) == []


def test_what_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "run.scue"
    path.write_bytes(b"precious")
    with pytest.raises(RecordingError, match="already there"):
        RecordingWriter(path, HEADER)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize("what", ["nothing", "a folder", "empty", "a text"])
def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path, what: str) -> None:
    path = tmp_path / "run.scue"
    match what:
        case "a folder":
            path.mkdir()
        case "empty":
            path.touch()
        case "a text":
            path.write_text("t_s,ax,ay,az\n")
    with pytest.raises(RecordingError) as caught:
        read_recording(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="folder that exists"):
        RecordingWriter(tmp_path / "no" / "run.scue", HEADER)
