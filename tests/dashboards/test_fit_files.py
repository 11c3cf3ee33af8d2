"""Exported FIT activities: two other readers find what the store has, import gives it back."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import fitdecode
import pytest
from garmin_fit_sdk import Decoder, Stream

from analytics.errors import InputError
from analytics.load.records import LoadEntry
from analytics.records import DriftLevel, Placement, Side, SpeedSource, Surface
from dashboards.export_fit import Activity, fit_bytes
from dashboards.export_seconds import Second, seconds
from dashboards.fit_layouts import OWN
from dashboards.fit_wire import EPOCH_S, Base, Field, Layout, file_bytes
from dashboards.import_fit import read_fit
from dashboards.plots.session import session_rows
from tests.dashboards import loads, people
from tests.dashboards.test_plots_history import entries

# Header, definition of time and distance, a record of 12.5 m, one of nothing, checksum.
GOLDEN = (
    "0e20a6521e0000002e4649541ffb400000140002fd04860504860000358743e204000000ffffffffffffffffd003"
)
START_S = people.STARTED_UTC_NS // 10**9
Message = dict[str, Any]
Reader = Callable[[Path], dict[str, list[Message]]]


@pytest.fixture(scope="module")
def entry() -> LoadEntry:
    (run,) = entries(1)
    return replace(
        run,
        session=people.SESSION,
        distance_m=2450.0,
        parts_m={SpeedSource.FOOT_IMU: 2450.0},
        source=SpeedSource.FOOT_IMU,
        placement=Placement.SHIN,
        surface=Surface.TRACK,
        covered=0.98,
        running_s=840.0,
        duration_s=875.0,
        speed_mps=2450.0 / (840.0 * 0.98),
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, entry: LoadEntry) -> list[Second]:
    """A quarter of an hour with a hole in it, drift, and cues, second by second."""
    records = [
        replace(
            people.stride(n),
            speed_mps=2.8 + 0.001 * n,
            stride_length_m=2.0 + 0.0001 * n,
            peak_accel_resultant_g=5.0 + 0.001 * n,
            contact_time_s=0.25 if n % 2 else 0.26,
        )
        for n in range(2500)
        if not 1000 <= n < 1100
    ]
    with people.begun_store(tmp_path_factory.mktemp("fit") / "s.db") as store:
        store.write(records)
        store.write([people.drift(300.0, level=DriftLevel.NOTICE), people.drift(360.0)])
        store.write([people.cue(361.5), people.cue(400.0, shown=False)])
        store.write([loads.distance(t, metres=2.8 * t) for t in (10.0, 400.0, 860.0)])
        rows = session_rows(store, runner=people.RUNNER, session=people.SESSION)
        way = store.rows("distance", runner=people.RUNNER, session=people.SESSION)
        return seconds(rows, distance=way, total_m=entry.distance_m)


@pytest.fixture(scope="module")
def fit_file(
    tmp_path_factory: pytest.TempPathFactory, entry: LoadEntry, told: list[Second]
) -> Path:
    path = tmp_path_factory.mktemp("fit") / "run.fit"
    activity = Activity(
        session=people.SESSION,
        started_utc_ns=people.STARTED_UTC_NS,
        zone="Europe/Berlin",
        simulated=True,
        entry=entry,
        seconds=told,
    )
    path.write_bytes(fit_bytes(activity))
    return path


def by_fitdecode(path: Path) -> dict[str, list[Message]]:
    """Strict: any flaw is an error (warnings are errors in the tests)."""
    out: dict[str, list[Message]] = {}
    with fitdecode.FitReader(
        path, check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as frames:
        for frame in frames:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                out.setdefault(frame.name, []).append({f.name: f.value for f in frame.fields})
    return out


def by_garmin(path: Path) -> dict[str, list[Message]]:
    decoder = Decoder(Stream.from_file(str(path)))
    assert decoder.is_fit()
    assert decoder.check_integrity()
    read: tuple[Any, list[Exception]] = Decoder(Stream.from_file(str(path))).read()
    messages, errors = read
    assert errors == []
    names = {field.number: name for name, (_, field) in OWN.items()}
    return {
        kind.removesuffix("_mesgs"): [
            {**m, **{names[n]: _known(v) for n, v in m.get("developer_fields", {}).items()}}
            for m in found
        ]
        for kind, found in messages.items()
    }


def _known(value: Any) -> Any:  # noqa: ANN401 - a field of any type
    """An unknown float is NaN to this reader and None to the other."""
    return None if isinstance(value, float) and isnan(value) else value


READERS = pytest.mark.parametrize("reader", [by_fitdecode, by_garmin])


def as_float32(value: float) -> float:
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


@READERS
def test_both_readers_find_every_second_as_the_store_has_it(
    reader: Reader, fit_file: Path, told: list[Second]
) -> None:
    records = reader(fit_file)["record"]
    assert len(records) == len(told) == 877
    for record, second in zip(records, told, strict=True):
        assert record["timestamp"].timestamp() == START_S + second.time_s
        assert record["distance"] == pytest.approx(second.distance_m, abs=0.0051)
        cadence = record.get("cadence")
        if second.cadence_spm is None:
            assert cadence is None
            assert record.get("impact_left") is record.get("impact_right") is None
            continue
        spm = 2.0 * (cadence + record["fractional_cadence"])
        assert spm == pytest.approx(second.cadence_spm, abs=1 / 128)
        assert record["enhanced_speed"] == pytest.approx(second.speed_mps, abs=0.00051)
        assert second.contact_time_s is not None
        assert second.step_length_m is not None
        assert record["stance_time"] == pytest.approx(second.contact_time_s * 1000.0, abs=0.051)
        assert record["step_length"] == pytest.approx(second.step_length_m * 1000.0, abs=0.051)
        if second.balance_pct is not None:
            assert record["stance_time_balance"] == pytest.approx(second.balance_pct, abs=0.0051)
        for side in Side:
            held = getattr(second, f"impact_{side}_g")
            assert record.get(f"impact_{side}") == (None if held is None else as_float32(held))
        assert record["drift"] == second.drift


def test_the_seconds_are_the_strides_under_way_and_nothing_fills_a_gap(told: list[Second]) -> None:
    assert told[100].impact_left_g == 5.0 + 0.001 * 284  # contacts every 0.35 s: 284 began at 99.4
    assert told[100].impact_right_g == 5.0 + 0.001 * 285
    assert told[360].cadence_spm is None
    assert told[360].distance_m is not None
    assert [told[t].drift for t in (299, 300, 360, 876)] == [0, 1, 2, 2]
    assert [(s.time_s, s.cue) for s in told if s.cue] == [(362.0, "Land quietly.")]


@READERS
def test_laps_are_kilometres_and_add_up_to_the_session(reader: Reader, fit_file: Path) -> None:
    found = reader(fit_file)
    (session,), laps = found["session"], found["lap"]
    assert [round(lap["total_distance"], -1) for lap in laps] == [1000.0, 1000.0, 450.0]
    assert sum(lap["total_distance"] for lap in laps) == pytest.approx(2450.0, abs=0.02)
    assert sum(lap["total_elapsed_time"] for lap in laps) == session["total_elapsed_time"] == 876.0
    assert session["total_distance"] == 2450.0
    assert (session["sport"], session["sub_sport"], session["num_laps"]) == ("running", "track", 3)
    assert session["session_id"] == people.SESSION
    assert session["distance_source"] == "foot imu"
    assert session["enhanced_avg_speed"] == pytest.approx(2450.0 / 876.0, abs=0.001)
    (activity,) = found["activity"]
    assert activity["num_sessions"] == 1
    assert [event["event_type"] for event in found["event"]] == ["start", "stop_all"]


@READERS
def test_cues_and_developer_fields_are_described(reader: Reader, fit_file: Path) -> None:
    found = reader(fit_file)
    assert [r["cue"] for r in found["record"] if r.get("cue")] == ["Land quietly."]
    described = {d["field_name"]: d["units"] for d in found["field_description"]}
    flat = {
        (name[0] if isinstance(name, list | tuple) else name): unit
        for name, unit in described.items()
    }
    assert flat == {name: unit for name, (unit, _) in OWN.items()}
    (application,) = found["developer_data_id"]
    assert len(application["application_id"]) == 16


def test_import_gives_the_run_back(fit_file: Path, entry: LoadEntry) -> None:
    (run,) = read_fit(fit_file)
    back = run.entry(people.RUNNER, zone="UTC")
    assert run.simulated
    assert (back.session, back.imported) == (people.SESSION, "run.fit")
    assert (back.source, back.surface, back.placement) == (
        entry.source,
        entry.surface,
        entry.placement,
    )
    assert (back.shoe, back.start_utc_ns // 10**9) == (entry.shoe, START_S)
    assert back.distance_m == entry.distance_m
    assert back.covered == pytest.approx(entry.covered, rel=1e-6)
    assert back.speed_mps == pytest.approx(entry.speed_mps, rel=1e-6)
    assert back.left is not None
    assert entry.left is not None
    assert back.left.n_strides == entry.left.n_strides
    assert back.left.resultant.dose_g4 == pytest.approx(entry.left.resultant.dose_g4, rel=1e-6)
    assert back.left.axial is None


@pytest.mark.parametrize("cut", [0, 10, 14, 1000, -1])
def test_a_broken_file_is_one_clear_line(fit_file: Path, tmp_path: Path, cut: int) -> None:
    broken = tmp_path / "broken.fit"
    broken.write_bytes(fit_file.read_bytes()[:cut])
    with pytest.raises(InputError) as caught:
        read_fit(broken)
    assert str(caught.value).startswith(str(broken))
    assert "\n" not in str(caught.value)


def test_a_flipped_bit_is_noticed(fit_file: Path, tmp_path: Path) -> None:
    data = bytearray(fit_file.read_bytes())
    data[len(data) // 2] ^= 4
    flipped = tmp_path / "flipped.fit"
    flipped.write_bytes(bytes(data))
    with pytest.raises(InputError, match="no whole FIT file"):
        read_fit(flipped)


def test_a_fit_file_without_an_activity_says_so(tmp_path: Path) -> None:
    course = tmp_path / "course.fit"
    layout = Layout(number=0, fields=(Field(number=0, base=Base.ENUM),))
    course.write_bytes(file_bytes([(layout, (6,))]))
    with pytest.raises(InputError, match="no activity in it"):
        read_fit(course)


def test_golden_bytes_of_a_small_file() -> None:
    layout = Layout(
        number=20,
        fields=(
            Field(number=253, base=Base.UINT32),
            Field(number=5, base=Base.UINT32, scale=100.0),
        ),
    )
    data = file_bytes([(layout, (1_764_000_000 - EPOCH_S, 12.5)), (layout, (None, None))])
    assert data.hex() == GOLDEN
