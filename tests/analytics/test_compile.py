"""What is compiled ahead is what the service calls: nothing is left for the middle of a run."""

from __future__ import annotations

from analytics.kernels import run, window
from analytics.kernels.compile import compile_all
from analytics.merge import Merge
from analytics.records import Gap, Placement, Side
from analytics.strides import StrideStage
from analytics.window import WindowStage
from tests.analytics import signals
from tests.laws import law


def test_the_service_calls_the_kernels_with_the_types_they_were_compiled_for() -> None:
    compile_all()
    block = signals.run(placement=Placement.SHOE, running_s=9.0).block
    halves = [block.part(0, 900), block.part(1500, len(block))]
    hole = Gap(
        worn=block.worn,
        first_index=900,
        n_samples=600,
        start_s=block.time_s[899],
        end_s=block.time_s[1500],
        reason="lost",
    )
    stage, stored = StrideStage(worn=block.worn), StrideStage(worn=block.worn)
    told = [*stage.push(halves[0]), *stage.push(hole)]
    stored.load(stage.dump())
    merge = Merge(sides=[Side.LEFT])
    windows = WindowStage(runner="ann", session="one", sides=[Side.LEFT])
    for record in [*told, *law.run(stored, halves[1:])]:
        for second in merge.push(record):
            list(windows.push(second))
    for kernel in (run.advance_one, run.break_off, run.finish, window.keep, window.read):
        assert len(getattr(kernel, "signatures", ["plain"])) == 1, kernel
