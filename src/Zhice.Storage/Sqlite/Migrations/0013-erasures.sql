-- Customers who were erased. No row of these tables has an id of one whose erasure has ended: a tombstone is
-- sha256(salt || id), and the salt is this store's own.
CREATE TABLE erasure_salt (salt BLOB NOT NULL CHECK (length(salt) = 32)) STRICT;
INSERT INTO erasure_salt VALUES (randomblob(32));
-- Tombstones: no state and no decision of such a customer is kept.
CREATE TABLE erasure_tombstone (
    id_hash BLOB NOT NULL PRIMARY KEY,
    erased_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Each request for an erasure. It has the customer's id until it ends, so that it can be resumed; then it has the certificate.
CREATE TABLE erasure_request (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id_hash BLOB NOT NULL,
    request_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    begun_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER NULL,
    customer_id BLOB NULL,
    certificate BLOB NULL,
    UNIQUE (id_hash, request_id)
) STRICT;
-- What a request has removed so far, by place: the certificate is made of it.
CREATE TABLE erasure_count (
    id_hash BLOB NOT NULL,
    request_id TEXT NOT NULL,
    place TEXT NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (id_hash, request_id, place)
) STRICT, WITHOUT ROWID;
-- What the law lets a bank keep as proof, where it is configured: kind 1 is a consent statement, kind 2 the contacts of a day.
CREATE TABLE erasure_evidence (
    number INTEGER PRIMARY KEY,
    id_hash BLOB NOT NULL,
    kind INTEGER NOT NULL,
    happened_on_ms INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    purpose INTEGER NOT NULL,
    is_granted INTEGER NOT NULL,
    source INTEGER NOT NULL,
    count INTEGER NOT NULL,
    kept_until_ms INTEGER NOT NULL
) STRICT;
