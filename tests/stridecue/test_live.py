import io

import numpy as np
import numpy.typing as npt
import zxingcpp
from rich.console import Console

from analytics.codec import Record
from analytics.records import Cue, SessionEvent, Why
from stridecue.live import LiveView, clock, qr_code
from tests.dashboards import loads, people

WHY = Why(metric="form", from_value=170, to_value=160, change_pct=-6, confidence=0.9)


def cue(*, shown: bool) -> Cue:
    return Cue(
        runner="r",
        session="s",
        time_s=83.0,
        kind="fading",
        shown=shown,
        suppressed_reason=None if shown else "warm-up",
        text="Form is fading.",
        why=WHY,
    )


def printed(*records: Record) -> str:
    out = io.StringIO()
    view = LiveView(console=Console(file=out, width=80), title="t")
    for record in records:
        view.take(record)
    return out.getvalue()


def test_without_a_terminal_a_shown_cue_is_one_line() -> None:
    assert printed(cue(shown=True)) == "1:23  cue  Form is fading.\n"


def test_a_cue_that_was_held_back_is_not_printed() -> None:
    assert printed(cue(shown=False)) == ""


def test_a_line_is_printed_as_it_is_whatever_a_name_has_in_it() -> None:
    text = "Anna [left] AA:AB:0E, shoe :running_shoe:"
    event = SessionEvent(runner="r", session="s", time_s=60.0, kind="note", text=text)
    assert printed(event) == f"1:00  {text}\n"


def test_a_lost_sensor_is_said() -> None:
    event = SessionEvent(
        runner="r", session="s", time_s=60.0, kind="sensor_lost", text="Left pod lost, cues paused"
    )
    assert "Left pod lost" in printed(event)


def test_a_run_past_its_line_is_one_line() -> None:
    assert printed(loads.longest_run(83.0)).startswith("1:23  5.6 km: more than 110 %")
    assert printed(people.alert(83.0)) == ""


def pixels(blocks: str) -> npt.NDArray[np.uint8]:
    """Draw the terminal's half blocks: the QR code's dark modules are left unset by them."""
    rows = []
    for line in blocks.splitlines():
        rows.append([255 if sign in "█▀" else 0 for sign in line])
        rows.append([255 if sign in "█▄" else 0 for sign in line])
    return np.kron(np.array(rows, np.uint8), np.ones((4, 4), np.uint8)).astype(np.uint8)


def test_a_phone_reads_the_address_off_the_terminal() -> None:
    address = "http://192.168.1.2:8000/run/demo#0123456789abcdef0123456789"
    (found,) = zxingcpp.read_barcodes(pixels(qr_code(address)))
    assert found.text == address


def test_session_time_reads_as_minutes_and_seconds() -> None:
    assert clock(3601.9) == "60:01"
