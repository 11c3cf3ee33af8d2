-- What runners say of their body: kept for themselves, never worked out from what was measured.
-- `id` is the page's own, so that what is sent again after a break is kept once.
CREATE TABLE pain (
    runner TEXT NOT NULL,
    id TEXT NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    day TEXT NOT NULL,
    session TEXT,
    moment TEXT NOT NULL,
    side TEXT NOT NULL,
    place TEXT NOT NULL,
    score INTEGER NOT NULL,
    swelling INTEGER NOT NULL,
    locking INTEGER NOT NULL,
    instability INTEGER NOT NULL,
    PRIMARY KEY (runner, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticks (
    runner TEXT NOT NULL,
    id TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (runner, id)
) STRICT, WITHOUT ROWID;
