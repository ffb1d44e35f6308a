-- How many units are kept is counted as they come and go, and not by looking at each.

-- Changes to how many units are kept that may go back: a row for each statement that makes one, so that nobody waits for another.
-- The sweep sums them up.
CREATE TABLE stock_kept
(
    action_id text COLLATE "C" NOT NULL,
    units bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- Units that were there before are not: they are counted where they lie, and end within days.
ALTER TABLE stock_unit ADD COLUMN is_counted boolean NOT NULL DEFAULT false;
ALTER TABLE stock_unit ALTER COLUMN is_counted SET DEFAULT true;

CREATE FUNCTION count_kept_units() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO stock_kept (action_id, units)
        SELECT action_id, count(*) FROM new_units WHERE goes_back AND is_counted GROUP BY action_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO stock_kept (action_id, units)
        SELECT action_id, -count(*) FROM old_units WHERE goes_back AND is_counted GROUP BY action_id;
    ELSE
        INSERT INTO stock_kept (action_id, units)
        SELECT action_id, sum(units)
        FROM (
            SELECT action_id, 1 AS units FROM new_units WHERE goes_back AND is_counted
            UNION ALL SELECT action_id, -1 FROM old_units WHERE goes_back AND is_counted) AS changes
        GROUP BY action_id HAVING sum(units) <> 0;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER stock_unit_come AFTER INSERT ON stock_unit REFERENCING NEW TABLE AS new_units FOR EACH STATEMENT EXECUTE FUNCTION count_kept_units();
CREATE TRIGGER stock_unit_gone AFTER DELETE ON stock_unit REFERENCING OLD TABLE AS old_units FOR EACH STATEMENT EXECUTE FUNCTION count_kept_units();
CREATE TRIGGER stock_unit_changed AFTER UPDATE ON stock_unit REFERENCING OLD TABLE AS old_units NEW TABLE AS new_units FOR EACH STATEMENT EXECUTE FUNCTION count_kept_units();
