-- What goes with a cue besides its words, and what came of it (`outcome` is the verdict).
ALTER TABLE cues ADD COLUMN haptic TEXT NOT NULL DEFAULT '[]';
ALTER TABLE cues ADD COLUMN metronome_spm REAL;
ALTER TABLE cues ADD COLUMN metronome_s REAL;
ALTER TABLE cues ADD COLUMN target REAL;
ALTER TABLE cues ADD COLUMN outcome_before REAL;
ALTER TABLE cues ADD COLUMN outcome_after REAL;
ALTER TABLE cues ADD COLUMN outcome_change_pct REAL;
ALTER TABLE cues ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

CREATE TABLE guidance (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    mode TEXT NOT NULL,
    programme_session INTEGER,
    guidance_pct REAL NOT NULL,
    silent INTEGER NOT NULL,
    cadence_spm REAL,
    impact_limit_left_g REAL,
    impact_limit_right_g REAL,
    impact_sound INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX guidance_by_time ON guidance (runner, session, time_s);

-- Where a runner stands in the programme, and its last session (its start: how long ago).
CREATE TABLE programmes (
    runner TEXT PRIMARY KEY,
    programme TEXT NOT NULL,
    last_session TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE baselines ADD COLUMN runs INTEGER NOT NULL DEFAULT 1;
