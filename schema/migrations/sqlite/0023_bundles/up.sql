-- Marked copies of licenses that a decision relied on: who had which one made, for what it is.
CREATE TABLE marked_copy (
    id              TEXT    NOT NULL PRIMARY KEY,   -- the identifier inside the copy
    decision_id     TEXT    NOT NULL REFERENCES exemption_decision (id),
    license_id      TEXT    NOT NULL REFERENCES license (id),
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    actor           TEXT    NOT NULL,
    case_no         TEXT    NOT NULL,
    original_sm3    TEXT    NOT NULL,               -- the license file that it shows
    sm3             TEXT    NOT NULL,
    sha256          TEXT    NOT NULL,
    bytes           INTEGER NOT NULL,
    valid_until     TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    UNIQUE (decision_id, license_id)
) STRICT;
CREATE INDEX marked_copy_license ON marked_copy (license_id, created_at);
CREATE INDEX marked_copy_file ON marked_copy (sm3);

-- Proof bundles: one of each decision.
CREATE TABLE proof_bundle (
    decision_id     TEXT    NOT NULL PRIMARY KEY REFERENCES exemption_decision (id),
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    actor           TEXT    NOT NULL,
    sm3             TEXT    NOT NULL,
    sha256          TEXT    NOT NULL,
    bytes           INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX proof_bundle_file ON proof_bundle (sm3);

-- What was handed out stays on record.
CREATE TRIGGER marked_copy_update BEFORE UPDATE ON marked_copy
    BEGIN SELECT RAISE(ABORT, 'marked_copy is only added to'); END;
CREATE TRIGGER marked_copy_delete BEFORE DELETE ON marked_copy
    BEGIN SELECT RAISE(ABORT, 'marked_copy is only added to'); END;
CREATE TRIGGER proof_bundle_update BEFORE UPDATE ON proof_bundle
    BEGIN SELECT RAISE(ABORT, 'proof_bundle is only added to'); END;
CREATE TRIGGER proof_bundle_delete BEFORE DELETE ON proof_bundle
    BEGIN SELECT RAISE(ABORT, 'proof_bundle is only added to'); END;
