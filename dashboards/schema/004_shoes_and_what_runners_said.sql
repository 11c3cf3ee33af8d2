-- The register of shoes, as the settings had it when their runner last ran.
CREATE TABLE shoes (
    runner TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    before_m REAL NOT NULL,
    retire_from_m REAL NOT NULL,
    retire_to_m REAL NOT NULL,
    PRIMARY KEY (runner, id)
) STRICT, WITHOUT ROWID;

-- What a runner said of a run: kept apart from what was measured, which a replay writes anew.
CREATE TABLE said (
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    distance_m REAL,
    exertion REAL,
    PRIMARY KEY (runner, session)
) STRICT, WITHOUT ROWID;
