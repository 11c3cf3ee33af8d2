"""The routes by which a phone is paired, stays so, and finds its way to HTTPS."""

from __future__ import annotations

import io
from typing import Annotated, Any

import segno
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

from dashboards.web.access import COOKIE_HOURS, TEAM, cookie_name
from dashboards.web.certificates import der, fingerprint
from dashboards.web.gate import PartsOf, RunnerOf, ScopeOf

router = APIRouter()
_CERTIFICATE = "application/x-x509-ca-cert"  # what makes Android and iOS offer to install it


class TokenIn(BaseModel):
    """The token of a link, to be exchanged for the cookie."""

    token: Annotated[str, Field(max_length=200)]


@router.post("/api/v1/session", status_code=204)
async def exchange(given: TokenIn, request: Request, response: Response, parts: PartsOf) -> None:
    """Exchange a link's token for the cookie."""
    scope = parts.access.scope_of_token(given.token)
    if scope is None:
        raise HTTPException(401, "this link is not (or no longer) valid")
    _give_cookie(request, response, parts, scope)


@router.put("/api/v1/session", status_code=204)
async def renew(request: Request, response: Response, scope: ScopeOf, parts: PartsOf) -> None:
    """Give a paired phone a fresh cookie: whoever comes back is not asked for the link again."""
    _give_cookie(request, response, parts, scope)


@router.get("/api/v1/link/{runner}")
async def link(
    runner: RunnerOf, scope: ScopeOf, parts: PartsOf, request: Request
) -> dict[str, Any]:
    """Return a runner's link over HTTPS, and for the coach its QR code as an SVG."""
    base = str(request.base_url).rstrip("/") if parts.secure is None else parts.secure.address
    address = f"{base}/run/{runner}#{parts.access.token(runner)}"
    if scope != TEAM:
        return {"address": address}
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=5, dark="#000", light="#fff")
    return {"address": address, "qr": out.getvalue().decode()}


@router.get("/api/v1/secure")
async def secure(parts: PartsOf) -> dict[str, str | None]:
    """Tell where the pages are over HTTPS, and which certificate a phone must trust for it."""
    if parts.secure is None:
        raise HTTPException(404, "there is no HTTPS here")
    authority = parts.secure.authority
    return {
        "address": parts.secure.address,
        "fingerprint": None if authority is None else fingerprint(authority),
    }


@router.get("/secure/stridecue.crt", include_in_schema=False)
async def authority(parts: PartsOf) -> Response:
    """Give the certificate to install."""
    if parts.secure is None or parts.secure.authority is None:
        raise HTTPException(404, "there is no certificate to install")
    return Response(der(parts.secure.authority), media_type=_CERTIFICATE)


def _give_cookie(request: Request, response: Response, parts: PartsOf, scope: str) -> None:
    response.set_cookie(
        cookie_name(request.url.scheme),
        parts.access.cookie(scope),
        max_age=COOKIE_HOURS * 3600,
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="strict",
        path="/",
    )
