"""The coach's pages, and the library in which their plots are zoomed and filtered."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from dashboards.web.shell import STATIC

# plotly places its marks by style attributes; its map widget, which nobody uses here, writes a
# style element as it is loaded (plotly.js 4.1's, by its hash). Scripts stay ours alone.
_MAP_STYLE = "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"
_POLICY = (
    f"default-src 'self'; style-src 'self' {_MAP_STYLE}; style-src-attr 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)
_LIBRARY = "/plotly.js"

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
def runner_page(runner: str) -> Response:
    """Give a runner's history page; it reads the runner from its own address."""
    del runner
    return _with_plots("runner.html")


@router.get("/session/{runner}/{session}")
def session_page(runner: str, session: str) -> Response:
    """Give a session's page; it reads what to show from its own address."""
    del runner, session
    return _with_plots("session.html")


@router.get(_LIBRARY)
def plotly(request: Request) -> Response:
    """Give plotly's own script, out of its package; under its version it is kept for good."""
    script, version = _plotly()
    tag = f'"{version}"'
    kept = "public, max-age=31536000, immutable"
    headers = {
        "ETag": tag,
        "Cache-Control": kept if request.query_params.get("v") == version else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        script = _packed()
    return Response(script, media_type="text/javascript", headers=headers)


def _with_plots(name: str) -> Response:
    return HTMLResponse(_page(name), headers={"Content-Security-Policy": _POLICY})


@cache
def _page(name: str) -> str:
    """Return a page that knows the library by its version, and asks for it once it is wanted."""
    page = (STATIC / name).read_text(encoding="utf-8")
    return page.replace(_LIBRARY, f"{_LIBRARY}?v={_plotly()[1]}")


@cache
def _plotly() -> tuple[bytes, str]:
    """Return the script, and what names this version."""
    script = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    return script, sha256(script).hexdigest()[:16]


@cache
def _packed() -> bytes:
    """Return the script packed: a third of it."""
    return gzip.compress(_plotly()[0], compresslevel=6)
