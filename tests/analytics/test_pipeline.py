from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.codec import Record, dump_state, load_state
from analytics.form_stage import FormStage
from analytics.pipeline import FormPipeline
from analytics.records import (
    Alert,
    Baseline,
    Cue,
    Drift,
    DriftLevel,
    FormMetrics,
    Gap,
    LinkHealth,
    LinkState,
    Progress,
    SampleBlock,
    SessionEvent,
    Side,
    Stride,
    Worn,
)
from analytics.settings import AnalyticsSettings, demo_settings
from analytics.strides import StrideStage
from tests.analytics.runners import (
    LEGS,
    RUNNER,
    SESSION,
    Course,
    Runner,
    stored_baseline,
)
from tests.laws.law import (
    assert_block_edges_do_not_matter,
    assert_dump_and_load_go_on,
    assert_given_records_never_change,
    run,
)

RATE_HZ = 10.0
DEMO = Course(start_s=10, full_s=40, cadence=-0.05, contact=0.08, peak=0.30)
SHOWN = Runner(seed=1, minutes=2.5, course=DEMO)


class Scripted:
    """A stride stage that gives a leg's known strides as the samples reach them."""

    def __init__(self, worn: Worn, runner: Runner) -> None:
        self._items = [
            item
            for item in runner.items()
            if isinstance(item, Stride | Progress) and item.worn == worn
        ]
        self._n = 0

    def push(self, item: SampleBlock | Gap) -> Iterable[Stride | Progress]:
        until_s = item.end_s if isinstance(item, Gap) else float(item.time_s[-1])
        start = self._n
        while self._n < len(self._items) and _known_s(self._items[self._n]) <= until_s:
            self._n += 1
        return self._items[start : self._n]

    def finish(self) -> Iterable[Stride | Progress]:
        return []

    def dump(self) -> bytes:
        return dump_state("scripted", 1, {"n": self._n})

    def load(self, state: bytes) -> None:
        self._n = load_state("scripted", 1, state)["n"]


def _known_s(item: Stride | Progress) -> float:
    return item.until_s if isinstance(item, Progress) else item.end_s + 0.08


def block(side: Side, start_s: float, end_s: float) -> SampleBlock:
    first, last = round(start_s * RATE_HZ) + 1, round(end_s * RATE_HZ)
    time_s = np.arange(first, last + 1) / RATE_HZ
    return SampleBlock(
        worn=LEGS[side],
        first_index=first,
        time_s=time_s,
        accel_g=np.zeros((len(time_s), 3)),
        gyro_radps=None,
        range_g=16.0,
        rate_hz=RATE_HZ,
    )


def blocks(minutes: float, *, every_s: float = 1.0) -> list[SampleBlock]:
    edges = np.arange(0.0, minutes * 60 + 1e-9, every_s).tolist()
    return [block(side, a, b) for a, b in pairwise(edges) for side in Side]


def make(
    runner: Runner = SHOWN,
    baseline: Baseline | None = None,
    analytics: AnalyticsSettings | None = None,
) -> FormPipeline:
    return FormPipeline(
        runner=RUNNER,
        session=SESSION,
        worn=LEGS,
        strides=lambda worn: Scripted(worn, runner),
        settings=analytics or demo_settings(),
        baseline=baseline,
    )


def of(kind: type, found: Sequence[Record]) -> list[Record]:
    return [record for record in found if isinstance(record, kind)]


@pytest.mark.parametrize("seed", range(5))
def test_the_demo_shows_a_cue_and_raises_an_alert_within_85_seconds(seed: int) -> None:
    runner = Runner(seed=seed, minutes=85 / 60, course=DEMO)
    found = run(make(runner, stored_baseline()), blocks(85 / 60))
    assert [cue.kind for cue in of(Cue, found) if isinstance(cue, Cue) and cue.shown]
    assert of(Alert, found)


@pytest.mark.parametrize("seed", range(2))
def test_a_tired_runner_is_told_that_form_is_fading(seed: int) -> None:
    course = Course(start_s=600, full_s=1200, cadence=-0.025, contact=0.05, peak=0.11, cv=0.3)
    stage = FormStage(runner=RUNNER, session=SESSION, sides=list(Side), baseline=stored_baseline())
    found = run(stage, Runner(seed=seed, minutes=25, course=course).items())
    kinds = [cue.kind for cue in found if isinstance(cue, Cue) and cue.shown]
    assert "fading" in kinds


def test_a_fresh_runner_hears_nothing() -> None:
    stage = FormStage(runner=RUNNER, session=SESSION, sides=list(Side), baseline=stored_baseline())
    assert not of(Cue, run(stage, Runner(seed=4, minutes=40).items()))


def test_a_first_run_is_learnt_from_and_cues_nothing() -> None:
    course = Course(start_s=900, full_s=900, cadence=-0.06, contact=0.1, peak=0.4)
    stage = FormStage(runner=RUNNER, session=SESSION, sides=list(Side))
    found = run(stage, Runner(seed=5, minutes=22, course=course).items())
    assert not of(Cue, found)
    assert [e.text for e in found if isinstance(e, SessionEvent)] == ["Learning you"]
    assert isinstance(found[-1], Baseline)


def test_every_drift_alarm_gives_one_alert_about_it() -> None:
    found = run(make(SHOWN, stored_baseline()), blocks(2.5))
    drifts = [d for d in found if isinstance(d, Drift) and d.level is DriftLevel.ALARM]
    alerts = [a for a in found if isinstance(a, Alert)]
    assert drifts
    assert [alert.about for alert in alerts] == [drift.id for drift in drifts]
    assert {alert.kind for alert in alerts} == {"drift"}


def test_what_the_sensors_told_passes_through_unchanged() -> None:
    gap = Gap(
        worn=LEGS[Side.LEFT], first_index=0, start_s=5.0, end_s=5.2, n_samples=2, reason="loss"
    )
    link = LinkHealth(worn=LEGS[Side.LEFT], time_s=5.0, state=LinkState.CONNECTED)
    event = SessionEvent(runner=RUNNER, session=SESSION, time_s=5.0, kind="quiet_on", text="")
    pipeline = make()
    for item in (gap, link, event):
        assert next(iter(pipeline.push(item))) is item


def test_strides_leave_at_once_and_windows_with_the_slower_leg() -> None:
    pipeline = make()
    for start_s, end_s in ((0.0, 2.0), (2.0, 4.0)):
        for side in Side:
            pipeline.push(block(side, start_s, end_s))
    left = list(pipeline.push(block(Side.LEFT, 4.0, 6.0)))
    assert {type(record) for record in left} == {Stride}
    right = list(pipeline.push(block(Side.RIGHT, 4.0, 6.0)))
    assert [r.end_s for r in right if isinstance(r, FormMetrics)] == [5]


def test_a_gap_shows_in_the_coverage_of_the_windows_over_it() -> None:
    windows = [r for r in run(make(), with_a_gap(1.0)) if isinstance(r, FormMetrics)]
    coverage = {window.end_s: window.coverage for window in windows}
    assert coverage[60] == 1.0
    assert coverage[65] == pytest.approx(58 / 60)


def test_losing_one_sensor_leaves_the_other_leg_running_and_pauses_cues() -> None:
    runner = Runner(seed=6, minutes=3, course=DEMO)
    pipeline = make(runner, stored_baseline())
    found: list[Record] = []
    for sample_block in blocks(3):
        end_s = float(sample_block.time_s[-1])
        if sample_block.worn.side is Side.LEFT and end_s > 30:
            if end_s == 31:
                lost = LinkHealth(worn=LEGS[Side.LEFT], time_s=30.5, state=LinkState.LOST)
                found += pipeline.push(lost)
            continue
        found += pipeline.push(sample_block)
    windows = [r for r in found if isinstance(r, FormMetrics)]
    assert windows[-1].end_s == 180
    assert windows[-1].peak_accel_g.left is None
    assert windows[-1].peak_accel_g.right is not None
    cues = [r for r in found if isinstance(r, Cue)]
    assert {cue.suppressed_reason for cue in cues} == {"lost_sensor"}


def test_the_product_makes_its_own_stride_stages() -> None:
    pipeline = FormPipeline(runner=RUNNER, session=SESSION, worn=LEGS)
    state = load_state("legs", 2, load_state("pipeline", 4, pipeline.dump())["legs"])
    assert state["live"]["left"] == StrideStage(worn=LEGS[Side.LEFT]).dump()


def test_a_state_of_another_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="wanted pipeline"):
        make().load(dump_state("other", 1, {}))


def with_a_gap(every_s: float) -> list[SampleBlock | Gap]:
    """Return the samples of a run whose left sensor loses a second."""
    out: list[SampleBlock | Gap] = []
    for one in blocks(2.5, every_s=every_s):
        if one.worn.side is Side.LEFT and one.time_s[0] > 60 and one.time_s[-1] <= 62:
            if one.time_s[-1] == 62:
                out.append(
                    Gap(
                        worn=one.worn,
                        first_index=600,
                        start_s=60.0,
                        end_s=62.0,
                        n_samples=20,
                        reason="loss",
                    )
                )
            continue
        out.append(one)
    return out


@settings(deadline=None, max_examples=8)
@given(cuts=st.lists(st.integers(1, 19), max_size=3), every_s=st.sampled_from([0.5, 1.0, 2.0]))
def test_block_edges_do_not_matter(cuts: list[int], every_s: float) -> None:
    def fresh() -> FormPipeline:
        return make(SHOWN, stored_baseline())

    items = with_a_gap(every_s)
    assert_block_edges_do_not_matter(fresh, items, cuts)
    by_second = run(fresh(), with_a_gap(1.0))
    assert_same_records(run(fresh(), items), by_second)


def assert_same_records(found: Sequence[Record], expected: Sequence[Record]) -> None:
    """Compare kind by kind: strides of two legs leave in the order their samples come."""
    for kind in (FormMetrics, Drift, Cue, Alert, Baseline):
        assert of(kind, found) == of(kind, expected)
    for side in Side:
        legs = [
            [s for s in of(Stride, records) if isinstance(s, Stride) and s.worn.side is side]
            for records in (found, expected)
        ]
        assert legs[0] == legs[1]


@settings(deadline=None, max_examples=6)
@given(share=st.floats(0.0, 1.0))
def test_the_pipeline_keeps_the_laws(share: float) -> None:
    items = with_a_gap(1.0)
    stop = int(share * len(items))

    def fresh() -> FormPipeline:
        return make(SHOWN, stored_baseline())

    assert of(Cue, run(fresh(), items))
    assert_given_records_never_change(fresh, items, stop)
    assert_dump_and_load_go_on(fresh, items, stop)
