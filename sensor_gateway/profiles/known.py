"""The device families we speak, by the name that settings use."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from analytics.errors import SettingsError
from sensor_gateway.profiles import open_imu

PROFILES = {"open_imu": open_imu}


def profile_named(name: str, *, where: str) -> ModuleType:
    """Return the profile's module; `SettingsError` if there is none of that name."""
    if name not in PROFILES:
        known = ", ".join(sorted(PROFILES))
        what = f"unknown profile '{name}'"
        raise SettingsError(what, where=where, mend=f"choose one of: {known}")
    return PROFILES[name]


def profile_of(service_uuids: Iterable[str]) -> str | None:
    """Return the name of the profile whose service is among those advertised."""
    offered = {uuid.lower() for uuid in service_uuids}
    matches = (name for name, profile in PROFILES.items() if profile.SERVICE_UUID in offered)
    return next(matches, None)
