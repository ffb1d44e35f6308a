CREATE TABLE consent_word (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket INTEGER NOT NULL,
    customer_id BLOB NOT NULL,
    said_at_ms INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    purpose INTEGER NOT NULL,
    is_granted INTEGER NOT NULL,
    source INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    UNIQUE (bucket, customer_id, said_at_ms, channel, purpose, is_granted, source, evidence)
) STRICT;
