"""The roster as the coach's page sees and changes it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analytics.errors import InputError
from stridecue.roster import SensorSettings, complaint
from stridecue.roster_file import ROSTER, read_roster, with_first, write_roster
from stridecue.settings import Settings

_ADDRESS = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
_USUAL = "shoe"


class RosterBook:
    """The roster beside the store, over the settings' own sensors."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path: Path = settings.store_path().with_name(ROSTER)

    def entries(self) -> list[dict[str, Any]]:
        """Return every pod with runner, side and placement."""
        return [
            {
                "pod": sensor.address or sensor.name,
                "runner": sensor.runner,
                "side": str(sensor.side),
                "placement": str(sensor.placement),
                "gateway": sensor.gateway,
            }
            for sensor in self._sensors()
        ]

    def say(self, *, pod: str, runner: str, side: str, placement: str | None) -> None:
        """Keep who wears a pod; who wore it and who wears it now change pods if both had one."""
        if all(one.id != runner for one in self._settings.everyone()):
            raise InputError("no such runner", where=runner, mend="add it to [[runners]] first")
        sensors = self._sensors()
        before = next((s for s in sensors if pod in {s.address, s.name}), None)
        kept = {} if before is None else before.model_dump()
        found = {"address" if _ADDRESS.fullmatch(pod) else "name": pod, "placement": _USUAL}
        new = {**found, **kept, "runner": runner, "side": side}
        if placement is not None:
            new["placement"] = placement
        try:
            worn = SensorSettings.model_validate(new)
        except ValidationError as error:
            raise InputError(
                complaint(error), where=pod, mend="check pod, runner and side"
            ) from error
        changed = [worn]
        other = next((s for s in sensors if s is not before and _same_leg(s, worn)), None)
        if before is not None and other is not None:
            freed = {"runner": before.runner, "side": before.side, "placement": before.placement}
            changed.append(other.model_copy(update=freed))
        write_roster(self._path, with_first(changed, sensors))

    def _sensors(self) -> tuple[SensorSettings, ...]:
        roster = read_roster(self._path) if self._path.exists() else ()
        return with_first(roster, self._settings.sensors)


def _same_leg(one: SensorSettings, other: SensorSettings) -> bool:
    kinds = {one.profile == "running_speed", other.profile == "running_speed"}
    return (one.runner, one.side) == (other.runner, other.side) and len(kinds) == 1
