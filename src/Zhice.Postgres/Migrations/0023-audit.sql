-- Who did what: entries that are only added, each linked by its hash to the one before.

-- Times are unix milliseconds, as the hashes have them. What is not searched for is in details.
CREATE TABLE audit_entry
(
    sequence bigint PRIMARY KEY,
    at_ms bigint NOT NULL,
    stage smallint NOT NULL,
    call_id uuid NOT NULL,
    actor text COLLATE "C" NOT NULL,
    method text COLLATE "C" NOT NULL,
    target_kind text COLLATE "C" NOT NULL,
    target_id text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    details bytea NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX audit_entry_at ON audit_entry (at_ms, sequence);
CREATE INDEX audit_entry_actor ON audit_entry (actor, sequence);
CREATE INDEX audit_entry_target ON audit_entry (target_id, sequence) WHERE target_id <> '';

-- The end of the chain, which whoever adds entries locks.
CREATE TABLE audit_head
(
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    chain_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at_ms bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
)
WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
INSERT INTO audit_head (chain_id, sequence, at_ms, hash) VALUES (gen_random_uuid(), 0, 0, decode(repeat('00', 32), 'hex'));

-- Signed statements about the chain, which are kept elsewhere too.
CREATE TABLE audit_checkpoint
(
    number bigint PRIMARY KEY,
    content text NOT NULL
);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
