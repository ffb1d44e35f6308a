-- The ledger is about to be kept by time. What is in it until then says so: a partition of such rows is added without a look at them.
ALTER TABLE contact_ledger
    ADD COLUMN kept_on date NOT NULL DEFAULT '1970-01-01',
    ADD CONSTRAINT contact_ledger_before CHECK (kept_on = '1970-01-01') NOT VALID;
