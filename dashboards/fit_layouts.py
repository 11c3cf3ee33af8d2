"""The kinds of messages in a FIT activity of ours, and its developer fields.

Numbers, types and scales: the FIT profile's messages file_id, developer_data_id,
field_description, event, record, lap, session and activity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboards.fit_wire import Base, Field, Layout

# Names this application in a FIT file: the first 16 bytes of SHA-256 of "stridecue".
APPLICATION: Final = bytes.fromhex("0572d307321e498e9a4adc3a59f0771d")

TIMESTAMP: Final = Field(number=253, base=Base.UINT32)


def _own(number: int, base: Base, size: int = 0) -> Field:
    return Field(number=number, base=base, size=size)


LEG_FLOATS: Final = 17  # of `fit_legs.numbers`

# Developer fields: name, unit, type. Their numbers are their places.
OWN: Final[Mapping[str, tuple[str, Field]]] = {
    "impact_left": ("g", _own(0, Base.FLOAT32)),
    "impact_right": ("g", _own(1, Base.FLOAT32)),
    "drift": ("0 clear, 1 notice, 2 alarm", _own(2, Base.UINT8)),
    "cue": ("text", _own(3, Base.STRING, 40)),
    "session_id": ("text", _own(4, Base.STRING, 80)),
    "distance_source": ("text", _own(5, Base.STRING, 24)),
    "shoe": ("text", _own(6, Base.STRING, 40)),
    "surface": ("text", _own(7, Base.STRING, 16)),
    "covered": ("share", _own(8, Base.FLOAT32)),
    "running_time": ("s", _own(9, Base.FLOAT32)),
    "simulated": ("0 no, 1 yes", _own(10, Base.UINT8)),
    "placement": ("text", _own(11, Base.STRING, 8)),
    "load_left": ("docs/files.md", _own(12, Base.FLOAT32, 4 * LEG_FLOATS)),
    "load_right": ("docs/files.md", _own(13, Base.FLOAT32, 4 * LEG_FLOATS)),
}


def _fields(*spec: tuple[int, Base, float]) -> tuple[Field, ...]:
    return tuple(Field(number=n, base=base, scale=scale) for n, base, scale in spec)


def _owned(*names: str) -> tuple[Field, ...]:
    return tuple(OWN[name][1] for name in names)


FILE = Layout(
    number=0,
    fields=_fields(
        (0, Base.ENUM, 1), (1, Base.UINT16, 1), (2, Base.UINT16, 1), (3, Base.UINT32Z, 1),
        (4, Base.UINT32, 1),
    ),
)  # fmt: skip
DEVELOPER = Layout(
    number=207,
    fields=(
        Field(number=1, base=Base.BYTE, size=16),
        Field(number=3, base=Base.UINT8),
        Field(number=4, base=Base.UINT32),
    ),
)
DESCRIPTION = Layout(
    number=206,
    fields=(
        Field(number=0, base=Base.UINT8),
        Field(number=1, base=Base.UINT8),
        Field(number=2, base=Base.UINT8),
        Field(number=3, base=Base.STRING, size=32),
        Field(number=8, base=Base.STRING, size=32),
    ),
)
EVENT = Layout(number=21, fields=(TIMESTAMP, *_fields((0, Base.ENUM, 1), (1, Base.ENUM, 1))))
# distance, enhanced speed, cadence in strides/min (both parts), stance time, its balance, step
_RECORD_FIELDS = (
    TIMESTAMP,
    *_fields(
        (5, Base.UINT32, 100), (73, Base.UINT32, 1000), (4, Base.UINT8, 1), (53, Base.UINT8, 128),
        (41, Base.UINT16, 10), (84, Base.UINT16, 100), (85, Base.UINT16, 10),
    ),
)  # fmt: skip
RECORD = Layout(
    number=20, fields=_RECORD_FIELDS, own=_owned("impact_left", "impact_right", "drift")
)
CUE_RECORD = Layout(
    number=20, fields=_RECORD_FIELDS, own=_owned("impact_left", "impact_right", "drift", "cue")
)
# index, start, elapsed and timer time, distance, enhanced speed, cadence (both parts), event, type
_SPAN = (
    TIMESTAMP,
    *_fields(
        (254, Base.UINT16, 1), (2, Base.UINT32, 1), (7, Base.UINT32, 1000),
        (8, Base.UINT32, 1000), (9, Base.UINT32, 100), (0, Base.ENUM, 1), (1, Base.ENUM, 1),
    ),
)  # fmt: skip
LAP_LAYOUT = Layout(
    number=19,
    fields=(
        *_SPAN,
        *_fields(
            (110, Base.UINT32, 1000), (17, Base.UINT8, 1), (80, Base.UINT8, 128),
            (79, Base.UINT16, 10), (119, Base.UINT16, 100), (120, Base.UINT16, 10),
            (25, Base.ENUM, 1), (24, Base.ENUM, 1),
        ),
    ),
)  # fmt: skip
OWN_OF_SESSION = (
    "session_id", "distance_source", "shoe", "surface", "covered", "running_time", "simulated",
    "placement", "load_left", "load_right",
)  # fmt: skip
SESSION_LAYOUT = Layout(
    number=18,
    fields=(
        *_SPAN,
        *_fields(
            (124, Base.UINT32, 1000), (18, Base.UINT8, 1), (92, Base.UINT8, 128),
            (91, Base.UINT16, 10), (133, Base.UINT16, 100), (134, Base.UINT16, 10),
            (5, Base.ENUM, 1), (6, Base.ENUM, 1), (25, Base.UINT16, 1), (26, Base.UINT16, 1),
            (28, Base.ENUM, 1),
        ),
    ),
    own=_owned(*OWN_OF_SESSION),
)  # fmt: skip
ACTIVITY_LAYOUT = Layout(
    number=34,
    fields=(
        TIMESTAMP,
        *_fields(
            (0, Base.UINT32, 1000), (1, Base.UINT16, 1), (2, Base.ENUM, 1), (3, Base.ENUM, 1),
            (4, Base.ENUM, 1), (5, Base.UINT32, 1),
        ),
    ),
)  # fmt: skip
