"""Pictures, as far as their runner shares what they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dashboards.plots.picture import Picture
from dashboards.plots.session import SessionRows
from dashboards.sharing import Topic, is_hidden, veiled

# What each picture lays open. Drift and thirds are of several metrics: their rows are veiled.
_OF: Mapping[str, set[Topic]] = {
    "impact-speed": {Topic.IMPACT, Topic.PACE},
    "dose": {Topic.IMPACT},
    "peaks": {Topic.IMPACT},
    "guidance": {Topic.CADENCE, Topic.CUES},
    "cues": {Topic.CUES},
    "weeks": {Topic.PACE},
    "longest": {Topic.PACE},
    "week-dose": {Topic.IMPACT},
    "shoes": {Topic.PACE},
    "shoe-effects": {Topic.IMPACT},
    "surfaces": {Topic.IMPACT},
    "surface-share": {Topic.PACE},
    "calendar": {Topic.PACE, Topic.PAIN},
    "cadence": {Topic.CADENCE, Topic.PACE},
    "programme": {Topic.CADENCE, Topic.IMPACT, Topic.CUES},
}


def shared(pictures: Iterable[Picture], private: frozenset[Topic]) -> list[Picture]:
    """Return the pictures; of what is private its title alone, and that it is not shared."""
    return [
        replace(picture, text="Not shared by the runner.", data=())
        if _OF.get(picture.name, set()) & private
        else picture
        for picture in pictures
    ]


def shared_rows(rows: SessionRows, private: frozenset[Topic]) -> SessionRows:
    """Return a session's rows without what is private in those that are of several metrics."""
    if not private:
        return rows
    windows = (veiled("windows", row, private) for row in rows.windows)
    return replace(
        rows,
        windows=[row for row in windows if row is not None],
        drift=[row for row in rows.drift if not is_hidden("drift", row, private)],
        cues=[row for row in rows.cues if not is_hidden("cues", row, private)],
    )
