-- Contacts are leased to the consumers of their channel, in the order in which a customer was sent them.

-- seq: the order of sending. next_at: from when on it may be leased (again): when it is available, its lease is over, or its
-- retry is due. available_at stays as it was, for the order.
ALTER TABLE outbox
    ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN campaign text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN next_at timestamptz NULL,
    ADD COLUMN is_resent boolean NOT NULL DEFAULT false,
    ADD COLUMN reason text NOT NULL DEFAULT '';
UPDATE outbox SET next_at = available_at;
ALTER TABLE outbox ALTER COLUMN next_at SET NOT NULL;
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (channel, next_at, seq);
CREATE INDEX outbox_customer ON outbox (bucket, customer_id, channel);
CREATE INDEX outbox_expiry ON outbox (expires_at);

-- Contacts that were given up.
CREATE TABLE dead_letter
(
    bucket smallint NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    customer_id bytea NOT NULL,
    channel text COLLATE "C" NOT NULL,
    campaign text COLLATE "C" NOT NULL,
    attempts integer NOT NULL,
    reason text NOT NULL,
    died_at timestamptz NOT NULL,
    message bytea NOT NULL,
    PRIMARY KEY (bucket, contact_id)
);
CREATE INDEX dead_letter_latest ON dead_letter (died_at, contact_id);

-- How many contacts of a campaign came to which end, on which day of the bank's (days since 1970-01-01).
CREATE TABLE delivery_count
(
    campaign text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    outcome smallint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (campaign, channel, day, outcome)
)
WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
