DROP INDEX CONCURRENTLY IF EXISTS campaign_evaluation_age;
CREATE INDEX CONCURRENTLY campaign_evaluation_age ON campaign_evaluation (kept_on);
