-- Marked copies of licenses that a decision relied on: who had which one made, for what it is.
CREATE TABLE marked_copy (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,   -- the identifier inside the copy
    decision_id     TEXT COLLATE "C" NOT NULL REFERENCES exemption_decision (id),
    license_id      TEXT COLLATE "C" NOT NULL REFERENCES license (id),
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    actor           TEXT COLLATE "C" NOT NULL,
    case_no         TEXT COLLATE "C" NOT NULL,
    original_sm3    TEXT COLLATE "C" NOT NULL,               -- the license file that it shows
    sm3             TEXT COLLATE "C" NOT NULL,
    sha256          TEXT COLLATE "C" NOT NULL,
    bytes           BIGINT NOT NULL,
    valid_until     TEXT COLLATE "C" NOT NULL,
    created_at      BIGINT NOT NULL,
    UNIQUE (decision_id, license_id)
);
CREATE INDEX marked_copy_license ON marked_copy (license_id, created_at);
CREATE INDEX marked_copy_file ON marked_copy (sm3);

-- Proof bundles: one of each decision.
CREATE TABLE proof_bundle (
    decision_id     TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES exemption_decision (id),
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    actor           TEXT COLLATE "C" NOT NULL,
    sm3             TEXT COLLATE "C" NOT NULL,
    sha256          TEXT COLLATE "C" NOT NULL,
    bytes           BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX proof_bundle_file ON proof_bundle (sm3);

-- What was handed out stays on record.
CREATE TRIGGER marked_copy_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON marked_copy
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER proof_bundle_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON proof_bundle
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
