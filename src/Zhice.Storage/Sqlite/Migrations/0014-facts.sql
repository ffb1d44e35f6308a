CREATE TABLE fact_group (
    group_id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL,
    journey TEXT NOT NULL,
    stage TEXT NOT NULL,
    action TEXT NOT NULL,
    channel TEXT NOT NULL,
    placement TEXT NOT NULL,
    treatment TEXT NOT NULL,
    arm TEXT NOT NULL,
    tier TEXT NOT NULL,
    event_type TEXT NOT NULL
) STRICT;
CREATE INDEX fact_group_campaign ON fact_group (campaign) WHERE campaign <> '';
CREATE INDEX fact_group_journey ON fact_group (journey) WHERE journey <> '';
CREATE TABLE fact (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kept_at_ms INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    day INTEGER NOT NULL,
    code INTEGER NOT NULL,
    probability REAL NOT NULL,
    kind INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,
    customer_id BLOB NOT NULL,
    about TEXT NOT NULL
) STRICT;
CREATE INDEX fact_age ON fact (kept_at_ms);
CREATE INDEX fact_outcome ON fact (group_id) WHERE kind BETWEEN 15 AND 19;
CREATE TABLE fact_count (
    group_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    code INTEGER NOT NULL,
    count INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (group_id, day, kind, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact_batch (
    batch_id BLOB PRIMARY KEY,
    kept_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE outbox ADD COLUMN group_id INTEGER NOT NULL DEFAULT 0;
