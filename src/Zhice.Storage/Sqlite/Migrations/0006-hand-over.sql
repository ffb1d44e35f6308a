ALTER TABLE outbox ADD COLUMN state_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_held ON outbox (held_by) WHERE held_by <> '';
CREATE INDEX outbox_campaign ON outbox (campaign, next_at_ms, seq) WHERE campaign <> '';
