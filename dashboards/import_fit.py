"""FIT activities of any maker: what each session in them says of a run."""

from __future__ import annotations

import gzip
import io
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import fitdecode

from analytics.errors import InputError
from analytics.records import Placement, SpeedSource, Surface
from dashboards.fit_layouts import OWN_OF_SESSION
from dashboards.fit_legs import leg_of
from dashboards.imported import ImportedRun

Message: TypeAlias = dict[str, Any]

_SURFACES: Final = {
    "treadmill": Surface.TREADMILL,
    "indoor_running": Surface.TREADMILL,
    "trail": Surface.TRAIL,
    "track": Surface.TRACK,
}
_BROKEN: Final = "export it again, or leave it out"


def read_fit(path: Path) -> list[ImportedRun]:
    """Return the activities of a FIT file (also gzipped), those that are no run among them.

    Raises
    ------
    InputError
        The file cannot be read, is broken, or holds no activity.

    """
    found = [dict(_run_fields(m), place=path.name) for m in _sessions(path)]
    if not found:
        raise InputError("no activity in it", where=str(path), mend="give a FIT activity")
    return [ImportedRun(**fields) for fields in found]


def _sessions(path: Path) -> list[Message]:
    """Return the session messages, which close a file."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # makers' own fields that the profile does not know
            return list(_read(data))
    except (fitdecode.FitError, EOFError, gzip.BadGzipFile) as error:
        what = f"no whole FIT file ({error})"
        raise InputError(what, where=str(path), mend=_BROKEN) from error
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise InputError(what, where=str(path), mend="check the path") from error


def _read(data: bytes) -> Iterator[Message]:
    reader = fitdecode.FitReader(
        io.BytesIO(data),
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.WARN,
    )
    with reader as frames:
        for frame in frames:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "session":
                yield {field.name: field.value for field in frame.fields}


def _run_fields(message: Message) -> Message:
    """Return what a session message says, as fields of `ImportedRun`."""
    start = message.get("start_time")
    elapsed_s = message.get("total_elapsed_time") or message.get("total_timer_time")
    if not isinstance(start, datetime) or not elapsed_s:
        return {"what": "unknown", "start_utc_ns": 0, **_NOTHING}
    moving_s = message.get("total_timer_time") or elapsed_s
    sub_sport = message.get("sub_sport")
    sport = str(message.get("sport") or "unknown")
    return {
        "what": "run" if sport == "running" else sport.replace("_", " "),
        "start_utc_ns": round(start.timestamp()) * 1_000_000_000,
        "duration_s": float(elapsed_s),
        "running_s": float(min(moving_s, elapsed_s)),
        "distance_m": _positive(message.get("total_distance")),
        "surface": _SURFACES.get(str(sub_sport)),
        "cadence_spm": _cadence(message),
        **_own(message),
    }


_NOTHING: Final[Message] = {"duration_s": 0.0, "running_s": 0.0, "distance_m": None}


def _own(message: Message) -> Message:
    """Return what our developer fields say besides, if the file is one of ours."""
    own = {name: message.get(name) for name in OWN_OF_SESSION}
    if not own["session_id"]:
        return {}
    out: Message = {
        "session": own["session_id"],
        "simulated": bool(own["simulated"]),
        "shoe": own["shoe"] or None,
        "left": leg_of(own["load_left"]),
        "right": leg_of(own["load_right"]),
    }
    if own["surface"]:
        out["surface"] = Surface(own["surface"])
    if own["placement"]:
        out["placement"] = Placement(own["placement"])
    if own["distance_source"]:
        out["source"] = SpeedSource(own["distance_source"])
    if own["covered"] is not None:
        out |= {"covered": own["covered"], "running_s": own["running_time"]}
    return out


def _cadence(message: Message) -> float | None:
    whole = message.get("avg_running_cadence", message.get("avg_cadence"))
    if whole is None:
        return None
    return 2.0 * float(whole + (message.get("avg_fractional_cadence") or 0.0))


def _positive(value: float | None) -> float | None:
    """Return metres; makers write zero where the distance is not known."""
    return float(value) if value else None
