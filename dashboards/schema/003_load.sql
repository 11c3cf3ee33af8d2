-- A run's load entry is kept whole as JSON; the columns after it are read out of it.
CREATE TABLE load (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    entry TEXT NOT NULL,
    start_utc_ns INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.start_utc_ns')) STORED,
    day TEXT GENERATED ALWAYS AS (json_extract(entry, '$.day')),
    running_s REAL GENERATED ALWAYS AS (json_extract(entry, '$.running_s')),
    distance_m REAL GENERATED ALWAYS AS (json_extract(entry, '$.distance_m')),
    source TEXT GENERATED ALWAYS AS (json_extract(entry, '$.source')),
    covered REAL GENERATED ALWAYS AS (json_extract(entry, '$.covered')),
    shoe TEXT GENERATED ALWAYS AS (json_extract(entry, '$.shoe')),
    surface TEXT GENERATED ALWAYS AS (json_extract(entry, '$.surface')),
    exertion REAL GENERATED ALWAYS AS (json_extract(entry, '$.exertion')),
    strides_left INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.left.n_strides')),
    strides_right INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.right.n_strides')),
    clipped_left INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.left.n_clipped')),
    clipped_right INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.right.n_clipped')),
    dose_resultant_left_g REAL GENERATED ALWAYS AS (json_extract(entry, '$.left.resultant.dose_g')),
    dose_resultant_right_g REAL GENERATED ALWAYS AS (json_extract(entry, '$.right.resultant.dose_g')),
    dose_axial_left_g REAL GENERATED ALWAYS AS (json_extract(entry, '$.left.axial.dose_g')),
    dose_axial_right_g REAL GENERATED ALWAYS AS (json_extract(entry, '$.right.axial.dose_g'))
) STRICT;

CREATE TABLE distance (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    distance_m REAL,
    source TEXT,
    running_s REAL NOT NULL,
    covered_s REAL NOT NULL,
    longest_m REAL
) STRICT, WITHOUT ROWID;

CREATE INDEX load_by_start ON load (runner, start_utc_ns);
CREATE INDEX distance_by_time ON distance (runner, session, time_s);
