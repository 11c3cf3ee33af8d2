"""Alert rules: what a coach, and who keeps the service, are told by Grafana.

Each rule waits (`for`) before it speaks, so that one bad window calls nobody. No data is a state
of its own (`noDataState`): of an athlete it means that nobody runs, which is quiet; of the service
it means that it is gone, which is told. Queries say their time themselves (`now() - 2m`): rules are
asked by Grafana's server, not for anybody's dashboard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboards.grafana.influxql import DATASOURCE_UID, table

_EXPRESSION = "__expr__"  # Grafana's own calculations
_LOOKS_BACK_S = 86_400
FOLDER = "stridecue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes
    ----------
    queries : mapping of str to str
        InfluxQL by the letter that the condition calls it.
    condition : str
        Of the queries' last values; not 0 is bad.
    waits : str
        How long it must be bad.
    area : str
        `athlete` (no data: nobody runs) or `service` (no data: it is gone).

    """

    uid: str
    title: str
    queries: Mapping[str, str]
    condition: str
    waits: str
    area: str
    summary: str
    why: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the rule as Grafana's provisioning takes it."""
        steps: list[dict[str, Any]] = []
        for ref, query in self.queries.items():
            asked = table(query)
            asked.ref, asked.table = ref, False
            steps.append(_step(ref, DATASOURCE_UID, asked.to_json()))
            last: dict[str, Any] = {
                "type": "reduce",
                "expression": ref,
                "reducer": "last",
                "refId": f"last{ref}",
            }
            last["settings"] = {"mode": "dropNN"}  # what is not known is no value
            steps.append(_step(f"last{ref}", _EXPRESSION, last))
        said = {"type": "math", "expression": self.condition, "refId": "bad"}
        steps.append(_step("bad", _EXPRESSION, said))
        return {
            "uid": self.uid,
            "title": self.title,
            "condition": "bad",
            "data": steps,
            "noDataState": "NoData" if self.area == "athlete" else "Alerting",
            "execErrState": "Error",
            "for": self.waits,
            "annotations": {"summary": self.summary, "description": self.why},
            "labels": {"area": self.area, **self.labels},
            "isPaused": False,
        }


def _step(ref: str, source: str, model: dict[str, Any]) -> dict[str, Any]:
    where = {"type": _EXPRESSION, "uid": _EXPRESSION} if source == _EXPRESSION else None
    return {
        "refId": ref,
        "relativeTimeRange": {"from": _LOOKS_BACK_S, "to": 0},
        "datasourceUid": source,
        "model": {**model, **({"datasource": where} if where else {})},
    }


RULES = (
    Rule(
        uid="stridecue-fading",
        title="Form is fading",
        queries={
            "A": "SELECT max(drift_level) FROM form WHERE time > now() - 2m"
            " GROUP BY team, runner, session"
        },
        condition="${lastA} >= 2",
        waits="1m",
        area="athlete",
        summary="{{ .Labels.runner }}: form is fading",
        why="Form has left the runner's own band, with speed taken out. Call in, or look.",
    ),
    Rule(
        uid="stridecue-longest",
        title="Over the 110 % line",
        queries={
            "A": "SELECT last(pct) FROM (SELECT 100 * distance_m / longest_m AS pct FROM distance"
            " WHERE time > now() - 2m GROUP BY team, runner, session)"
            " GROUP BY team, runner, session"
        },
        condition="${lastA} > 110",
        waits="30s",
        area="athlete",
        summary="{{ .Labels.runner }}: this run is over 110 % of the longest of 30 days",
        why="Such runs went with more overuse injuries in 5,205 runners (Frandsen 2025). "
        "A finding about many, no forecast for one.",
    ),
    Rule(
        uid="stridecue-silent",
        title="Sensor silent",
        queries={
            "A": "SELECT last(data_age_s) FROM link WHERE time > now() - 2m"
            " GROUP BY team, runner, session, side"
        },
        condition="${lastA} > 10",
        waits="30s",
        area="athlete",
        summary="{{ .Labels.runner }}: the {{ .Labels.side }} sensor is silent",
        why="No samples for more than 10 s. Cues pause by themselves; the sensor may still have "
        "them in its memory.",
    ),
    Rule(
        uid="stridecue-incomplete",
        title="Data incomplete",
        queries={
            "A": "SELECT mean(coverage) FROM form WHERE time > now() - 5m"
            " GROUP BY team, runner, session"
        },
        condition="${lastA} < 0.8",
        waits="2m",
        area="athlete",
        summary="{{ .Labels.runner }}: a fifth of the samples is missing",
        why="Under 80 % of the last minutes was seen: nothing is cued on it.",
    ),
    Rule(
        uid="stridecue-battery",
        title="Sensor battery low",
        queries={
            "A": "SELECT last(battery_pct) FROM link WHERE time > now() - 5m"
            " GROUP BY team, runner, session, side"
        },
        condition="${lastA} < 15",
        waits="1m",
        area="athlete",
        summary="{{ .Labels.runner }}: the {{ .Labels.side }} sensor's battery is low",
        why="Under 15 %.",
    ),
    Rule(
        uid="stridecue-offline",
        title="Gateway offline",
        queries={
            "A": "SELECT last(running) FROM health WHERE time > now() - 1d GROUP BY team, gateway",
            "B": "SELECT count(running) FROM health WHERE time > now() - 1d"
            " GROUP BY time(2m), team, gateway fill(0)",
        },
        condition="${lastA} == 1 && ${lastB} == 0",
        waits="2m",
        area="service",
        summary="{{ .Labels.gateway }} is offline",
        why="It was running, did not end in order, and has been silent for minutes: power, "
        "network, or this database.",
    ),
    Rule(
        uid="stridecue-behind",
        title="Database behind",
        queries={
            "A": "SELECT last(waiting) FROM health WHERE part = 'influx' AND time > now() - 5m"
            " GROUP BY team, gateway"
        },
        condition="${lastA} > 5000",
        waits="2m",
        area="service",
        summary="{{ .Labels.gateway }}: this database is behind",
        why="More than 5000 rows wait for it. They wait on disk; dashboards show the past.",
    ),
    Rule(
        uid="stridecue-disk",
        title="Disk nearly full",
        queries={
            "A": "SELECT last(free_bytes) FROM health WHERE part = 'disk' AND time > now() - 5m"
            " GROUP BY team, gateway"
        },
        condition="${lastA} < 1000000000",
        waits="5m",
        area="service",
        summary="{{ .Labels.gateway }}: under 1 GB is left on the disk",
        why="A full disk ends what is kept; what was stored stays intact.",
    ),
)


def groups() -> dict[str, Any]:
    """Return all rules as Grafana's provisioning takes them."""
    made = []
    for area, every in (("athlete", "10s"), ("service", "1m")):
        rules = [rule.as_dict() for rule in RULES if rule.area == area]
        group = {"orgId": 1, "name": f"stridecue {area}", "folder": FOLDER, "interval": every}
        made.append({**group, "rules": rules})
    return {"apiVersion": 1, "groups": made}
