-- Which database this schema's cluster lives in. A copy brings this row along and finds that it lies elsewhere. The timeline is
-- the server's when a silo last started. What the cluster's id ends with tells a copy that was adopted from what it is a copy of.
CREATE TABLE cluster_identity (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    system_identifier bigint NOT NULL,
    database_oid oid NOT NULL,
    timeline integer NOT NULL,
    suffix text NOT NULL DEFAULT ''
);

INSERT INTO cluster_identity (system_identifier, database_oid, timeline)
SELECT s.system_identifier, d.oid, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer
FROM pg_control_system() AS s, pg_database AS d WHERE d.datname = current_database();
