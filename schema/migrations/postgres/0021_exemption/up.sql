-- Licenses by who holds them: under HMAC-SHA256 of the holder's code, so that no index names a person.
-- A license that names no code has no row.
CREATE TABLE license_holder (
    holder     TEXT COLLATE "C" NOT NULL,
    license_id TEXT COLLATE "C" NOT NULL REFERENCES license (id),
    PRIMARY KEY (holder, license_id)
);

-- How far the audit trail was followed, for whom: licenses by their holders, and reliances.
CREATE TABLE trail_place (
    follower TEXT COLLATE "C"    NOT NULL PRIMARY KEY CHECK (follower IN ('license_holder', 'reliance')),
    sequence BIGINT NOT NULL
);
INSERT INTO trail_place (follower, sequence) VALUES ('license_holder', 0);
INSERT INTO trail_place (follower, sequence)
    SELECT 'reliance', COALESCE(MAX(sequence), 0) FROM audit_event;

-- What was decided, as it was answered: no content of a license, names masked.
CREATE TABLE exemption_decision (
    id              TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C"    NOT NULL REFERENCES organization (id),
    actor           TEXT COLLATE "C"    NOT NULL,
    case_no         TEXT COLLATE "C"    NOT NULL,
    items           TEXT COLLATE "C"    NOT NULL,               -- codes with versions, with blanks between
    applicant       TEXT COLLATE "C"    NOT NULL,               -- HMAC-SHA256 of the code
    valid_until     TEXT COLLATE "C"    NOT NULL,
    answer          TEXT COLLATE "C"    NOT NULL,               -- JSON
    created_at BIGINT NOT NULL
);
CREATE INDEX exemption_decision_newest ON exemption_decision (organization_id, created_at, id);

-- Who relied on which license, and what became of it since.
CREATE TABLE reliance (
    id              TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    decision_id     TEXT COLLATE "C"    NOT NULL REFERENCES exemption_decision (id),
    license_id      TEXT COLLATE "C"    NOT NULL REFERENCES license (id),
    license_version INTEGER NOT NULL,               -- as it was relied on
    organization_id TEXT COLLATE "C"    NOT NULL REFERENCES organization (id),
    case_no         TEXT COLLATE "C"    NOT NULL,
    valid_until     TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    version         INTEGER NOT NULL,               -- of which the organization knows
    state           TEXT COLLATE "C",                           -- in that version, if it is another
    changed_at BIGINT,
    UNIQUE (decision_id, license_id),
    CHECK ((state IS NULL) = (changed_at IS NULL))
);
CREATE INDEX reliance_license ON reliance (license_id, organization_id);
CREATE INDEX reliance_changed ON reliance (organization_id, changed_at, id)
    WHERE changed_at IS NOT NULL;

-- What was decided stays as it was answered.
CREATE TRIGGER exemption_decision_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON exemption_decision
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
