"""The laws every stage keeps, written once; tests hand in a stage factory and its input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from analytics.records import SampleBlock
from analytics.stage import Stage

MakeStage = Callable[[], Stage[Any, Any]]


def run(stage: Stage[Any, Any], items: Iterable[Any]) -> list[Any]:
    """Return everything a stage gives for the items and for their end."""
    out = [record for item in items for record in stage.push(item)]
    return [*out, *stage.finish()]


def cut(block: SampleBlock, at: Iterable[int]) -> list[SampleBlock]:
    """Return the block cut before each of the given sample positions (empty parts left out)."""
    edges = sorted({0, len(block), *(a for a in at if 0 < a < len(block))})
    return [block.part(a, b) for a, b in pairwise(edges)]


def assert_block_edges_do_not_matter(
    make: MakeStage, blocks: Sequence[Any], cuts: Sequence[int]
) -> None:
    """Same samples, other blocks: the same records to the last bit (law 4)."""
    pieces = [p for b in blocks for p in (cut(b, cuts) if isinstance(b, SampleBlock) else [b])]
    assert run(make(), pieces) == run(make(), blocks)


def assert_given_records_never_change(make: MakeStage, items: Sequence[Any], stop: int) -> None:
    """What a prefix of the input gives is a prefix of what the whole gives (law 4)."""
    stage = make()
    early = [record for item in items[:stop] for record in stage.push(item)]
    assert run(make(), items)[: len(early)] == early


def assert_dump_and_load_go_on(make: MakeStage, items: Sequence[Any], stop: int) -> None:
    """Kill, load into a new stage, go on: the same as never killed (law 5)."""
    first = make()
    out = [record for item in items[:stop] for record in first.push(item)]
    second = make()
    second.load(first.dump())
    assert [*out, *run(second, items[stop:])] == run(make(), items)
