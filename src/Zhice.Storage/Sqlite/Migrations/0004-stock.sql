CREATE TABLE stock_allotment (
    action_id TEXT NOT NULL PRIMARY KEY,
    granted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_lease (
    lease_id BLOB NOT NULL PRIMARY KEY,
    action_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0),
    changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_owner (
    owner TEXT NOT NULL PRIMARY KEY,
    seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_unit (
    bucket INTEGER NOT NULL,
    contact_id TEXT NOT NULL,
    action_id TEXT NOT NULL,
    ends_at_ms INTEGER NOT NULL,
    goes_back INTEGER NOT NULL,
    PRIMARY KEY (bucket, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_unit_end ON stock_unit (ends_at_ms);
