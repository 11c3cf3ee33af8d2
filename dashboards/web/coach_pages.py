"""The coach's pages."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from dashboards.web.shell import STATIC

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
    return FileResponse(STATIC / "runner.html")


@router.get("/session/{runner}/{session}")
async def session_page(runner: str, session: str) -> FileResponse:
    """Give a session's page; it reads what to show from its own address."""
    del runner, session
    return FileResponse(STATIC / "session.html")
