"""The coach's pages, and the library that draws in them."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from dashboards.web.shell import STATIC

# plotly places its marks by style attributes; its map widget, which nobody uses here, writes a
# style element as it is loaded (plotly.js 4.1's, by its hash). Scripts stay ours alone.
_MAP_STYLE = "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"
_POLICY = (
    f"default-src 'self'; style-src 'self' {_MAP_STYLE}; style-src-attr 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def team_page() -> FileResponse:
    """Give the team's page."""
    return FileResponse(STATIC / "coach.html")


@router.get("/team")
async def pods_page() -> FileResponse:
    """Give the page that says who wears which pod."""
    return FileResponse(STATIC / "pods.html")


@router.get("/runner/{runner}")
async def runner_page(runner: str) -> FileResponse:
    """Give a runner's history page; it reads the runner from its own address."""
    del runner
    return _with_plots("runner.html")


@router.get("/session/{runner}/{session}")
async def session_page(runner: str, session: str) -> FileResponse:
    """Give a session's page; it reads what to show from its own address."""
    del runner, session
    return _with_plots("session.html")


@router.get("/plotly.js")
def plotly(request: Request) -> Response:
    """Give plotly's own script, out of its package."""
    script, packed, tag = _plotly()
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        script = packed
    return Response(script, media_type="text/javascript", headers=headers)


def _with_plots(name: str) -> FileResponse:
    return FileResponse(STATIC / name, headers={"Content-Security-Policy": _POLICY})


@cache
def _plotly() -> tuple[bytes, bytes, str]:
    """Return the script, the same packed once (a third of it), and what names this version."""
    script = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    return script, gzip.compress(script, compresslevel=6), f'"{sha256(script).hexdigest()[:16]}"'
