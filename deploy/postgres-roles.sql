-- The three roles of a database that is no playground: a person of the bank runs this as its superuser, in the database, before the first
-- `Zhice.Silo migrate` and after each one. It may be run again at any time. Another service than zhice: replace the schema's name.
--
--   zhice_migrate  runs migrations: it owns the schema and its tables.
--   zhice_app      silos: reads and writes rows. It owns the tables of which it makes and drops a partition each day or month, and no others;
--                  of the audit it may only add.
--   zhice_report   reads, and sees no state of a customer.
--
-- None has a password: set one with \password, or let pg_hba.conf ask for certificates.
DO $$
DECLARE
    role text;
    relation record;
BEGIN
    FOREACH role IN ARRAY ARRAY['zhice_migrate', 'zhice_app', 'zhice_report'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', role);
        END IF;
    END LOOP;

    -- A migration changes the partitioned tables too.
    GRANT zhice_app TO zhice_migrate;
    ALTER ROLE zhice_report SET default_transaction_read_only = on;
    CREATE SCHEMA IF NOT EXISTS zhice;
    ALTER SCHEMA zhice OWNER TO zhice_migrate;
    REVOKE ALL ON SCHEMA zhice FROM PUBLIC;
    GRANT USAGE, CREATE ON SCHEMA zhice TO zhice_app;
    GRANT USAGE ON SCHEMA zhice TO zhice_report;
    ALTER DEFAULT PRIVILEGES FOR ROLE zhice_migrate IN SCHEMA zhice GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO zhice_app;

    FOR relation IN
        SELECT c.oid::regclass AS name, c.relkind = 'p' OR c.relispartition AS is_by_time, c.relname
        FROM pg_class AS c WHERE c.relnamespace = 'zhice'::regnamespace AND c.relkind IN ('r', 'p')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO %I', relation.name, CASE WHEN relation.is_by_time THEN 'zhice_app' ELSE 'zhice_migrate' END);
        IF relation.relname IN ('audit_entry', 'audit_checkpoint') THEN
            EXECUTE format('REVOKE ALL ON %s FROM zhice_app', relation.name);
            EXECUTE format('GRANT SELECT, INSERT ON %s TO zhice_app', relation.name);
        ELSIF relation.relname IN ('schema_version', 'erasure_salt', 'cluster_identity') THEN
            EXECUTE format('REVOKE ALL ON %s FROM zhice_app', relation.name);
            EXECUTE format('GRANT SELECT, UPDATE ON %s TO zhice_app', relation.name);
        ELSIF NOT relation.is_by_time THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO zhice_app', relation.name);
        END IF;
    END LOOP;

    -- What names no customer.
    FOR relation IN
        SELECT c.oid::regclass AS name FROM pg_class AS c
        WHERE c.relnamespace = 'zhice'::regnamespace
            AND c.relname IN ('delivery_count', 'delivery_count_part', 'journey_count', 'stock_allotment', 'stock_kept', 'fact_count', 'fact_group', 'schema_version')
    LOOP
        EXECUTE format('GRANT SELECT ON %s TO zhice_report', relation.name);
    END LOOP;
END
$$;
