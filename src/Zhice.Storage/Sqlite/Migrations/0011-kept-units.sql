CREATE TABLE stock_kept (
    action_id TEXT NOT NULL PRIMARY KEY,
    units INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO stock_kept SELECT action_id, count(*) FROM stock_unit WHERE goes_back GROUP BY action_id;
CREATE TRIGGER stock_unit_come AFTER INSERT ON stock_unit WHEN new.goes_back BEGIN
    INSERT INTO stock_kept VALUES (new.action_id, 1) ON CONFLICT (action_id) DO UPDATE SET units = units + 1;
END;
CREATE TRIGGER stock_unit_gone AFTER DELETE ON stock_unit WHEN old.goes_back BEGIN
    UPDATE stock_kept SET units = units - 1 WHERE action_id = old.action_id;
END;
CREATE TRIGGER stock_unit_changed AFTER UPDATE OF goes_back ON stock_unit WHEN new.goes_back <> old.goes_back BEGIN
    INSERT INTO stock_kept VALUES (new.action_id, new.goes_back - old.goes_back)
    ON CONFLICT (action_id) DO UPDATE SET units = units + excluded.units;
END;
