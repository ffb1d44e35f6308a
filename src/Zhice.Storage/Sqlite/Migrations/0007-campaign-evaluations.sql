CREATE TABLE campaign_evaluation (
    campaign TEXT NOT NULL,
    run INTEGER NOT NULL,
    shard INTEGER NOT NULL,
    page INTEGER NOT NULL,
    evaluations BLOB NOT NULL,
    PRIMARY KEY (campaign, run, shard, page)
) STRICT;
