"""Everything Grafana needs, as files in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.grafana.alerts import groups
from dashboards.grafana.history import history
from dashboards.grafana.live import live
from dashboards.grafana.operations import operations
from dashboards.grafana.overview import overview
from dashboards.grafana.review import review

_PROVIDED = ("datasources/stridecue.yaml", "dashboards/stridecue.yaml", "alerting/contacts.yaml")


def every_dashboard() -> list[Dashboard]:
    """Return the five dashboards."""
    return [overview(), live(), review(), history(), operations()]


def as_json(value: object) -> str:
    """Return one of the package's objects, or plain values, as Grafana reads them."""
    return json.dumps(value, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def contents() -> Iterator[tuple[str, str]]:
    """Give every file's path in the folder and its text."""
    for dashboard in every_dashboard():
        yield f"dashboards/{dashboard.uid}.json", as_json(dashboard)
    yield "provisioning/alerting/rules.json", as_json(groups())
    provided = files("dashboards.grafana") / "provisioning"
    for name in _PROVIDED:
        yield f"provisioning/{name}", (provided / name).read_text(encoding="utf-8")


def write(folder: Path) -> list[Path]:
    """Write everything; return what was written."""
    written = []
    for name, text in contents():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
