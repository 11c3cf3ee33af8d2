"""All pictures of one stored session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics.records import Slope
from dashboards.judged_shelf import JudgedShelf
from dashboards.plots.course import drift_picture, gap_picture, guidance_picture
from dashboards.plots.cues import cue_picture
from dashboards.plots.impact import dose_picture, peaks_picture, speed_picture
from dashboards.plots.picture import Picture, Row
from dashboards.plots.thirds import thirds_picture
from dashboards.store import Store

_EVERY = 10**7  # rows of one session
# What pictures tell of strides, of which a run has thousands: a fifth of their columns.
PLOTTED = (
    "side",
    "time_s",
    "stride_time_s",
    "peak_accel_axial_g",
    "peak_accel_resultant_g",
    "clipped",
    "revision",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRows:
    """One session's rows by table, in order of time, and the runner's slopes."""

    strides: Sequence[Row] = ()
    windows: Sequence[Row] = ()
    drift: Sequence[Row] = ()
    cues: Sequence[Row] = ()
    guidance: Sequence[Row] = ()
    gaps: Sequence[Row] = ()
    slopes: Mapping[str, Slope] = field(default_factory=dict)

    @property
    def until_s(self) -> float:
        """Session time of the end."""
        ends = [row["time_s"] for row in self.windows[-1:]]
        ends += [row["time_s"] + row["stride_time_s"] for row in self.strides[-1:]]
        return max(ends, default=0.0)


def session_rows(
    store: Store, *, runner: str, session: str, of_strides: Sequence[str] = ()
) -> SessionRows:
    """Return what the store has of a session.

    Parameters
    ----------
    of_strides : sequence of str
        Columns of the strides to read, `PLOTTED` for pictures alone; all if not given.

    """

    def rows(table: str, columns: Sequence[str] = ()) -> Sequence[Row]:
        return store.rows(table, runner=runner, session=session, limit=_EVERY, columns=columns)

    baseline = JudgedShelf(store).baseline(runner, session) or store.baseline(runner)
    return SessionRows(
        strides=rows("strides", of_strides),
        windows=rows("windows"),
        drift=rows("drift"),
        cues=rows("cues"),
        guidance=rows("guidance"),
        gaps=rows("gaps"),
        slopes={} if baseline is None else baseline.slopes,
    )


def session_pictures(rows: SessionRows) -> list[Picture]:
    """Return all pictures of a session, the most telling first."""
    until_s = rows.until_s
    return [
        thirds_picture(rows.windows, known=rows.slopes),
        drift_picture(rows.drift, rows.cues, until_s=until_s),
        speed_picture(rows.windows, known=rows.slopes),
        cue_picture(rows.cues),
        dose_picture(rows.strides, until_s=until_s),
        peaks_picture(rows.strides),
        guidance_picture(rows.guidance, rows.windows, until_s=until_s),
        gap_picture(rows.gaps, rows.strides, until_s=until_s),
    ]
