from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.merge import FormItem, Merge
from analytics.records import (
    Activity,
    Gap,
    LinkHealth,
    LinkState,
    Progress,
    SessionEvent,
    Side,
    Stride,
)
from tests.analytics.runners import LEGS, RUNNER, SESSION, Runner, stride
from tests.laws.law import assert_dump_and_load_go_on, assert_given_records_never_change, run

BOTH = list(Side)


def tick(side: Side, until_s: float, activity: Activity = Activity.RUNNING) -> Progress:
    return Progress(worn=LEGS[side], until_s=until_s, activity=activity)


OfOneLeg = Stride | Progress | Gap | LinkHealth


def link(side: Side, time_s: float, state: LinkState) -> LinkHealth:
    return LinkHealth(worn=LEGS[side], time_s=time_s, state=state)


def data_time(item: FormItem) -> float:
    match item:
        case Progress():
            return item.until_s
        case Stride():
            return item.end_s + 0.08
        case Gap():
            return item.end_s
        case _:
            return item.time_s


def late_by(items: Sequence[FormItem], side: Side, delay_s: float) -> list[FormItem]:
    """Return the items as they come when one side arrives later than the other."""

    def arrival(item: FormItem) -> float:
        is_late = isinstance(item, OfOneLeg) and item.worn.side is side
        return data_time(item) + (delay_s if is_late else 0.0)

    return sorted(items, key=arrival)


@settings(deadline=None, max_examples=25)
@given(side=st.sampled_from(Side), delay_s=st.floats(0.0, 1.9))
def test_a_leg_that_arrives_up_to_two_seconds_late_changes_nothing(
    side: Side, delay_s: float
) -> None:
    items = Runner(seed=1, minutes=0.7).items()
    expected = run(Merge(sides=BOTH), items)
    assert len(expected) == 42
    assert run(Merge(sides=BOTH), late_by(items, side, delay_s)) == expected


@settings(deadline=None, max_examples=25)
@given(delay_s=st.floats(0.0, 1.4))
def test_the_order_of_arrival_around_a_lost_link_and_its_return_changes_nothing(
    delay_s: float,
) -> None:
    left_on: list[FormItem] = [tick(Side.LEFT, t) for t in range(1, 11)]
    back: list[FormItem] = [
        link(Side.LEFT, 20.2, LinkState.CONNECTED),
        *(tick(Side.LEFT, t, Activity.GAP) for t in range(11, 21)),
        stride(Side.LEFT, 20.4),
        *(tick(Side.LEFT, t) for t in range(21, 31)),
    ]
    right: list[FormItem] = [tick(Side.RIGHT, t) for t in range(1, 31)]
    lost = link(Side.LEFT, 11.5, LinkState.LOST)

    def merged(delay_s: float) -> list[object]:
        timed: list[tuple[float, FormItem]] = [
            *((data_time(item), item) for item in [*left_on, lost]),
            *((max(20.3, data_time(item)), item) for item in back),
            *((data_time(item) + delay_s, item) for item in right),
        ]
        return run(Merge(sides=BOTH), [item for _, item in sorted(timed, key=lambda x: x[0])])

    assert merged(delay_s) == merged(0.0)


def test_a_second_waits_for_the_slower_leg() -> None:
    merge = Merge(sides=BOTH)
    assert not list(merge.push(tick(Side.LEFT, 1)))
    assert [second.until_s for second in merge.push(tick(Side.RIGHT, 1))] == [1]


def test_a_lost_sensor_does_not_hold_the_other_leg_up() -> None:
    merge = Merge(sides=BOTH)
    merge.push(tick(Side.LEFT, 1))
    merge.push(tick(Side.RIGHT, 1))
    assert not list(merge.push(tick(Side.RIGHT, 2)))
    released = merge.push(link(Side.LEFT, 1.5, LinkState.LOST))
    assert [(second.until_s, dict(second.activity)) for second in released] == [
        (2, {Side.RIGHT: Activity.RUNNING})
    ]
    assert [second.until_s for second in merge.push(tick(Side.RIGHT, 3))] == [3]


def test_a_silent_sensor_counts_as_absent_after_two_seconds() -> None:
    merge = Merge(sides=BOTH)
    released = [list(merge.push(tick(Side.RIGHT, t))) for t in range(1, 5)]
    assert [len(seconds) for seconds in released] == [0, 0, 3, 1]


def test_an_event_comes_with_the_second_it_happened_in() -> None:
    merge = Merge(sides=[Side.LEFT])
    event = SessionEvent(runner=RUNNER, session=SESSION, time_s=1.4, kind="quiet_on", text="")
    merge.push(event)
    seconds = [s for t in (1, 2) for s in merge.push(tick(Side.LEFT, t))]
    assert [list(second.events) for second in seconds] == [[], [event]]


def test_nothing_waits_for_more_than_the_bounded_lag() -> None:
    merge = Merge(sides=BOTH)
    for item in Runner(seed=2, minutes=1).items():
        if isinstance(item, OfOneLeg) and item.worn.side is Side.RIGHT:
            merge.push(item)
    assert len(merge.dump()) < 4000


@settings(deadline=None, max_examples=10)
@given(share=st.floats(0.0, 1.0))
def test_the_merge_keeps_the_laws(share: float) -> None:
    items = Runner(seed=3, minutes=0.3).items()
    stop = int(share * len(items))

    def make() -> Merge:
        return Merge(sides=BOTH)

    assert_given_records_never_change(make, items, stop)
    assert_dump_and_load_go_on(make, items, stop)
