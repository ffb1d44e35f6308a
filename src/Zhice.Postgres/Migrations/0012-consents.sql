-- Every word of consent, once and for good: when it was said, how the bank heard it, what proves it. The customer's state has
-- what holds. Names are numbers of the catalogue's symbols; channel 0 is all channels. A word that is repeated is one row.
CREATE TABLE consent_word
(
    bucket smallint NOT NULL,
    customer_id bytea NOT NULL,
    said_at timestamptz NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    channel integer NOT NULL,
    purpose smallint NOT NULL,
    is_granted boolean NOT NULL,
    source smallint NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (bucket, customer_id, said_at, channel, purpose, is_granted, source, evidence)
)
WITH (autovacuum_vacuum_insert_scale_factor = 0.05);
