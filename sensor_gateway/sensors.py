"""Which sensors there are: how to find each, what it speaks, who wears it and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.errors import SettingsError
from analytics.records import Placement, Side, Worn
from sensor_gateway.profiles.known import PROFILES, profile_named
from sensor_gateway.profiles.profile import Timing

SLOTS = 7  # connections of usual adapters: Broadcom's take 7, CSR's 5, an ESP32 proxy 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorConfig:
    """One sensor of one runner.

    Attributes
    ----------
    address, name : str or None
        How to find it: at least one of the two. The address counts where both are given.
    profile : str
        Device family; see `sensor_gateway.profiles`.
    range_g, rate_hz : float or None
        Accelerometer range and rate to ask for; None leaves them to the sensor's profile.
    """

    runner: str
    side: Side
    placement: Placement
    profile: str = "open_imu"
    address: str | None = None
    name: str | None = None
    range_g: float | None = None
    rate_hz: float | None = None

    def __post_init__(self) -> None:
        """Refuse a sensor that could not be told from another."""
        if self.address is None and self.name is None:
            raise SettingsError(
                "has neither an address nor a name",
                where=f"sensor {self.key}",
                mend="give the one that 'stridecue scan' shows",
            )
        profile = profile_named(self.profile, where=f"sensor {self.key}")
        self._check("rate_hz", self.rate_hz, profile.RATES_HZ)
        self._check("range_g", self.range_g, profile.RANGES_G)

    @property
    def key(self) -> str:
        """Short name of the sensor in events and recordings."""
        pod = "" if self.gives_motion else "-pod"
        return f"{self.runner}-{self.side}{pod}"

    @property
    def gives_motion(self) -> bool:
        """Whether it sends samples; a foot pod beside it on the same leg sends only readings."""
        known = PROFILES.get(self.profile)
        return known is None or known.TIMING is not Timing.READINGS

    def worn(self, session: str) -> Worn:
        """Return the label of everything that comes from it in a session."""
        return Worn(runner=self.runner, session=session, side=self.side, placement=self.placement)

    def answers_to(self, *, address: str, name: str | None) -> bool:
        """Tell whether an advertisement is this sensor's."""
        if self.address is not None:
            return self.address.casefold() == address.casefold()
        return self.name == name

    def _check(self, key: str, wish: float | None, offered: Sequence[float] | None) -> None:
        """Refuse a wish that no sensor of the family can fulfil."""
        if wish is None or offered is None or wish in offered:
            return
        allowed = ", ".join(f"{value:g}" for value in offered)
        raise SettingsError(
            f"{key} {wish:g} cannot be had of {self.profile}",
            where=f"sensor {self.key}",
            mend=f"choose one of {allowed}" if offered else f"leave {key} out: the sensor decides",
        )
