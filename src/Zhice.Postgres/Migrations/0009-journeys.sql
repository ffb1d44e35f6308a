-- Timers are looked for by time: an index that leads with it finds the few that are due among millions that are not.
CREATE INDEX customer_timer_time ON customer_timer (due_at, bucket);
DROP INDEX customer_timer_due;

-- How often customers moved in journeys. Names are numbers of the catalogue's symbols; from_stage and to_stage 0 is outside.
-- stayed: the logarithm of the seconds in the stage that was left, four to an octave. shard: a part of the buckets, so that
-- flushers of a silo do not wait for each other.
CREATE TABLE journey_count
(
    journey integer NOT NULL,
    version integer NOT NULL,
    arm smallint NOT NULL,
    from_stage integer NOT NULL,
    to_stage integer NOT NULL,
    way smallint NOT NULL,
    event_type integer NOT NULL,
    stayed smallint NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (journey, version, arm, from_stage, to_stage, way, event_type, stayed, shard)
)
WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
