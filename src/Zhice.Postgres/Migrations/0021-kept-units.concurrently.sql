DROP INDEX CONCURRENTLY IF EXISTS stock_unit_uncounted;
CREATE INDEX CONCURRENTLY stock_unit_uncounted ON stock_unit (action_id) WHERE goes_back AND NOT is_counted;
DROP INDEX CONCURRENTLY IF EXISTS stock_unit_back;
