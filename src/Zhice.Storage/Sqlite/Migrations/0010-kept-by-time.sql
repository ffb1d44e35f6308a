CREATE INDEX contact_ledger_age ON contact_ledger (counted_at_ms);
CREATE TABLE given_answer (
    bucket INTEGER NOT NULL,
    customer_id BLOB NOT NULL,
    id_hash INTEGER NOT NULL,
    body_hash INTEGER NOT NULL,
    answered_at_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (bucket, customer_id, id_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX given_answer_age ON given_answer (answered_at_ms);
ALTER TABLE campaign_evaluation ADD COLUMN kept_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE campaign_evaluation SET kept_at_ms = unixepoch() * 1000;
CREATE INDEX campaign_evaluation_age ON campaign_evaluation (kept_at_ms);
