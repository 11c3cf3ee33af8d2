"""The device families we speak, by the name that settings use."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.errors import SettingsError
from sensor_gateway.profiles import dot, metamotion, movesense, open_imu, polar, running_speed
from sensor_gateway.profiles.profile import Profile

PROFILES: dict[str, Profile] = {
    "open_imu": open_imu,
    "polar": polar,
    "movesense": movesense,
    "metamotion": metamotion,
    "dot": dot,
    "running_speed": running_speed,
}


def profile_named(name: str, *, where: str) -> Profile:
    """Return the profile of that name; `SettingsError` if there is none."""
    if name not in PROFILES:
        known = ", ".join(sorted(PROFILES))
        what = f"unknown profile '{name}'"
        raise SettingsError(what, where=where, mend=f"choose one of: {known}")
    return PROFILES[name]


def profile_of(service_uuids: Iterable[str], name: str | None = None) -> str | None:
    """Return the profile that an advertisement shows, by its services or else by its name."""
    offered = {uuid.lower() for uuid in service_uuids}
    for key, profile in PROFILES.items():
        if offered.intersection(profile.SERVICES):
            return key
    for key, profile in PROFILES.items():
        if name is not None and name.startswith(tuple(profile.NAMES)):
            return key
    return None
