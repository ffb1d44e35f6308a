CREATE TABLE contact_ledger (
    bucket INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    customer_id BLOB NOT NULL,
    counted_at_ms INTEGER NOT NULL,
    write_id BLOB NOT NULL,
    PRIMARY KEY (bucket, contact_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
    bucket INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    customer_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    available_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_id BLOB NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (bucket, contact_id)
) STRICT;
CREATE INDEX outbox_due ON outbox (channel, available_at_ms, bucket);
CREATE TABLE customer_timer (
    bucket INTEGER NOT NULL,
    customer_id BLOB NOT NULL,
    step TEXT NOT NULL,
    generation INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    PRIMARY KEY (bucket, customer_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_timer_due ON customer_timer (bucket, due_at_ms);
