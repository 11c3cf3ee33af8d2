-- Where a runner stands by the load rules as a run begins and when it ends.
CREATE TABLE facts (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    moment TEXT NOT NULL,
    n_runs INTEGER NOT NULL,
    distance_m REAL,
    longest_m REAL,
    spike INTEGER,
    week_m REAL,
    last_week_m REAL,
    week_change_pct REAL,
    rest_days REAL,
    rest_of_days INTEGER NOT NULL,
    shoe TEXT,
    shoe_distance_m REAL,
    shoe_state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_by_time ON facts (runner, session, time_s);
