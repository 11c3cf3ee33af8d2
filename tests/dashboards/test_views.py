"""A view is made once for all who may see the same, and never shown to anyone else."""

from __future__ import annotations

import asyncio
from typing import Any

from dashboards.web.views import SAME_S, Views


class Looked:
    """What one may see, and how often it was made."""

    def __init__(self, **what: Any) -> None:  # noqa: ANN401 - JSON values
        self.what = what
        self.times = 0

    def __call__(self, runner: str) -> dict[str, Any]:
        self.times += 1
        return {"runner": runner, **self.what}


async def test_who_may_see_less_is_never_given_what_another_sees() -> None:
    views, own, coach = Views(), Looked(impact=6.0), Looked(impact=None)
    mine = views.seen("mia", seen_by="mia", version=1, look=own)
    theirs = views.seen("mia", seen_by="team", version=1, look=coach)
    other = views.seen("noah", seen_by="team", version=1, look=coach)
    assert mine == b'{"runner":"mia","impact":6.0}'
    assert theirs == b'{"runner":"mia","impact":null}'
    assert other == b'{"runner":"noah","impact":null}'


async def test_a_view_is_made_again_only_for_a_change_or_once_ages_differ() -> None:
    views, look = Views(), Looked()
    for _ in range(50):
        views.seen("mia", seen_by="mia", version=1, look=look)
    assert look.times == 1
    views.seen("mia", seen_by="mia", version=2, look=look)
    assert look.times == 2
    await asyncio.sleep(1.5 * SAME_S)
    views.seen("mia", seen_by="mia", version=2, look=look)
    assert look.times == 3
