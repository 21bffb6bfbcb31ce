-- Whether orders of a seal are approved by the policy, or each by a person.
ALTER TABLE seal ADD COLUMN approval TEXT COLLATE "C" NOT NULL DEFAULT 'policy'
    CHECK (approval IN ('policy', 'person'));

-- How often a seal with limits was used: in all, and within each minute and day. Whoever counts holds
-- the first row, so that no two count at once.
CREATE TABLE seal_count (
    seal_id TEXT COLLATE "C" NOT NULL REFERENCES seal (id),
    span    TEXT COLLATE "C" NOT NULL CHECK (span IN ('all', 'day', 'minute')),
    begins  BIGINT NOT NULL,
    uses    INTEGER NOT NULL,
    PRIMARY KEY (seal_id, span, begins)
);

-- Keys with which approvers sign what they approve; the private part is theirs alone.
CREATE TABLE approver_key (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    staff_id   TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    label      TEXT COLLATE "C" NOT NULL,
    origin     TEXT COLLATE "C" NOT NULL CHECK (origin IN ('browser', 'outside')),
    public_key BYTEA NOT NULL UNIQUE,  -- SubjectPublicKeyInfo: one key is one person's
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX approver_key_staff ON approver_key (staff_id);

-- What is approved under one signature.
CREATE TABLE sealing_manifest (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    seal_id         TEXT COLLATE "C" NOT NULL REFERENCES seal (id),
    content         TEXT COLLATE "C" NOT NULL,  -- canonical JSON, byte for byte as it is signed
    orders          INTEGER NOT NULL,
    made_by         TEXT COLLATE "C" NOT NULL,
    made_at         BIGINT NOT NULL,
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'approved', 'refused')),
    decided_by      TEXT COLLATE "C",
    decided_at      BIGINT,
    key_id          TEXT COLLATE "C" REFERENCES approver_key (id),
    signature       BYTEA,
    reason          TEXT COLLATE "C",
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((state = 'approved') = (signature IS NOT NULL)),
    CHECK ((key_id IS NULL) = (signature IS NULL)),
    CHECK ((state = 'refused') = (reason IS NOT NULL))
);
CREATE INDEX sealing_manifest_organization ON sealing_manifest (organization_id, made_at, id);
CREATE INDEX sealing_manifest_open ON sealing_manifest (made_at) WHERE state = 'open';

-- Orders that a person decides. Nobody decides what they asked for.
CREATE TABLE sealing_request (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    license_id      TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES license (id),
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    seal_id         TEXT COLLATE "C" NOT NULL REFERENCES seal (id),
    document        TEXT COLLATE "C" NOT NULL,  -- SM3 of the document before it is sealed
    form            TEXT COLLATE "C" NOT NULL,
    level           TEXT COLLATE "C" NOT NULL,
    placements      TEXT COLLATE "C" NOT NULL,  -- JSON
    requested_by    TEXT COLLATE "C" NOT NULL,
    requested_at    BIGINT NOT NULL,
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN
        ('waiting', 'approved', 'sealing', 'sealed', 'refused', 'failed')),
    manifest_id     TEXT COLLATE "C" REFERENCES sealing_manifest (id),
    decided_by      TEXT COLLATE "C" CHECK (decided_by <> requested_by),
    decided_at      BIGINT,
    reason          TEXT COLLATE "C",
    trouble         TEXT COLLATE "C",  -- of the last attempt
    attempts        INTEGER NOT NULL,
    due_at          BIGINT NOT NULL,  -- whoever seals it is dead after this
    CHECK ((state = 'waiting') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((decided_by IS NULL) = (manifest_id IS NULL)),
    CHECK ((state = 'refused') = (reason IS NOT NULL))
);
CREATE INDEX sealing_request_waiting ON sealing_request (organization_id, requested_at, id)
    WHERE state = 'waiting';
CREATE INDEX sealing_request_due ON sealing_request (due_at, id) WHERE state IN ('approved', 'sealing');
CREATE INDEX sealing_request_manifest ON sealing_request (manifest_id);
CREATE INDEX sealing_request_document ON sealing_request (document);
CREATE FUNCTION sealing_request_asker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who asked is never changed';
END;
$$;
CREATE TRIGGER sealing_request_asker BEFORE UPDATE OF requested_by ON sealing_request
    FOR EACH ROW EXECUTE FUNCTION sealing_request_asker();

-- The request that a person approved; it is spent once.
ALTER TABLE sealing_order ADD COLUMN request_id TEXT COLLATE "C" REFERENCES sealing_request (id);
CREATE UNIQUE INDEX sealing_order_request ON sealing_order (request_id) WHERE state <> 'failed';
-- The ledger of a seal: ids sort by time.
CREATE INDEX sealing_order_seal ON sealing_order (seal_id, id);
CREATE INDEX sealing_order_approver ON sealing_order (seal_id, approved_by, id);
ALTER TABLE sealing_order ADD CONSTRAINT sealing_order_own CHECK (approved_by <> requested_by);
