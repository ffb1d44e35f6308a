CREATE TABLE audit_entry (
    sequence INTEGER NOT NULL PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    call_id BLOB NOT NULL,
    actor TEXT NOT NULL,
    method TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    details BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_entry_at ON audit_entry (at_ms, sequence);
CREATE INDEX audit_entry_actor ON audit_entry (actor, sequence);
CREATE INDEX audit_entry_target ON audit_entry (target_id, sequence) WHERE target_id <> '';
CREATE TABLE audit_head (
    only_one INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (only_one = 1),
    chain_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO audit_head (chain_id, sequence, at_ms, hash) VALUES (randomblob(16), 0, 0, zeroblob(32));
CREATE TABLE audit_checkpoint (
    number INTEGER NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_entry_changed BEFORE UPDATE ON audit_entry BEGIN
    SELECT RAISE(ABORT, 'rows of audit_entry are only added');
END;
CREATE TRIGGER audit_entry_gone BEFORE DELETE ON audit_entry BEGIN
    SELECT RAISE(ABORT, 'rows of audit_entry are only added');
END;
CREATE TRIGGER audit_checkpoint_changed BEFORE UPDATE ON audit_checkpoint BEGIN
    SELECT RAISE(ABORT, 'rows of audit_checkpoint are only added');
END;
CREATE TRIGGER audit_checkpoint_gone BEFORE DELETE ON audit_checkpoint BEGIN
    SELECT RAISE(ABORT, 'rows of audit_checkpoint are only added');
END;
CREATE TRIGGER audit_head_gone BEFORE DELETE ON audit_head BEGIN
    SELECT RAISE(ABORT, 'rows of audit_head are only added');
END;
