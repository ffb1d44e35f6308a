-- What customers were judged to be in runs of campaigns, some hundred in a row: so one takes a few bytes. shard: the bucket of
-- the customers; 1024 for a trigger, whose newest pages have the lowest numbers.
CREATE TABLE campaign_evaluation
(
    campaign text COLLATE "C" NOT NULL,
    run bigint NOT NULL,
    shard smallint NOT NULL,
    page bigint NOT NULL,
    evaluations bytea NOT NULL,
    PRIMARY KEY (campaign, run, shard, page)
);
