-- What to multiply a runner's own speed by, leg by leg (JSON), as pods, treadmills and phones taught.
CREATE TABLE speed_models (
    runner TEXT PRIMARY KEY,
    legs TEXT NOT NULL
) STRICT, WITHOUT ROWID;
