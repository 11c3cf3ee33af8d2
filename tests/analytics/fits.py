"""What a sensor's fit is judged from: samples, and the seconds and strides that come of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.records import Activity, Placement, Progress, SampleBlock, Stride
from tests.analytics import signals
from tests.analytics.paces import paces
from tests.laws import law

Item = SampleBlock | Progress | Stride


def seconds_of(whole: SampleBlock, *, running_from_s: float) -> Iterator[Item]:
    """Give samples in short blocks, and after each second that it is over."""
    told_s = int(whole.time_s[0])
    for block in law.cut(whole, range(0, len(whole), 97)):
        yield block
        while block.time_s[-1] >= told_s + 1:
            told_s += 1
            runs = told_s > running_from_s + 2.0
            yield Progress(
                worn=whole.worn,
                until_s=float(told_s),
                activity=Activity.RUNNING if runs else Activity.STILL,
            )


def worn_on(placement: Placement, *, said: Placement) -> list[Item]:
    """Return half a minute of running with a sensor that the settings have elsewhere perhaps."""
    whole = signals.run(placement=placement, running_s=26.0).block
    named = replace(whole, worn=replace(whole.worn, placement=said))
    return list(seconds_of(named, running_from_s=4.0))


def clipped(items: list[Item]) -> list[Item]:
    """Return the items with strides between them whose peaks the range has cut off."""
    worn = signals.worn(Placement.SHIN)
    strides = iter(paces(worn.side, from_s=5.0, until_s=20.0))
    out: list[Item] = []
    for item in items:
        out.append(item)
        if isinstance(item, Progress) and item.activity is Activity.RUNNING:
            out += [replace(one, clipped=True) for one in [next(strides, None)] if one is not None]
    return out
