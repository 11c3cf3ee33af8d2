"""Cues are spoken on the machine itself: once, in the pages' words, holding nobody up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from analytics.records import Cue
from dashboards.ledger import LedgerEntry
from dashboards.sink import Timed
from dashboards.speech import PROGRAM, SpeechSink
from tests.dashboards import people


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A voice that writes down what it is told to say."""
    voice, said = tmp_path / PROGRAM, tmp_path / "said"
    voice.write_text(
        f'#!/bin/sh\nfor word in "$@"; do last="$word"; done\necho "$last" >> {said}\n'
    )
    voice.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return said


def words(said: Path) -> list[str]:
    return said.read_text().splitlines() if said.exists() else []


def timed(cue: Cue, *, age_s: float = 0.2) -> Timed:
    now_s = asyncio.get_running_loop().time()
    return Timed(record=cue, sample_s=now_s - age_s, gateway_s=now_s, analytics_s=now_s)


async def test_a_shown_cue_is_spoken_and_stands_in_the_ledger(said: Path) -> None:
    entries: list[LedgerEntry] = []
    shown, held = people.cue(10.0), people.cue(20.0, shown=False)
    await SpeechSink(on_spoken=entries.append).deliver(
        [timed(held), timed(shown), people.stride(1)]
    )
    assert words(said) == [shown.text]
    (entry,) = entries
    assert (entry.id, entry.kind) == (f"{shown.id}/spoken", "spoken")
    assert entry.latency_s is not None
    assert entry.latency_s >= 0.2


async def test_a_cue_that_was_long_on_its_way_is_not_spoken(said: Path) -> None:
    await SpeechSink(on_spoken=lambda _: None).deliver([timed(people.cue(10.0), age_s=16.0)])
    assert words(said) == []


async def test_without_a_voice_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    sink = SpeechSink(on_spoken=lambda _: None)
    assert not sink.can_speak()
    await sink.deliver([timed(people.cue(10.0))])
    assert sink.failures == 1
