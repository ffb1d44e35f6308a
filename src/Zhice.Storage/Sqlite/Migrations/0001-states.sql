CREATE TABLE grain_state (
    id INTEGER PRIMARY KEY,
    grain_type TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    grain_key BLOB NOT NULL,
    state_name TEXT NOT NULL,
    version INTEGER NOT NULL,
    write_id BLOB NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX grain_state_key ON grain_state (grain_type, bucket, grain_key, state_name);
CREATE TABLE cleared (highest_version INTEGER NOT NULL) STRICT;
INSERT INTO cleared VALUES (0);
