-- What other departments are asked about materials of a case, with the decision that asked it. Name and
-- code of the applicant stand here only while it is open: the asked department needs them to answer.
CREATE TABLE assistance_request (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    decision_id     TEXT COLLATE "C" NOT NULL REFERENCES exemption_decision (id),
    asking_id       TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    actor           TEXT COLLATE "C" NOT NULL,
    asked_id        TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    item            TEXT COLLATE "C" NOT NULL,
    material        TEXT COLLATE "C" NOT NULL,
    material_name   TEXT COLLATE "C" NOT NULL,
    question        TEXT COLLATE "C" NOT NULL,
    case_no         TEXT COLLATE "C" NOT NULL,
    applicant       TEXT COLLATE "C" NOT NULL,               -- HMAC-SHA256 of the code
    applicant_kind  TEXT COLLATE "C" NOT NULL CHECK (applicant_kind IN ('person', 'organization')),
    applicant_shown TEXT COLLATE "C" NOT NULL,               -- of a person masked
    applicant_name  TEXT COLLATE "C",
    applicant_code  TEXT COLLATE "C",                           -- not indexed: it may name a person
    due             TEXT COLLATE "C" NOT NULL,
    created_at      BIGINT NOT NULL,
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'answered', 'withdrawn')),
    outcome         TEXT COLLATE "C" CHECK (outcome IN ('confirmed', 'denied', 'unable')),
    statement       TEXT COLLATE "C",
    document        TEXT COLLATE "C",
    holds_until     TEXT COLLATE "C",
    ended_by        TEXT COLLATE "C",
    ended_at        BIGINT,
    CHECK ((applicant_name IS NULL) = (applicant_code IS NULL)),
    CHECK (state = 'open' OR applicant_name IS NULL),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((state = 'answered') = (outcome IS NOT NULL)),
    CHECK ((outcome IS NULL) = (statement IS NULL)),
    CHECK (outcome IS NOT NULL OR (document IS NULL AND holds_until IS NULL))
);
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
CREATE FUNCTION assistance_has_ended() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'assistance_request has ended'; END $$;
CREATE TRIGGER assistance_request_ended BEFORE UPDATE ON assistance_request
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION assistance_has_ended();
CREATE TRIGGER assistance_request_kept BEFORE DELETE OR TRUNCATE ON assistance_request
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
