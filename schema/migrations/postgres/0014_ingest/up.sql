-- Files of rows, each of which becomes one license or none.
CREATE TABLE ingest_batch (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    license_type    TEXT COLLATE "C" NOT NULL,
    format          TEXT COLLATE "C" CHECK (format IN ('csv', 'xlsx', 'json_lines', 'zip')),
    file_name       TEXT COLLATE "C" NOT NULL,
    file            TEXT COLLATE "C" NOT NULL,              -- SM3
    bytes           BIGINT NOT NULL,
    declared        INTEGER,
    seal            TEXT COLLATE "C",
    form            TEXT COLLATE "C",
    level           TEXT COLLATE "C",
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN
        ('received', 'unreadable', 'checked', 'running', 'paused', 'completed', 'cancelled')),
    trouble         TEXT COLLATE "C",
    problems        TEXT COLLATE "C" NOT NULL,              -- JSON: what was found, and how often
    requested_by    TEXT COLLATE "C" NOT NULL,
    created_at      BIGINT NOT NULL,
    started_at      BIGINT,
    started_with    INTEGER NOT NULL,
    ended_at        BIGINT,
    version         INTEGER NOT NULL,
    due_at          BIGINT NOT NULL,           -- whoever works on it is dead after this
    CHECK ((state IN ('unreadable', 'completed', 'cancelled')) = (ended_at IS NOT NULL))
);
CREATE INDEX ingest_batch_organization ON ingest_batch (organization_id, created_at, id);
CREATE INDEX ingest_batch_file ON ingest_batch (file);
CREATE INDEX ingest_batch_due ON ingest_batch (due_at, id) WHERE state IN ('received', 'running');

-- One license is of one row; a row has one license that is in force or on its way there.
CREATE TABLE ingest_row (
    batch_id   TEXT COLLATE "C" NOT NULL REFERENCES ingest_batch (id),
    number     INTEGER NOT NULL,
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('ready', 'failed', 'sealing', 'waiting', 'issued')),
    content    TEXT COLLATE "C",                            -- JSON, until it is issued
    document   TEXT COLLATE "C",                            -- its PDF in the archive
    problems   TEXT COLLATE "C" NOT NULL,                   -- JSON
    license_id TEXT COLLATE "C" UNIQUE REFERENCES license (id),
    PRIMARY KEY (batch_id, number),
    CHECK ((state IN ('sealing', 'waiting', 'issued')) = (license_id IS NOT NULL))
);
CREATE INDEX ingest_row_state ON ingest_row (batch_id, state, number);

-- How many licenses a department says it issued on a day, by whatever system.
CREATE TABLE issuance_count (
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    license_type    TEXT COLLATE "C" NOT NULL,
    day             TEXT COLLATE "C" NOT NULL,
    declared        INTEGER NOT NULL CHECK (declared >= 0),
    declared_by     TEXT COLLATE "C" NOT NULL,
    declared_at     BIGINT NOT NULL,
    PRIMARY KEY (organization_id, license_type, day)
);
CREATE INDEX license_issued_on ON license (issuer_id, issued_on, type_code);
