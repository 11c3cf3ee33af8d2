"""The recordings of a data folder: what is there, our records of each, and its samples for peers.

Layouts are those of the public sets (docs/validation.md names them), and one for anybody's own:
a folder with `truth_contacts.csv` (side, contact_s, and where known toe_off_s, stride_length_m,
speed_mps) beside `shin_left.csv`, `shin_right.csv`, `shoe_left.csv`, `shoe_right.csv` (or .csv.gz;
columns t_s, ax_g ... gz_dps; peers read x as forward, y as left, z as up).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from analytics.records import Placement, Side
from bench.peers.leg import LONGEST_STRIDE_S, Leg
from bench.truth import frames
from bench.truth.tables import numbers, text_rows
from stridecue.analyze import Reading, analyze

LAPS, OUTDOORS, PLATE = (
    "foot_imu_vicon_pyshoe",
    "shoe_accel_outdoor_adept",
    "treadmill_forceplate_mocap_",
)
WALKING, SHIN_WALKING = "walking_both_feet_gaitmap", "shin_walking_2g_clipped_imuf"
OWN = "truth_contacts.csv"
WALKING_HZ = 204.8


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One session: a file a leg, in the order of `sides`.

    Attributes
    ----------
    kind : str
        laps, outdoors, plate, own or quiet: which score it goes to.
    folder : Path
        Where its truth lies.
    group, name : str
        Its place under a folder of records, as the stand-alone scorer expects it.
    mount : array or None
        As of `frames.leg`; "unknown" to find one.

    """

    kind: str
    group: str
    name: str
    folder: Path
    files: tuple[Path, ...]
    placement: Placement
    sides: tuple[Side, ...]
    range_g: float | None = None
    label: str = ""
    mount: str | None = None

    def legs(self) -> list[Leg]:
        """Return each leg's samples as peers need them."""
        return [self._leg(path) for path in self.files]

    def _leg(self, path: Path) -> Leg:
        table = numbers(path)
        if not {"t_s", "ax_g"} <= set(table) and not {"t_s", "ax_mps2"} <= set(table):
            raise ValueError(f"{path}: its columns must be t_s, ax_g or ax_mps2, and so on")
        mounts = {None: None, "z down": frames.UP_SIDE_DOWN}
        found = frames.unknown_mount(table) if self.mount == "unknown" else mounts[self.mount]
        return frames.leg(table, mount=found)

    def ours(self, records: Path) -> list[dict[str, Any]]:
        """Analyse the files as `stridecue analyze` does and return the strides' rows."""
        out = records / self.group / self.name
        reading = Reading(placement=self.placement, range_g=self.range_g)
        analyze(self.files, sides=self.sides, reading=reading, out=out)
        return [json.loads(line) for line in (out / "strides.jsonl").read_text().splitlines()]


def recordings(data: Path, scratch: Path) -> list[Recording]:
    """Return all recordings of a data folder, sets it does not have left out."""
    return [
        *_laps(data / LAPS),
        *_outdoors(data / OUTDOORS),
        *_plates(data),
        *_walking(data / WALKING, scratch),
        *_shin_walking(data / SHIN_WALKING),
        *_own(data),
    ]


def _laps(folder: Path) -> Iterator[Recording]:
    if not folder.is_dir():
        return
    for trial in text_rows(folder / "trials.csv"):
        yield Recording(
            kind="laps" if trial["label"] == "run" else "quiet",
            group=LAPS,
            name=trial["trial"],
            folder=folder,
            files=(folder / f"{trial['trial']}_imu.csv.gz",),
            placement=Placement.SHOE,
            sides=(Side.RIGHT,),
            range_g=8.0,
            label=trial["label"],
            mount="z down",
        )


def _outdoors(folder: Path) -> Iterator[Recording]:
    if folder.is_dir():
        yield Recording(
            kind="outdoors",
            group=OUTDOORS,
            name="left_shoe",
            folder=folder,
            files=(folder / "left_shoe_100hz.csv.gz",),
            placement=Placement.SHOE,
            sides=(Side.LEFT,),
            range_g=8.0,
            mount="unknown",
        )


def _plates(data: Path) -> Iterator[Recording]:
    for folder in sorted(path.parent for path in data.glob(f"{PLATE}*/**/truth_steps.csv")):
        for part, placement in (("shank", Placement.SHIN), ("foot", Placement.SHOE)):
            found = {
                side: path
                for side in Side
                for path in folder.glob(f"virtual_{part}_imu_{side[0].upper()}_*hz.csv.gz")
            }
            yield Recording(
                kind="plate",
                group=str(folder.relative_to(data)),
                name=part,
                folder=folder,
                files=tuple(found.values()),
                placement=placement,
                sides=tuple(found),
            )


def _walking(folder: Path, scratch: Path) -> Iterator[Recording]:
    """Split the file with two header rows into one plain file a foot."""
    if not folder.is_dir():
        return
    with (folder / "imu_sample.csv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    sensors, axes = rows[0], rows[1]
    first = next(i for i, row in enumerate(rows) if row[0].isdigit())
    table = np.array(rows[first:], float)
    made = scratch / "_inputs" / WALKING
    made.mkdir(parents=True, exist_ok=True)
    for side in Side:
        at = {axis: k for k, axis in enumerate(axes) if sensors[k].startswith(side.value)}
        cells = table[:, [at[f"{kind}_{axis}"] for kind in ("acc", "gyr") for axis in "xyz"]]
        cells = np.column_stack([np.arange(len(table)) / WALKING_HZ, cells])
        header = "t_s,ax_mps2,ay_mps2,az_mps2,gx_dps,gy_dps,gz_dps"
        np.savetxt(
            made / f"{side.value}.csv", cells, delimiter=",", fmt="%.6f", header=header, comments=""
        )
    yield Recording(
        kind="quiet",
        group=WALKING,
        name="both_feet",
        folder=folder,
        files=tuple(made / f"{side.value}.csv" for side in Side),
        placement=Placement.SHOE,
        sides=tuple(Side),
        label="walk",
        mount="unknown",
    )


def _shin_walking(folder: Path) -> Iterator[Recording]:
    if folder.is_dir():
        yield Recording(
            kind="quiet",
            group=SHIN_WALKING,
            name="shin",
            folder=folder,
            files=(folder / "shin_50hz.csv.gz",),
            placement=Placement.SHIN,
            sides=(Side.RIGHT,),
            range_g=2.0,
            label="walk",
            mount="unknown",
        )


def _own(data: Path) -> Iterator[Recording]:
    for folder in sorted(path.parent for path in data.glob(f"**/{OWN}")):
        for placement in Placement:
            found = {
                side: path
                for side in Side
                for path in sorted(folder.glob(f"{placement.value}_{side.value}.csv*"))
            }
            if found:
                yield Recording(
                    kind="own",
                    group=f"own/{folder.relative_to(data)}",
                    name=placement.value,
                    folder=folder,
                    files=tuple(found.values()),
                    placement=placement,
                    sides=tuple(found),
                )


def plate_truth(recording: Recording) -> dict[Side, list[dict[str, Any]]]:
    """Return the true contacts of each leg in order, with the columns `plate.ERRORS` names."""
    plate = recording.kind == "plate"
    rows = text_rows(recording.folder / ("truth_steps.csv" if plate else OWN))
    out = {}
    for side in recording.sides:
        mine = side[0].upper() if plate else side.value
        steps = [row for row in rows if row["foot" if plate else "side"] == mine]
        out[side] = [_with_duty(step) for step in (steps if plate else _as_steps(steps))]
    return out


def _as_steps(rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the lines of a user's truth under the force plate's names."""
    names = {
        "contact_s": "ic_s",
        "toe_off_s": "to_s",
        "stride_length_m": "stride_length_m",
        "speed_mps": "stride_speed_mps",
    }
    steps: list[dict[str, Any]] = [
        {his: row[mine] for mine, his in names.items() if row.get(mine)} for row in rows
    ]
    for step in steps:
        if "to_s" in step:
            step["gct_s"] = float(step["to_s"]) - float(step["ic_s"])
    for step, following in pairwise(steps):
        lasts_s = float(following["ic_s"]) - float(step["ic_s"])
        if lasts_s < LONGEST_STRIDE_S:
            step["stride_time_s"] = lasts_s
    return steps


def _with_duty(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return the step with its duty factor, where contact and stride are known."""
    contact_s, stride_s = (step.get(name) or None for name in ("gct_s", "stride_time_s"))
    if contact_s is None or stride_s is None:
        return dict(step)
    return {**step, "duty_factor": float(contact_s) / float(stride_s)}


def authors_class(recording: Recording, side: Side) -> str | None:
    """Return the class of foot strike that the set's authors gave, None where they gave none."""
    path = recording.folder / "summary.json"
    if recording.kind != "plate" or not path.exists():
        return None
    told = json.loads(path.read_text()).get(f"strike_class_author_{side[0].upper()}")
    return str(told).lower() if told else None


def by_side(rows: Sequence[dict[str, Any]], side: Side) -> list[dict[str, Any]]:
    """Return one leg's strides."""
    return [row for row in rows if row["side"] == side.value]
