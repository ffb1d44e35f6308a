-- Facts: what came true and is measured. Rows are kept for a time, a partition for each day (UTC) on which they were recorded;
-- totals are kept for good.

-- The names that facts have in common. The id is a hash of them.
CREATE TABLE fact_group
(
    group_id bigint PRIMARY KEY,
    campaign text COLLATE "C" NOT NULL,
    journey text COLLATE "C" NOT NULL,
    stage text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    placement text COLLATE "C" NOT NULL,
    treatment text COLLATE "C" NOT NULL,
    arm text COLLATE "C" NOT NULL,
    tier text COLLATE "C" NOT NULL,
    event_type text COLLATE "C" NOT NULL
);
CREATE INDEX fact_group_campaign ON fact_group (campaign) WHERE campaign <> '';
CREATE INDEX fact_group_journey ON fact_group (journey) WHERE journey <> '';

-- Nothing makes a row of it unique: commits write each fact once, and so do batches, by their ids.
CREATE TABLE fact
(
    at timestamptz NOT NULL,
    group_id bigint NOT NULL,
    amount bigint NOT NULL,
    day integer NOT NULL,
    code integer NOT NULL,
    probability real NOT NULL,
    kept_on date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    kind smallint NOT NULL,
    rank smallint NOT NULL,
    bucket smallint NOT NULL,
    key text COLLATE "C" NOT NULL,
    customer_id bytea NOT NULL,
    about text COLLATE "C" NOT NULL
)
PARTITION BY RANGE (kept_on);
CREATE INDEX fact_outcome ON fact (group_id) WHERE kind BETWEEN 15 AND 19;

-- How many facts of a group say the same on a day of the bank's (days since 1970-01-01). shard: a part of the connections, so that
-- those that commit at once do not wait for each other.
CREATE TABLE fact_count
(
    group_id bigint NOT NULL,
    day integer NOT NULL,
    code integer NOT NULL,
    kind smallint NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (group_id, day, kind, code, shard)
)
WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- The batches of facts that were written beside commits: one that is written again changes nothing.
CREATE TABLE fact_batch
(
    batch_id uuid PRIMARY KEY,
    kept_on date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date
);

-- The group by which a contact's end is measured; 0: it is not measured.
ALTER TABLE outbox ADD COLUMN group_id bigint NOT NULL DEFAULT 0;
