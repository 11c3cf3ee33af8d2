-- Rows that InfluxDB does not have yet, in the order they were written (dashboards/influx_feed.py).
-- A row's line goes in the same commit as the row: whatever is killed, none is forgotten.
CREATE TABLE influx_feed (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    id TEXT NOT NULL
) STRICT;
