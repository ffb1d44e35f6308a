-- Units of actions that have a stock. Silos lease some of them, and give them out in the commits of customers; a lease pays
-- for its own units only, so that all leases together never give out more than was granted.

-- granted: how many units have left the stock: those that leases still have, those that are kept, those that are spent.
CREATE TABLE stock_allotment
(
    action_id text COLLATE "C" PRIMARY KEY,
    granted bigint NOT NULL
)
WITH (fillfactor = 50);

-- A lease that is over stays for a while with nothing remaining and no owner: a commit that comes late finds it empty.
CREATE TABLE stock_lease
(
    lease_id uuid PRIMARY KEY,
    action_id text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    remaining integer NOT NULL CONSTRAINT stock_lease_remaining CHECK (remaining >= 0),
    changed_at timestamptz NOT NULL
)
WITH (fillfactor = 50);

-- Who leases, and when they last said that they live.
CREATE TABLE stock_owner
(
    owner text COLLATE "C" PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

-- Units that can still go back. ends_at: when they do, or, unless goes_back, when they are spent.
CREATE TABLE stock_unit
(
    bucket smallint NOT NULL,
    contact_id text COLLATE "C" NOT NULL,
    action_id text COLLATE "C" NOT NULL,
    ends_at timestamptz NOT NULL,
    goes_back boolean NOT NULL,
    PRIMARY KEY (bucket, contact_id)
);
CREATE INDEX stock_unit_end ON stock_unit (ends_at);
