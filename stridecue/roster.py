"""Who runs with what: runners, their shoes and sensors, and the gateways that listen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from analytics.cue_settings import Mode
from analytics.load.shoes import RETIRE_FROM_M, RETIRE_TO_M
from analytics.records import Placement, Side, Surface
from sensor_gateway.sensors import SensorConfig


def _not_taken(name: str) -> str:
    if name == "gateway":
        raise ValueError("is a name of the service's own, choose another")
    return name


# Ids stand in topics, paths and file names; "gateway" has a topic of its own.
Name = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="letters, digits, _ . -"),
    AfterValidator(_not_taken),
]


def complaint(error: ValidationError) -> str:
    """Return the first thing that is wrong with a value, for the middle of a line."""
    said = error.errors()[0]["msg"].removeprefix("Value error, ")
    return said[:1].lower() + said[1:]


class Section(BaseModel):
    """A part of the settings; an unknown key is an error, not a silent typo."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RunnerSettings(Section):
    """One runner. `guard` is silent while form is the runner's own, `retrain` leads elsewhere."""

    id: Name
    name: str = ""
    mode: Mode = Mode.GUARD
    shoe: Name | None = None
    surface: Surface | None = None
    cues: Mapping[str, Any] = {}  # the runner's own cue rules, in the place of the team's


class ShoeSettings(Section):
    """One pair of shoes: `km` is what it had run before its runs were kept here."""

    id: Name
    name: str = ""
    runner: Name
    km: Annotated[float, Field(ge=0)] = 0.0
    retire_from_km: Annotated[float, Field(gt=0)] = RETIRE_FROM_M / 1000.0
    retire_to_km: Annotated[float, Field(gt=0)] = RETIRE_TO_M / 1000.0

    @field_validator("retire_to_km")
    @classmethod
    def _not_before_it_begins(cls, to_km: float, info: ValidationInfo) -> float:
        if to_km < info.data.get("retire_from_km", to_km):
            raise ValueError("is less than retire_from_km")
        return to_km


class SensorSettings(Section):
    """One sensor and where it is worn; found by `address`, else by advertised `name`."""

    address: str | None = None
    name: str | None = None
    profile: Literal["open_imu", "polar", "movesense", "metamotion", "dot", "running_speed"] = (
        "open_imu"
    )
    runner: Name
    side: Side
    placement: Placement
    range_g: Annotated[float, Field(gt=0)] | None = None
    rate_hz: Annotated[float, Field(gt=0)] | None = None
    gateway: Name | None = None

    def config(self) -> SensorConfig:
        """Return the sensor as a gateway is told of it."""
        return SensorConfig(**self.model_dump(exclude={"gateway"}))


class TeamGateway(Section):
    """One of a team's gateways: while it is away, the `spares` take its sensors."""

    id: Name
    spares: tuple[Name, ...] = ()
