-- What grows as long as there are customers is kept by time: what is too old is dropped as a whole, and deleted nowhere.

-- The ledger, a partition for each month (UTC) in which contacts were counted. Each partition has a key of its own, so that the
-- key needs no month; what was counted until now is one of them, if there is any.
DO $$
DECLARE
    month date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    is_any boolean;
    until text := 'contact_ledger_until_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM');
BEGIN
    EXECUTE format('ALTER TABLE contact_ledger RENAME TO %I', until);
    CREATE TABLE contact_ledger
    (
        bucket smallint NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        customer_id bytea NOT NULL,
        counted_at timestamptz NOT NULL,
        write_id uuid NOT NULL,
        kept_on date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date
    )
    PARTITION BY RANGE (kept_on);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', until) INTO is_any;
    IF is_any THEN
        EXECUTE format('ALTER TABLE contact_ledger ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', until, '1970-01-02');
    ELSE
        EXECUTE format('DROP TABLE %I', until);
    END IF;
    FOR months IN 0..2 LOOP
        EXECUTE format(
            'CREATE TABLE contact_ledger_%s PARTITION OF contact_ledger (PRIMARY KEY (bucket, contact_id)) FOR VALUES FROM (%L) TO (%L) WITH (autovacuum_vacuum_insert_scale_factor = 0.05)',
            to_char(month + make_interval(months => months), 'YYYYMM'),
            (month + make_interval(months => months))::date,
            (month + make_interval(months => months + 1))::date);
    END LOOP;
END
$$;

-- Answers to calls that their customer's state has no room for any more, a partition for each day (UTC).
CREATE TABLE given_answer
(
    bucket smallint NOT NULL,
    customer_id bytea NOT NULL,
    id_hash bigint NOT NULL,
    body_hash bigint NOT NULL,
    answered_at timestamptz NOT NULL,
    version bigint NOT NULL,
    answer bytea NOT NULL,
    kept_on date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date
)
PARTITION BY RANGE (kept_on);

-- By when it was first written a page of evaluations is found that is too old.
ALTER TABLE campaign_evaluation ADD COLUMN kept_on date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date;
