-- What a customer's commit carries beside the state, written in the same transaction.

-- Each contact that was counted, once and for good: it is what makes a contact count once.
CREATE TABLE contact_ledger
(
    bucket smallint NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    customer_id bytea NOT NULL,
    counted_at timestamptz NOT NULL,
    write_id uuid NOT NULL,
    PRIMARY KEY (bucket, contact_id)
)
WITH (autovacuum_vacuum_insert_scale_factor = 0.05);

-- Contacts that wait for their channel. Rows are leased, then deleted: vacuum has to keep up.
CREATE TABLE outbox
(
    bucket smallint NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    customer_id bytea NOT NULL,
    channel text COLLATE "C" NOT NULL,
    available_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_id uuid NULL,
    message bytea NOT NULL,
    PRIMARY KEY (bucket, contact_id)
)
WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX outbox_due ON outbox (channel, available_at, bucket);

-- When a customer is to be called again. A timer that fires with an old generation does nothing.
CREATE TABLE customer_timer
(
    bucket smallint NOT NULL,
    customer_id bytea NOT NULL,
    step text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (bucket, customer_id, step)
)
WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX customer_timer_due ON customer_timer (bucket, due_at, customer_id, step, generation);
