"""What every route is handed: the parts of the app, and whom the caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeAlias

from fastapi import Depends, HTTPException, Request

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
    store: Store | None
    roster: RosterDesk | None
    secure: Secure | None
    zone: str


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


def visible(scope: str, runner: str | None) -> str | None:
    """Return whose rows to read: a runner's link never opens another's."""
    if scope == TEAM:
        return runner
    if runner not in {None, scope}:
        raise HTTPException(403, "this link is for another runner")
    return scope
