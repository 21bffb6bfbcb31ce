-- Licenses that were examined: what is open of each.
CREATE TABLE quality_check (
    license_id      TEXT    NOT NULL PRIMARY KEY REFERENCES license (id),
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    checked_at      INTEGER NOT NULL,
    delay           INTEGER,                        -- days from issue to being stored; NULL: unknown
    faults          INTEGER NOT NULL,               -- open findings that are certain
    doubts          INTEGER NOT NULL                -- open findings of which nobody can tell
) STRICT;

-- What was found, and what becomes of it.
CREATE TABLE quality_finding (
    id              TEXT    NOT NULL PRIMARY KEY,
    license_id      TEXT    NOT NULL REFERENCES license (id),
    type_code       TEXT    NOT NULL,
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    rule            TEXT    NOT NULL CHECK (rule IN ('content', 'fields', 'number_form',
        'issued_later', 'no_issue_date', 'holder_code', 'placeholder', 'unknown_type')),
    field           TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    certain         INTEGER NOT NULL CHECK (certain IN (0, 1)),
    state           TEXT    NOT NULL CHECK (state IN ('open', 'in_work', 'answered', 'closed')),
    found_at        INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    changed_by      TEXT,
    changed_at      INTEGER,
    answer          TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    CHECK ((changed_by IS NULL) = (changed_at IS NULL))
) STRICT;
CREATE INDEX quality_finding_queue ON quality_finding (organization_id, state, due_at, id);
CREATE INDEX quality_finding_license ON quality_finding (license_id, id);
-- One thing is open once.
CREATE UNIQUE INDEX quality_finding_open ON quality_finding (license_id, rule, field)
    WHERE state <> 'closed';

-- How far the audit trail was looked through for licenses that were issued.
CREATE TABLE quality_place (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL
) STRICT;
INSERT INTO quality_place (one, sequence) VALUES (1, 0);
