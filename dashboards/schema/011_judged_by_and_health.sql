-- What a session's form is judged by, as it was when the session began: the runner's own baseline
-- (JSON, null for a first run), and which software and settings judged.
CREATE TABLE judged_by (
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    baseline TEXT,
    version TEXT NOT NULL,
    configuration TEXT NOT NULL,
    PRIMARY KEY (runner, session)
) STRICT, WITHOUT ROWID;

-- How the service itself is: a row a part of it (a sink, the disk) and moment.
CREATE TABLE health (
    id TEXT PRIMARY KEY,
    time_utc_ns INTEGER NOT NULL,
    gateway TEXT NOT NULL,
    part TEXT NOT NULL,
    running INTEGER NOT NULL,
    waiting INTEGER,
    delivered INTEGER,
    dropped INTEGER,
    failures INTEGER,
    used_bytes INTEGER,
    free_bytes INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX health_by_time ON health (time_utc_ns);
