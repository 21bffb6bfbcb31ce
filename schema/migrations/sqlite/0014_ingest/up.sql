-- Files of rows, each of which becomes one license or none.
CREATE TABLE ingest_batch (
    id              TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    license_type    TEXT NOT NULL,
    format          TEXT CHECK (format IN ('csv', 'xlsx', 'json_lines', 'zip')),
    file_name       TEXT NOT NULL,
    file            TEXT NOT NULL,              -- SM3
    bytes           INTEGER NOT NULL,
    declared        INTEGER,
    seal            TEXT,
    form            TEXT,
    level           TEXT,
    state           TEXT NOT NULL CHECK (state IN
        ('received', 'unreadable', 'checked', 'running', 'paused', 'completed', 'cancelled')),
    trouble         TEXT,
    problems        TEXT NOT NULL,              -- JSON: what was found, and how often
    requested_by    TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    started_with    INTEGER NOT NULL,
    ended_at        INTEGER,
    version         INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,           -- whoever works on it is dead after this
    CHECK ((state IN ('unreadable', 'completed', 'cancelled')) = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX ingest_batch_organization ON ingest_batch (organization_id, created_at, id);
CREATE INDEX ingest_batch_file ON ingest_batch (file);
CREATE INDEX ingest_batch_due ON ingest_batch (due_at, id) WHERE state IN ('received', 'running');

-- One license is of one row; a row has one license that is in force or on its way there.
CREATE TABLE ingest_row (
    batch_id   TEXT NOT NULL REFERENCES ingest_batch (id),
    number     INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('ready', 'failed', 'sealing', 'waiting', 'issued')),
    content    TEXT,                            -- JSON, until it is issued
    document   TEXT,                            -- its PDF in the archive
    problems   TEXT NOT NULL,                   -- JSON
    license_id TEXT UNIQUE REFERENCES license (id),
    PRIMARY KEY (batch_id, number),
    CHECK ((state IN ('sealing', 'waiting', 'issued')) = (license_id IS NOT NULL))
) STRICT;
CREATE INDEX ingest_row_state ON ingest_row (batch_id, state, number);

-- How many licenses a department says it issued on a day, by whatever system.
CREATE TABLE issuance_count (
    organization_id TEXT NOT NULL REFERENCES organization (id),
    license_type    TEXT NOT NULL,
    day             TEXT NOT NULL,
    declared        INTEGER NOT NULL CHECK (declared >= 0),
    declared_by     TEXT NOT NULL,
    declared_at     INTEGER NOT NULL,
    PRIMARY KEY (organization_id, license_type, day)
) STRICT;
CREATE INDEX license_issued_on ON license (issuer_id, issued_on, type_code);
