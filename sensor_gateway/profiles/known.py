"""The device families we speak, by the name that settings use."""

from __future__ import annotations

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
