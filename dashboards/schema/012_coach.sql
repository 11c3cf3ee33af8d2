-- What a coach sets and has done, and what an athlete keeps from the coach.
CREATE TABLE limits (
    runner TEXT PRIMARY KEY,
    rules TEXT NOT NULL,
    set_utc_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A topic that the runner keeps to herself.
CREATE TABLE kept_private (
    runner TEXT NOT NULL,
    topic TEXT NOT NULL,
    PRIMARY KEY (runner, topic)
) STRICT, WITHOUT ROWID;

-- Acknowledged where `until_utc_ns` is null, put off until then where it is not.
CREATE TABLE alert_marks (
    alert TEXT PRIMARY KEY,
    set_utc_ns INTEGER NOT NULL,
    until_utc_ns INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    time_utc_ns INTEGER NOT NULL,
    who TEXT NOT NULL,
    deed TEXT NOT NULL,
    runner TEXT,
    before TEXT,
    after TEXT
) STRICT;
