"""What is known about the link to one sensor, and what of it people are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from analytics.records import LinkHealth, LinkState, SessionEvent, Worn
from sensor_gateway.events import LinkChange

_HEALTH_EVERY_S = 10.0
_LESS_SURE = 1.25  # times what was told of the clock, and people are told anew
_LINKED = {LinkState.CONNECTED, LinkState.SILENT}


@dataclass(slots=True)
class _State:
    link: str = LinkState.SEARCHING
    connected_before: bool = False
    said_lost: bool = False
    reconnects: int = 0
    samples_lost: int = 0
    battery_pct: float | None = None
    rssi_dbm: float | None = None
    health_s: float | None = None
    clock_uncertainty_s: float | None = None  # as last told
    newest_s: float | None = None  # arrival of the newest samples


class LinkLedger:
    """Keeps the books of one link: its state, its losses, and what has been announced."""

    def __init__(self, *, worn: Worn, sees_losses: bool = True) -> None:
        self._worn = worn
        self._sees_losses = sees_losses
        self._s = _State()

    def change(self, change: LinkChange) -> list[LinkHealth | SessionEvent]:
        """Note a change of the link; a loss is announced once."""
        state = self._s
        if change.rssi_dbm is not None:
            state.rssi_dbm = change.rssi_dbm
        if change.state in _LINKED and state.link not in _LINKED:
            state.reconnects += state.connected_before
            state.connected_before = True
        state.link = change.state
        told: list[LinkHealth | SessionEvent] = [self.health(change.at_s)]
        if change.state is LinkState.LOST and not state.said_lost:
            state.said_lost = True
            told.append(self._event(change.at_s, "sensor_lost", "lost, cues paused"))
        return told

    def samples(self, at_s: float, *, missing: int) -> list[SessionEvent]:
        """Note that samples came, `missing` of them lost before; the return is announced once."""
        state = self._s
        state.samples_lost += missing
        state.newest_s = at_s
        if not state.said_lost:
            return []
        state.said_lost = False
        return [self._event(at_s, "sensor_back", "is back")]

    def late(self, n: int) -> None:
        """Note that so many of the lost samples have come after all."""
        self._s.samples_lost -= n

    def battery(self, pct: int | None) -> None:
        """Note the state of the battery."""
        self._s.battery_pct = None if pct is None else float(pct)

    def health_is_due(self, at_s: float, *, clock_uncertainty_s: float) -> bool:
        """Tell whether the last health record has grown old, or the clock is known otherwise."""
        state = self._s
        if state.health_s is None or at_s - state.health_s >= _HEALTH_EVERY_S:
            return True
        told_s = state.clock_uncertainty_s
        return (
            told_s is None or not told_s / _LESS_SURE <= clock_uncertainty_s <= told_s * _LESS_SURE
        )

    def health(self, at_s: float, *, clock_uncertainty_s: float | None = None) -> LinkHealth:
        """Return how the link stands."""
        state = self._s
        state.health_s, state.clock_uncertainty_s = at_s, clock_uncertainty_s
        return LinkHealth(
            worn=self._worn,
            time_s=at_s,
            state=LinkState(state.link),
            battery_pct=state.battery_pct,
            rssi_dbm=state.rssi_dbm,
            samples_lost=state.samples_lost if self._sees_losses else None,
            reconnects=state.reconnects,
            data_age_s=None if state.newest_s is None else at_s - state.newest_s,
            clock_uncertainty_s=clock_uncertainty_s,
        )

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        return asdict(self._s)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._s = _State(**state)

    def _event(self, at_s: float, kind: str, what: str) -> SessionEvent:
        side = self._worn.side
        return SessionEvent(
            runner=self._worn.runner,
            session=self._worn.session,
            time_s=at_s,
            kind=kind,
            text=f"{side.capitalize()} pod {what}",
            side=side,
        )
