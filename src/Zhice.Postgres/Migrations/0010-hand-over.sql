-- Contacts are judged again when they are handed over.

-- state_version: the customer's version after the commit that sent the contact; a customer who still has it need not be asked.
-- held_by: what keeps the contact back (a stop, quiet hours); such a contact holds up no other.
ALTER TABLE outbox
    ADD COLUMN state_version bigint NOT NULL DEFAULT 0,
    ADD COLUMN held_by text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX outbox_held ON outbox (held_by, bucket) WHERE held_by <> '';
CREATE INDEX outbox_campaign ON outbox (campaign, next_at, seq) WHERE campaign <> '';
