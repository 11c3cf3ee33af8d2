"""Runs of single strides with a change of form and with scenes in which nobody may be spoken to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.gate import QUIET_OFF, QUIET_ON
from analytics.merge import FormItem
from analytics.records import (
    Activity,
    Conditions,
    FloatArray,
    Gap,
    Progress,
    SessionEvent,
    Side,
    Stride,
)
from bench.cueing import reality
from bench.drifting.series import Change, Leg, Run, legs
from tests.analytics.runners import LEGS, RUNNER, SESSION, stride

WARM_UP_S = 480.0
_FULL_IN_S = 600.0
_WINDOW_S = 30.0
_TURN_STRIDES = (1.25, 1.35, 1.25)  # how much longer the strides of a turn take


class SceneKind(StrEnum):
    """Something during which no cue may come."""

    PAUSE = "pause"
    WALK = "walk"
    GAP = "gap"
    QUIET = "quiet"
    SLOPE = "slope"
    TURN = "turn"


_TOLD = frozenset({SceneKind.QUIET, SceneKind.SLOPE})  # form is the runner's own meanwhile


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One of them."""

    kind: SceneKind
    start_s: float
    end_s: float

    @property
    def silent_until_s(self) -> float:
        """When a window has nothing of it any more: what it holds back lasts so long."""
        return self.end_s + (0.0 if self.kind in _TOLD else _WINDOW_S)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A way to tire: relative changes as ranges, slow or sudden.

    `peak_right` is on top for the right leg. Ranges: Mizrahi 2000 (cadence), Hanley 2014 (contact),
    Clansey 2012 and Abt 2011 (unchanged impact).
    """

    name: str
    cadence: tuple[float, float] = (0.0, 0.0)
    contact: tuple[float, float] = (0.0, 0.0)
    peak: tuple[float, float] = (0.0, 0.0)
    peak_right: tuple[float, float] = (0.0, 0.0)
    cv: float = 0.0
    speed_mps: float = 0.0
    minutes: float = 35.0
    from_s: float = 900.0
    sudden: bool = False


FRESH = Preset(name="fresh", minutes=60.0)
TIRED = (
    Preset(
        name="typical-tired",
        cadence=(-0.03, -0.02),
        contact=(0.04, 0.06),
        peak=(0.08, 0.15),
        cv=0.3,
    ),
    Preset(
        name="hard",
        cadence=(-0.05, -0.05),
        contact=(0.08, 0.08),
        peak=(0.30, 0.60),
        peak_right=(0.11, 0.11),
        cv=0.3,
    ),
    Preset(name="stiff", cadence=(-0.01, 0.0), contact=(0.06, 0.10)),
    Preset(
        name="slowing",
        cadence=(-0.02, -0.01),
        contact=(0.03, 0.05),
        peak=(0.08, 0.15),
        cv=0.3,
        speed_mps=-0.36,
    ),
    Preset(name="treadmill", cadence=(-0.03, -0.02), contact=(-0.06, -0.04)),
    Preset(
        name="break",
        cadence=(-0.03, -0.03),
        contact=(0.05, 0.06),
        peak=(0.12, 0.15),
        from_s=1260.0,
        sudden=True,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A run of a preset; everything follows from the seed."""

    preset: Preset
    seed: int

    def run(self) -> Run:
        """Return the run without its scenes."""
        rng = np.random.default_rng([self.seed, 21])
        preset = self.preset
        start_s = preset.from_s
        change = Change(
            start_s=start_s,
            full_s=start_s if preset.sudden else start_s + _FULL_IN_S,
            cadence=float(rng.uniform(*preset.cadence)),
            contact=float(rng.uniform(*preset.contact)),
            peak=float(rng.uniform(*preset.peak)),
            cv=preset.cv,
            speed_mps=preset.speed_mps,
        )
        return Run(seed=self.seed, minutes=preset.minutes, change=change)

    def scenes(self) -> list[Scene]:
        """Return one scene of each kind, in a random order, in every run's second half and more."""
        rng = np.random.default_rng([self.seed, 22])
        kinds = list(SceneKind)
        rng.shuffle(kinds)
        last_s = self.preset.minutes * 60.0 - 150.0
        starts = np.linspace(700.0, last_s, len(kinds)) + rng.uniform(0.0, 60.0, len(kinds))
        return [
            Scene(
                kind=kind, start_s=float(round(at)), end_s=float(round(at + _length_s(kind, rng)))
            )
            for kind, at in zip(kinds, starts.tolist(), strict=True)
        ]

    def real_s(self) -> float | None:
        """Return when the change is real (bench/cueing/reality.py); None: never."""
        change = self.run().change
        whole = float(
            reality.spreads(
                peak=np.array(change.peak),
                contact=np.array(change.contact),
                cadence=np.array(change.cadence),
                faster_mps=np.array(change.speed_mps),
            )
        )
        if whole < reality.FORM_BAND:
            return None
        return change.start_s + (change.full_s - change.start_s) * reality.FORM_BAND / whole

    def items(self) -> Iterator[FormItem]:
        """Give strides, seconds and scenes as they would be analysed, in time order."""
        scenes, timed = self.scenes(), list[tuple[float, int, FormItem]]()
        for side, leg in legs(self.run()).items():
            timed += [(s.end_s + 0.08, 0, s) for s in self._strides(side, leg, scenes)]
            timed += [(float(t), 1, p) for t, p in self._seconds(side, scenes)]
        for scene in scenes:
            timed += [(at, 2, item) for at, item in _told(scene)]
        for _, _, item in sorted(timed, key=lambda entry: entry[:2]):
            yield item

    def _strides(self, side: Side, leg: Leg, scenes: list[Scene]) -> Iterator[Stride]:
        silent = {SceneKind.PAUSE, SceneKind.WALK, SceneKind.GAP}
        away = [s for s in scenes if s.kind in silent]
        turns = [s for s in scenes if s.kind is SceneKind.TURN]
        harder = self._harder(side, leg.end_s)
        for i, end_s in enumerate(leg.end_s.tolist()):
            time_s, speed = float(leg.stride_time_s[i]), float(leg.speed_mps[i])
            if any(s.start_s <= end_s <= s.end_s + 1.0 for s in away):
                continue
            for turn in turns:
                step = int((end_s - turn.start_s) / time_s)
                if end_s - turn.start_s >= 0 and step < len(_TURN_STRIDES):
                    time_s, speed = time_s * _TURN_STRIDES[step], 0.4 * speed
            yield stride(
                side,
                end_s - time_s,
                time_s,
                float(leg.contact_time_s[i]),
                float(leg.peak_g[i] * harder[i]),
                speed_mps=speed,
                time_to_peak_s=float(leg.time_to_peak_s[i]),
            )

    def _harder(self, side: Side, time_s: FloatArray) -> FloatArray:
        low, high = self.preset.peak_right
        more = 0.5 * (low + high) if side is Side.RIGHT else 0.0
        return 1.0 + more * self.run().change.share(time_s)

    def _seconds(self, side: Side, scenes: list[Scene]) -> Iterator[tuple[int, Progress]]:
        does = {
            SceneKind.PAUSE: Activity.STILL,
            SceneKind.WALK: Activity.WALKING,
            SceneKind.GAP: Activity.GAP,
        }
        for t in range(1, int(self.preset.minutes * 60) + 1):
            now = next((s.kind for s in scenes if s.start_s < t <= s.end_s), None)
            activity = does.get(now, Activity.RUNNING) if now else Activity.RUNNING
            yield t, Progress(worn=LEGS[side], until_s=float(t), activity=activity)


def _length_s(kind: SceneKind, rng: np.random.Generator) -> float:
    if kind is SceneKind.TURN:
        return 3.0
    return float(rng.uniform(20.0, 75.0))


def _told(scene: Scene) -> list[tuple[float, FormItem]]:
    match scene.kind:
        case SceneKind.QUIET:
            kinds = ((scene.start_s, QUIET_ON), (scene.end_s, QUIET_OFF))
            return [
                (t, SessionEvent(runner=RUNNER, session=SESSION, time_s=t, kind=kind, text=""))
                for t, kind in kinds
            ]
        case SceneKind.SLOPE:
            grades = ((scene.start_s, 6.0), (scene.end_s, 0.0))
            return [
                (t, Conditions(runner=RUNNER, session=SESSION, time_s=t, grade_pct=grade))
                for t, grade in grades
            ]
        case SceneKind.GAP:
            return [
                (
                    scene.end_s,
                    Gap(
                        worn=LEGS[side],
                        first_index=round(scene.start_s * 200),
                        start_s=scene.start_s,
                        end_s=scene.end_s,
                        n_samples=round((scene.end_s - scene.start_s) * 200),
                        reason="lost",
                    ),
                )
                for side in Side
            ]
        case _:
            return []
