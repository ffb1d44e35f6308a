-- The states of all grains. The key begins with type and bucket, so that a bucket is one range of the index; fillfactor
-- leaves room on each page for the next version of its rows, so that an update touches no index (HOT).
CREATE TABLE grain_state
(
    grain_type text COLLATE "C" NOT NULL,
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
    grain_key bytea NOT NULL,
    state_name text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    write_id uuid NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (grain_type, bucket, grain_key, state_name)
)
WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 1);

-- Payloads are small and compact already: compressing them again costs more than it saves.
ALTER TABLE grain_state ALTER COLUMN payload SET STORAGE EXTERNAL;

-- The highest version that a cleared state had: a new state begins above it, so that no version of a key comes twice.
CREATE TABLE cleared (highest_version bigint NOT NULL);
INSERT INTO cleared VALUES (0);
