"""InfluxQL in a dashboard: the query class that Grafana's own package lacks, and its scopes."""

from __future__ import annotations

from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

DATASOURCE_UID = "stridecue"
DATASOURCE_TYPE = "influxdb"
SOURCE = DataSourceRef(type_val=DATASOURCE_TYPE, uid=DATASOURCE_UID)

TEAM = "team =~ /^$team$/"
BY = "GROUP BY runner"
WEEKS = "5w"  # load is told run by run: the last one may be days ago
RUNNERS = f"{TEAM} AND runner =~ /^$runner$/ AND $timeFilter"
SESSION = f"{TEAM} AND runner =~ /^$runner$/ AND session =~ /^$session$/ AND $timeFilter"
LEGS = f"{SESSION} AND side =~ /^$side$/"


class InfluxQuery(Dataquery):
    """One InfluxQL query as Grafana's InfluxDB source takes it."""

    def __init__(self, query: str, *, alias: str = "", table: bool = False) -> None:
        self.query, self.alias, self.table, self.ref = query, alias, table, "A"

    def to_json(self) -> dict[str, object]:
        """Return the target."""
        return {
            "refId": self.ref,
            "datasource": SOURCE.to_json(),
            "query": self.query,
            "rawQuery": True,
            "resultFormat": "table" if self.table else "time_series",
            "alias": self.alias,
        }


class AnnotationQuery(InfluxQuery):
    """A query whose rows are marks on the time axis."""

    def __init__(self, query: str, *, text: str, tags: str) -> None:
        super().__init__(query, table=True)
        self.ref, self.text, self.tags = "Anno", text, tags

    def to_json(self) -> dict[str, object]:
        """Return the target; `fromAnnotations` has Grafana read the columns by name."""
        columns = {"textColumn": self.text, "tagsColumn": self.tags, "fromAnnotations": True}
        return {**super().to_json(), **columns}


def series(query: str, name: str) -> InfluxQuery:
    """Return a query that is drawn over time, its line called `name`."""
    return InfluxQuery(query, alias=name)


def table(query: str) -> InfluxQuery:
    """Return a query whose rows are shown as they are."""
    return InfluxQuery(query, table=True)
