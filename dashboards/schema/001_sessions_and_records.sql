-- Times: time_s in session seconds, time_utc_ns in UTC nanoseconds. A record's id is its key, so
-- storing it again replaces it. Tables of records start with the same five columns.

CREATE TABLE sessions (
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    started_utc_ns INTEGER NOT NULL,
    source TEXT NOT NULL,
    simulated INTEGER NOT NULL,
    summary TEXT,
    PRIMARY KEY (runner, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE baselines (
    runner TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    usual TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE strides (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    side TEXT NOT NULL,
    placement TEXT NOT NULL,
    contact_index INTEGER NOT NULL,
    toe_off_s REAL,
    stride_time_s REAL NOT NULL,
    contact_time_s REAL,
    flight_time_s REAL,
    cadence_spm REAL NOT NULL,
    peak_accel_axial_g REAL,
    peak_accel_resultant_g REAL NOT NULL,
    loading_rate_gps REAL,
    time_to_peak_s REAL,
    stride_length_m REAL,
    speed_mps REAL,
    strike_angle_deg REAL,
    pronation_velocity_dps REAL,
    clipped INTEGER NOT NULL,
    quality REAL NOT NULL,
    reasons TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE windows (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    length_s REAL NOT NULL,
    activity TEXT NOT NULL,
    cadence_spm REAL,
    peak_accel_left_g REAL,
    peak_accel_right_g REAL,
    contact_time_left_s REAL,
    contact_time_right_s REAL,
    asymmetry_pct REAL,
    stride_time_cv_pct REAL,
    speed_mps REAL,
    n_strides INTEGER NOT NULL,
    coverage REAL NOT NULL,
    quality REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE drift (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    side TEXT NOT NULL,
    contact_index INTEGER NOT NULL,
    level TEXT NOT NULL,
    metric TEXT NOT NULL,
    from_value REAL,
    to_value REAL,
    change_pct REAL,
    confidence REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE cues (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    shown INTEGER NOT NULL,
    suppressed_reason TEXT,
    text TEXT NOT NULL,
    outcome TEXT,
    metric TEXT NOT NULL,
    from_value REAL,
    to_value REAL,
    change_pct REAL,
    confidence REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    about TEXT NOT NULL,
    metric TEXT NOT NULL,
    from_value REAL,
    to_value REAL,
    change_pct REAL,
    confidence REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE gaps (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    side TEXT NOT NULL,
    placement TEXT NOT NULL,
    first_index INTEGER NOT NULL,
    end_s REAL NOT NULL,
    n_samples INTEGER,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
    samples_lost INTEGER NOT NULL,
    reconnects INTEGER NOT NULL,
    clock_uncertainty_s REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    side TEXT
) STRICT, WITHOUT ROWID;

-- The stations of the latency ledger are seconds of the server loop's clock, not session seconds.
CREATE TABLE latency (
    id TEXT PRIMARY KEY,
    runner TEXT NOT NULL,
    session TEXT NOT NULL,
    time_s REAL NOT NULL,
    time_utc_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sample_s REAL NOT NULL,
    gateway_s REAL NOT NULL,
    analytics_s REAL NOT NULL,
    published_s REAL NOT NULL,
    shown_s REAL,
    shown_error_s REAL
) STRICT, WITHOUT ROWID;

CREATE INDEX strides_by_time ON strides (runner, session, time_s);
CREATE INDEX windows_by_time ON windows (runner, session, time_s);
CREATE INDEX drift_by_time ON drift (runner, session, time_s);
CREATE INDEX cues_by_time ON cues (runner, session, time_s);
CREATE INDEX alerts_by_time ON alerts (runner, session, time_s);
CREATE INDEX gaps_by_time ON gaps (runner, session, time_s);
CREATE INDEX links_by_time ON links (runner, session, time_s);
CREATE INDEX events_by_time ON events (runner, session, time_s);
CREATE INDEX latency_by_time ON latency (runner, session, time_s);
