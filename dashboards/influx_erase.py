"""Deletes a runner's points from a time-series database, as far as it lets us."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from dashboards.influx import Database

_PATIENCE = aiohttp.ClientTimeout(total=60.0)
_GOOD = 300


async def erase_points(database: Database, runner: str) -> str | None:
    """Delete all points with the tag `runner`; return None, or why that could not be done.

    Version 1: `DROP SERIES`. Version 2: InfluxDB's `/api/v2/delete`, and where there is no such
    route VictoriaMetrics' `delete_series`.

    Sources: InfluxData, *InfluxQL: DROP SERIES* and *v2 API: delete*; VictoriaMetrics, *How to
    delete time series*.
    """
    asking = _version_1(database, runner) if database.version == 1 else _version_2(database, runner)
    trouble = "no answer"
    try:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
            for ask in asking:
                async with http.post(
                    ask.url, params=ask.params, json=ask.body, headers=ask.headers
                ) as answer:
                    text = " ".join((await answer.text()).split())[:200]
                    if answer.status < _GOOD and '"error"' not in text:
                        return None
                    trouble = f"{answer.status} {text}".strip()
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        trouble = str(error) or type(error).__name__
    return f"{database.url} did not delete the runner's points ({trouble})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    url: str
    params: dict[str, str]
    headers: dict[str, str]
    body: dict[str, str] | None = None


def _version_1(database: Database, runner: str) -> list[_Ask]:
    quoted = runner.replace("\\", "\\\\").replace("'", "\\'")
    query = f"DROP SERIES WHERE runner = '{quoted}'"
    headers = {}
    if database.username is not None:
        login = aiohttp.encode_basic_auth(database.username, database.password or "")
        headers["Authorization"] = login
    return [
        _Ask(
            url=f"{database.url.rstrip('/')}/query",
            params={"db": database.bucket.partition("/")[0], "q": query},
            headers=headers,
        )
    ]


def _version_2(database: Database, runner: str) -> list[_Ask]:
    url = database.url.rstrip("/")
    token = {"Authorization": f"Token {database.token}"} if database.token else {}
    quoted = runner.replace("\\", "\\\\").replace('"', '\\"')
    return [
        _Ask(
            url=f"{url}/api/v2/delete",
            params={"bucket": database.bucket, "org": database.org or ""},
            headers=token,
            body={
                "start": "1970-01-01T00:00:00Z",
                "stop": "2262-01-01T00:00:00Z",
                "predicate": f'runner="{quoted}"',
            },
        ),
        _Ask(
            url=f"{url}/api/v1/admin/tsdb/delete_series",
            params={"match[]": f'{{runner="{quoted}"}}'},
            headers=token,
        ),
    ]
