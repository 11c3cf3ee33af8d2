-- How long before a link record its sensor's newest samples had arrived; and a protocol without
-- numbers or time cannot say what it lost. (A column's NOT NULL goes only with its table.)
ALTER TABLE links RENAME TO links_before;
DROP INDEX links_by_time;
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    side TEXT NOT NULL,
    state TEXT NOT NULL,
    battery_pct REAL,
    rssi_dbm REAL,
    samples_lost INTEGER,
    reconnects INTEGER NOT NULL,
    clock_uncertainty_s REAL,
    data_age_s REAL
) STRICT, WITHOUT ROWID;
INSERT INTO links SELECT *, NULL FROM links_before;
DROP TABLE links_before;
CREATE INDEX links_by_time ON links (runner, session, time_s);
