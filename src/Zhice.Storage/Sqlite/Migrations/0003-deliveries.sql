CREATE TABLE outbox_of_2 AS SELECT * FROM outbox ORDER BY rowid;
DROP TABLE outbox;
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    customer_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    campaign TEXT NOT NULL DEFAULT '',
    available_at_ms INTEGER NOT NULL,
    next_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_id BLOB NULL,
    is_resent INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    message BLOB NOT NULL,
    UNIQUE (bucket, contact_id)
) STRICT;
INSERT INTO outbox (bucket, contact_id, customer_id, channel, available_at_ms, next_at_ms, expires_at_ms, attempts, message)
SELECT bucket, contact_id, customer_id, channel, available_at_ms, available_at_ms, expires_at_ms, attempts, message FROM outbox_of_2 ORDER BY rowid;
DROP TABLE outbox_of_2;
CREATE INDEX outbox_due ON outbox (channel, next_at_ms, seq);
CREATE INDEX outbox_customer ON outbox (bucket, customer_id, channel);
CREATE INDEX outbox_expiry ON outbox (expires_at_ms);
CREATE TABLE dead_letter (
    bucket INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    customer_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    campaign TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    reason TEXT NOT NULL,
    died_at_ms INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (bucket, contact_id)
) STRICT;
CREATE INDEX dead_letter_latest ON dead_letter (died_at_ms, contact_id);
CREATE TABLE delivery_count (
    campaign TEXT NOT NULL,
    channel TEXT NOT NULL,
    day INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (campaign, channel, day, outcome)
) STRICT, WITHOUT ROWID;
