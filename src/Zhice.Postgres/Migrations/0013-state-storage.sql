-- A state is kept in its row up to a page, not beside it from 2 KB on: writing one of 2 KB took three times as long as one of
-- 1.9 KB. What is larger still is swept as soon as the rows are.
ALTER TABLE grain_state SET (
    toast_tuple_target = 8160, toast.autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_cost_delay = 1);
