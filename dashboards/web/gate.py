"""What every route is handed: the parts of the app, and whom the caller may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeAlias

from fastapi import Depends, HTTPException, Request

from dashboards.sharing import ALL_SHARED, Sharing, Topic, veiled_line, veiled_state
from dashboards.store import Store
from dashboards.web.access import TEAM, Access, cookie_name, may_see
from dashboards.web.hub import PhoneHub


class RosterDesk(Protocol):
    """Where the roster is kept."""

    def entries(self) -> list[dict[str, Any]]:
        """Return every pod with runner, side and placement."""
        ...

    def say(self, *, pod: str, runner: str, side: str, placement: str | None) -> None:
        """Keep who wears a pod from the next run on; `StridecueError` where that cannot be."""
        ...


class LimitsDesk(Protocol):
    """Where the coach's limits are kept; `StridecueError` where rules cannot be."""

    def rules(self, runner: str) -> dict[str, Any]:
        """Return a runner's `rules` as they hold, and `own`: those the coach has set."""
        ...

    def publish(self, runner: str, own: Mapping[str, Any]) -> None:
        """Make these the runner's own rules from the next run on."""
        ...

    def tried(self, runner: str, own: Mapping[str, Any], *, days: int) -> dict[str, Any]:
        """Return what such rules would have told the runner in the last days."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Secure:
    """Where the pages are over HTTPS.

    `authority` is the certificate a phone has to trust first; None where it trusts ours anyway.
    """

    address: str
    authority: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the app shows, to whom, and what it can look up; days are those of `zone`."""

    hub: PhoneHub
    access: Access
    store: Store | None = None
    sharing: Sharing | None = None
    roster: RosterDesk | None = None
    limits: LimitsDesk | None = None
    secure: Secure | None = None
    zone: str = "UTC"


async def parts_of(request: Request) -> Parts:
    """Return the app's parts."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - set by create_app
    return parts


PartsOf: TypeAlias = Annotated[Parts, Depends(parts_of)]


async def scope_of(request: Request, parts: PartsOf) -> str:
    """Return what the caller's cookie (or bearer token) opens; 401 if nothing."""
    cookie = request.cookies.get(cookie_name(request.url.scheme), "")
    scope = parts.access.scope_of_cookie(cookie)
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if scope is None and kind.lower() == "bearer":
        scope = parts.access.scope_of_token(token)
    if scope is None:
        raise HTTPException(401, "open the page through its link (QR code) first")
    return scope


ScopeOf: TypeAlias = Annotated[str, Depends(scope_of)]


async def runner_of(runner: str, scope: ScopeOf, parts: PartsOf) -> str:
    """Return the runner in the path if the caller may see it; 403 or 404 if not."""
    if not may_see(scope, runner):
        raise HTTPException(403, "this link is for another runner")
    if runner not in parts.hub.runners:
        raise HTTPException(404, "no such runner")
    return runner


RunnerOf: TypeAlias = Annotated[str, Depends(runner_of)]


async def store_of(parts: PartsOf) -> Store:
    """Return the store; 404 where this service keeps none."""
    if parts.store is None:
        raise HTTPException(404, "nothing is stored here")
    return parts.store


StoreOf: TypeAlias = Annotated[Store, Depends(store_of)]


def seen_rows(
    parts: Parts, scope: str, table: str, rows: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what the caller may see of stored rows: the team, what each runner shares."""
    if scope != TEAM or parts.sharing is None:
        return list(rows)
    return list(parts.sharing.rows(table, rows))


def seen_state(parts: Parts, scope: str, runner: str) -> dict[str, Any]:
    """Return what the caller may see of a runner's live state."""
    return veiled_state(parts.hub.snapshot(runner), private_for(parts, scope, runner))


def private_for(parts: Parts, scope: str, runner: str) -> frozenset[Topic]:
    """Return what of a runner is kept from the caller; nobody keeps anything from herself."""
    if scope != TEAM or parts.sharing is None:
        return ALL_SHARED
    return parts.sharing.private(runner)


def seen_team(parts: Parts, now_s: float) -> dict[str, dict[str, Any]]:
    """Return every runner's line in the team's table, as far as each shares it."""
    lines = parts.hub.team(now_s)
    return {
        runner: veiled_line(line, private_for(parts, TEAM, runner))
        for runner, line in lines.items()
    }


def visible(scope: str, runner: str | None) -> str | None:
    """Return whose rows to read: a runner's link never opens another's."""
    if scope == TEAM:
        return runner
    if runner not in {None, scope}:
        raise HTTPException(403, "this link is for another runner")
    return scope
