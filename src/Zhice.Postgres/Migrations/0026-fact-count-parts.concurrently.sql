-- Totals of facts that are still in parts, by day: the rows of past days are summed up into one, whose shard is -1.
DROP INDEX CONCURRENTLY IF EXISTS fact_count_parts;
CREATE INDEX CONCURRENTLY fact_count_parts ON fact_count (day) WHERE shard >= 0;
