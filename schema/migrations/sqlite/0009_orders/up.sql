-- Whether orders of a seal are approved by the policy, or each by a person.
ALTER TABLE seal ADD COLUMN approval TEXT NOT NULL DEFAULT 'policy'
    CHECK (approval IN ('policy', 'person'));

-- How often a seal with limits was used: in all, and within each minute and day. Whoever counts holds
-- the first row, so that no two count at once.
CREATE TABLE seal_count (
    seal_id TEXT NOT NULL REFERENCES seal (id),
    span    TEXT NOT NULL CHECK (span IN ('all', 'day', 'minute')),
    begins  INTEGER NOT NULL,
    uses    INTEGER NOT NULL,
    PRIMARY KEY (seal_id, span, begins)
) STRICT;

-- Keys with which approvers sign what they approve; the private part is theirs alone.
CREATE TABLE approver_key (
    id         TEXT NOT NULL PRIMARY KEY,
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    label      TEXT NOT NULL,
    origin     TEXT NOT NULL CHECK (origin IN ('browser', 'outside')),
    public_key BLOB NOT NULL UNIQUE,  -- SubjectPublicKeyInfo: one key is one person's
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX approver_key_staff ON approver_key (staff_id);

-- What is approved under one signature.
CREATE TABLE sealing_manifest (
    id              TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    seal_id         TEXT NOT NULL REFERENCES seal (id),
    content         TEXT NOT NULL,  -- canonical JSON, byte for byte as it is signed
    orders          INTEGER NOT NULL,
    made_by         TEXT NOT NULL,
    made_at         INTEGER NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused')),
    decided_by      TEXT,
    decided_at      INTEGER,
    key_id          TEXT REFERENCES approver_key (id),
    signature       BLOB,
    reason          TEXT,
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((state = 'approved') = (signature IS NOT NULL)),
    CHECK ((key_id IS NULL) = (signature IS NULL)),
    CHECK ((state = 'refused') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX sealing_manifest_organization ON sealing_manifest (organization_id, made_at, id);
CREATE INDEX sealing_manifest_open ON sealing_manifest (made_at) WHERE state = 'open';

-- Orders that a person decides. Nobody decides what they asked for.
CREATE TABLE sealing_request (
    id              TEXT NOT NULL PRIMARY KEY,
    license_id      TEXT NOT NULL UNIQUE REFERENCES license (id),
    organization_id TEXT NOT NULL REFERENCES organization (id),
    seal_id         TEXT NOT NULL REFERENCES seal (id),
    document        TEXT NOT NULL,  -- SM3 of the document before it is sealed
    form            TEXT NOT NULL,
    level           TEXT NOT NULL,
    placements      TEXT NOT NULL,  -- JSON
    requested_by    TEXT NOT NULL,
    requested_at    INTEGER NOT NULL,
    state           TEXT NOT NULL CHECK (state IN
        ('waiting', 'approved', 'sealing', 'sealed', 'refused', 'failed')),
    manifest_id     TEXT REFERENCES sealing_manifest (id),
    decided_by      TEXT CHECK (decided_by <> requested_by),
    decided_at      INTEGER,
    reason          TEXT,
    trouble         TEXT,  -- of the last attempt
    attempts        INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,  -- whoever seals it is dead after this
    CHECK ((state = 'waiting') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((decided_by IS NULL) = (manifest_id IS NULL)),
    CHECK ((state = 'refused') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX sealing_request_waiting ON sealing_request (organization_id, requested_at, id)
    WHERE state = 'waiting';
CREATE INDEX sealing_request_due ON sealing_request (due_at, id) WHERE state IN ('approved', 'sealing');
CREATE INDEX sealing_request_manifest ON sealing_request (manifest_id);
CREATE INDEX sealing_request_document ON sealing_request (document);
CREATE TRIGGER sealing_request_asker BEFORE UPDATE OF requested_by ON sealing_request
BEGIN
    SELECT RAISE(ABORT, 'who asked is never changed');
END;

-- The request that a person approved; it is spent once.
ALTER TABLE sealing_order ADD COLUMN request_id TEXT REFERENCES sealing_request (id);
CREATE UNIQUE INDEX sealing_order_request ON sealing_order (request_id) WHERE state <> 'failed';
-- The ledger of a seal: ids sort by time.
CREATE INDEX sealing_order_seal ON sealing_order (seal_id, id);
CREATE INDEX sealing_order_approver ON sealing_order (seal_id, approved_by, id);
CREATE TRIGGER sealing_order_own BEFORE INSERT ON sealing_order
WHEN NEW.approved_by = NEW.requested_by
BEGIN
    SELECT RAISE(ABORT, 'who asks does not approve');
END;
CREATE TRIGGER sealing_order_own_later BEFORE UPDATE OF approved_by, requested_by ON sealing_order
WHEN NEW.approved_by = NEW.requested_by
BEGIN
    SELECT RAISE(ABORT, 'who asks does not approve');
END;
