-- Counts of kept units are read from the index alone. One that broke off is made anew.
DROP INDEX CONCURRENTLY IF EXISTS stock_unit_back;
CREATE INDEX CONCURRENTLY stock_unit_back ON stock_unit (action_id) WHERE goes_back;
