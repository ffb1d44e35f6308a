DROP INDEX customer_timer_due;
CREATE INDEX customer_timer_time ON customer_timer (due_at_ms, bucket);
CREATE TABLE journey_count (
    journey INTEGER NOT NULL,
    version INTEGER NOT NULL,
    arm INTEGER NOT NULL,
    from_stage INTEGER NOT NULL,
    to_stage INTEGER NOT NULL,
    way INTEGER NOT NULL,
    event_type INTEGER NOT NULL,
    stayed INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (journey, version, arm, from_stage, to_stage, way, event_type, stayed)
) STRICT, WITHOUT ROWID;
