-- What other departments are asked about materials of a case, with the decision that asked it. Name and
-- code of the applicant stand here only while it is open: the asked department needs them to answer.
CREATE TABLE assistance_request (
    id              TEXT    NOT NULL PRIMARY KEY,
    decision_id     TEXT    NOT NULL REFERENCES exemption_decision (id),
    asking_id       TEXT    NOT NULL REFERENCES organization (id),
    actor           TEXT    NOT NULL,
    asked_id        TEXT    NOT NULL REFERENCES organization (id),
    item            TEXT    NOT NULL,
    material        TEXT    NOT NULL,
    material_name   TEXT    NOT NULL,
    question        TEXT    NOT NULL,
    case_no         TEXT    NOT NULL,
    applicant       TEXT    NOT NULL,               -- HMAC-SHA256 of the code
    applicant_kind  TEXT    NOT NULL CHECK (applicant_kind IN ('person', 'organization')),
    applicant_shown TEXT    NOT NULL,               -- of a person masked
    applicant_name  TEXT,
    applicant_code  TEXT,                           -- not indexed: it may name a person
    due             TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('open', 'answered', 'withdrawn')),
    outcome         TEXT    CHECK (outcome IN ('confirmed', 'denied', 'unable')),
    statement       TEXT,
    document        TEXT,
    holds_until     TEXT,
    ended_by        TEXT,
    ended_at        INTEGER,
    CHECK ((applicant_name IS NULL) = (applicant_code IS NULL)),
    CHECK (state = 'open' OR applicant_name IS NULL),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((state = 'answered') = (outcome IS NOT NULL)),
    CHECK ((outcome IS NULL) = (statement IS NULL)),
    CHECK (outcome IS NOT NULL OR (document IS NULL AND holds_until IS NULL))
) STRICT;
-- A case asks a department once about a material, until that is answered or withdrawn.
CREATE UNIQUE INDEX assistance_request_open
    ON assistance_request (asking_id, case_no, applicant, item, material, asked_id)
    WHERE state = 'open';
CREATE INDEX assistance_request_case ON assistance_request (asking_id, case_no, applicant);
CREATE INDEX assistance_request_asked ON assistance_request (asked_id, created_at, id);
CREATE INDEX assistance_request_asked_state
    ON assistance_request (asked_id, state, created_at, id);
CREATE INDEX assistance_request_asking ON assistance_request (asking_id, created_at, id);
CREATE INDEX assistance_request_asking_state
    ON assistance_request (asking_id, state, created_at, id);

-- What has ended stays on record.
CREATE TRIGGER assistance_request_ended BEFORE UPDATE ON assistance_request WHEN OLD.state <> 'open'
    BEGIN SELECT RAISE(ABORT, 'assistance_request has ended'); END;
CREATE TRIGGER assistance_request_delete BEFORE DELETE ON assistance_request
    BEGIN SELECT RAISE(ABORT, 'assistance_request is kept'); END;
