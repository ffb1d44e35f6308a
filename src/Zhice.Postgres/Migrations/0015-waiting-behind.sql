-- Contacts that wait behind another of their customer's leave the head of the queue.

-- is_behind: next_at says when it is looked at again; the end of the one before wakes it earlier.
-- is_followed: some wait behind it.
ALTER TABLE outbox
    ADD COLUMN is_behind boolean NOT NULL DEFAULT false,
    ADD COLUMN is_followed boolean NOT NULL DEFAULT false;

-- What delivery_count counts, in shards that those who commit at once share; earlier releases count in delivery_count still.
CREATE TABLE delivery_count_part
(
    campaign text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    outcome smallint NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (campaign, channel, day, outcome, shard)
)
WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
