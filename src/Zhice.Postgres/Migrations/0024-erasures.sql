-- Customers who were erased. No row of these tables has an id of one whose erasure has ended: a tombstone is
-- sha256(salt || id), and the salt is this store's own.
CREATE TABLE erasure_salt
(
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    salt bytea NOT NULL CHECK (length(salt) = 32)
);

INSERT INTO erasure_salt (salt) VALUES (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- Tombstones: no state and no decision of such a customer is kept.
CREATE TABLE erasure_tombstone
(
    id_hash bytea PRIMARY KEY,
    erased_at timestamptz NOT NULL
);

-- Each request for an erasure. It has the customer's id until it ends, so that it can be resumed; then it has the certificate.
CREATE TABLE erasure_request
(
    id_hash bytea NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    actor text NOT NULL,
    reason text NOT NULL,
    begun_at timestamptz NOT NULL,
    ended_at timestamptz NULL,
    customer_id bytea NULL,
    certificate bytea NULL,
    PRIMARY KEY (id_hash, request_id)
);

CREATE UNIQUE INDEX erasure_request_number ON erasure_request (number);
CREATE INDEX erasure_request_open ON erasure_request (number) WHERE ended_at IS NULL;

-- What a request has removed so far, by place: the certificate is made of it.
CREATE TABLE erasure_count
(
    id_hash bytea NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    rows bigint NOT NULL,
    PRIMARY KEY (id_hash, request_id, place)
);

-- What the law lets a bank keep as proof, where it is configured: kind 1 is a consent statement, kind 2 the contacts of a day.
CREATE TABLE erasure_evidence
(
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id_hash bytea NOT NULL,
    kind smallint NOT NULL,
    happened_on date NOT NULL,
    channel integer NOT NULL,
    purpose smallint NOT NULL,
    is_granted boolean NOT NULL,
    source smallint NOT NULL,
    count bigint NOT NULL,
    kept_until date NOT NULL
);

CREATE INDEX erasure_evidence_until ON erasure_evidence (kept_until);

-- A customer's decisions are found without reading the days' partitions. Partitions that are there go without, and are dropped in time.
CREATE INDEX decision_log_customer ON ONLY decision_log (bucket, customer_id);
