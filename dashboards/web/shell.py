"""The files a page is made of, so that it can be installed and opens without a network."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, Response

STATIC = Path(str(files("dashboards.web") / "static"))
_ICONS = (
    ("icon-192", "192x192", "any"),
    ("icon-512", "512x512", "any"),
    ("icon-maskable", "512x512", "maskable"),
)

router = APIRouter(include_in_schema=False)


@router.get("/run/{runner}")
async def phone_page(runner: str) -> FileResponse:
    """Give the phone page; it reads the runner from its own address."""
    del runner
    return FileResponse(STATIC / "phone.html")


@router.get("/secure")
async def secure_page() -> FileResponse:
    """Give the page that says how a phone comes to trust this machine."""
    return FileResponse(STATIC / "secure.html")


@router.get("/manifest/{runner}.webmanifest")
async def manifest(runner: str) -> Response:
    """Say how a runner's page is installed; the address says all there is to know."""
    icons = [
        {
            "src": f"/static/{name}.png",
            "sizes": sizes,
            "type": "image/png",
            "purpose": purpose,
        }
        for name, sizes, purpose in _ICONS
    ]
    told: dict[str, Any] = {
        "id": f"/run/{runner}",
        "name": "stridecue",
        "short_name": "stridecue",
        "start_url": f"/run/{runner}",
        "scope": "/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#060c15",
        "theme_color": "#060c15",
        "icons": icons,
    }
    return JSONResponse(told, media_type="application/manifest+json")


@router.get("/sw.js")
async def service_worker() -> Response:
    """Give the service worker with the list of files it keeps; a changed file changes it."""
    headers = {"Cache-Control": "no-cache"}
    return Response(_worker(), media_type="text/javascript", headers=headers)


@cache
def _worker() -> str:
    kept = sorted(f for f in STATIC.iterdir() if f.suffix in {".css", ".js", ".svg"})
    kept = [f for f in kept if f.name != "sw.js"]
    digest = sha256()
    for file in [*kept, STATIC / "phone.html", STATIC / "sw.js"]:
        digest.update(file.read_bytes())
    names = msgspec.json.encode([f"/static/{file.name}" for file in kept]).decode()
    head = f'const VERSION = "stridecue-{digest.hexdigest()[:12]}";\nconst FILES = {names};\n'
    return head + (STATIC / "sw.js").read_text(encoding="utf-8")
