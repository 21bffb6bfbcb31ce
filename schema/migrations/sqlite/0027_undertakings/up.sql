-- What applicants undertake instead of handing a material in, or to hand in later (告知承诺, 容缺). Overdue is
-- not stored. The code of whoever promises is in the document alone.
CREATE TABLE undertaking (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    actor           TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('commitment', 'deferral')),
    case_no         TEXT    NOT NULL,
    decision_id     TEXT    NOT NULL REFERENCES exemption_decision (id),
    item            TEXT    NOT NULL,
    material        TEXT    NOT NULL,
    material_name   TEXT    NOT NULL,
    party           TEXT    NOT NULL,               -- of a person masked
    due             TEXT    NOT NULL,
    sm3             TEXT    NOT NULL,
    sha256          TEXT    NOT NULL,
    bytes           INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    signing_id      TEXT    REFERENCES signing_request (id),
    state           TEXT    NOT NULL CHECK (state IN ('open', 'fulfilled', 'breached')),
    reason          TEXT,
    ended_by        TEXT,
    ended_at        INTEGER,
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((ended_at IS NULL) = (reason IS NULL))
) STRICT;
-- A decision has one undertaking for a material of an item.
CREATE UNIQUE INDEX undertaking_once ON undertaking (decision_id, item, material);
CREATE INDEX undertaking_list ON undertaking (organization_id, created_at, id);
CREATE INDEX undertaking_state ON undertaking (organization_id, state, created_at, id);
CREATE INDEX undertaking_due ON undertaking (due, id) WHERE state = 'open';
CREATE INDEX undertaking_file ON undertaking (sm3);
CREATE UNIQUE INDEX undertaking_signing ON undertaking (signing_id) WHERE signing_id IS NOT NULL;

-- That one is due was told, each mark once.
CREATE TABLE undertaking_reminder (
    undertaking_id  TEXT    NOT NULL REFERENCES undertaking (id),
    days            INTEGER NOT NULL CHECK (days >= 0), -- 0: its last day is over
    at              INTEGER NOT NULL,
    PRIMARY KEY (undertaking_id, days)
) STRICT;

-- What has ended stays on record.
CREATE TRIGGER undertaking_ended BEFORE UPDATE ON undertaking WHEN OLD.state <> 'open'
    BEGIN SELECT RAISE(ABORT, 'undertaking has ended'); END;
CREATE TRIGGER undertaking_delete BEFORE DELETE ON undertaking
    BEGIN SELECT RAISE(ABORT, 'undertaking is kept'); END;
