-- The log of decisions: a partition for each day (UTC), which the silos make as they need it and drop when it is too old.
CREATE TABLE decision_log
(
    decided_at timestamptz NOT NULL,
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
    decision_id text COLLATE "C" NOT NULL,
    customer_id bytea NOT NULL,
    record bytea NOT NULL,
    PRIMARY KEY (decided_at, bucket, decision_id)
)
PARTITION BY RANGE (decided_at);
