-- How often and when a seal may be used; null where that is not limited.
ALTER TABLE seal ADD COLUMN per_hour INTEGER CHECK (per_hour > 0);
ALTER TABLE seal ADD COLUMN per_day INTEGER CHECK (per_day > 0);
ALTER TABLE seal ADD COLUMN hour_from INTEGER CHECK (hour_from BETWEEN 0 AND 23);
ALTER TABLE seal ADD COLUMN hour_until INTEGER
    CHECK ((hour_until IS NULL) = (hour_from IS NULL) AND (hour_until IS NULL OR hour_until BETWEEN hour_from + 1 AND 24));
-- Why it was revoked; since when nothing sealed with it is believed, if its key was compromised.
ALTER TABLE seal ADD COLUMN revocation TEXT COLLATE "C"
    CHECK (revocation IS NULL OR status = 'revoked');
ALTER TABLE seal ADD COLUMN invalid_from BIGINT
    CHECK ((invalid_from IS NOT NULL) = (coalesce(revocation, '') = 'key_compromise'));

-- Who made a seal and who put it on record: two people. Which one took its place.
ALTER TABLE seal ADD COLUMN made_by TEXT COLLATE "C";
ALTER TABLE seal ADD COLUMN filed_by TEXT COLLATE "C"
    CHECK (filed_by <> made_by)
    CHECK (made_by IS NULL OR filed_by IS NOT NULL OR status IN ('made', 'revoked'));
ALTER TABLE seal ADD COLUMN filing TEXT COLLATE "C" CHECK ((filing IS NULL) = (filed_by IS NULL));
ALTER TABLE seal ADD COLUMN replaced_by_id TEXT COLLATE "C" REFERENCES seal (id);

-- Seals that were asked for, until they are made; then the seal has the same id. Whoever asks does
-- not approve, and neither of the two makes it.
CREATE TABLE seal_application (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    code TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    picture_media_type TEXT COLLATE "C" NOT NULL,
    picture BYTEA NOT NULL,
    width_mm INTEGER NOT NULL,
    height_mm INTEGER NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    per_hour INTEGER CHECK (per_hour > 0),
    per_day INTEGER CHECK (per_day > 0),
    hour_from INTEGER CHECK (hour_from BETWEEN 0 AND 23),
    hour_until INTEGER CHECK (hour_until BETWEEN hour_from + 1 AND 24),
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    replaces_id TEXT COLLATE "C" REFERENCES seal (id),
    sm2_key_id TEXT COLLATE "C" REFERENCES signing_key (id),
    pades_key_id TEXT COLLATE "C" REFERENCES signing_key (id),
    requested_by TEXT COLLATE "C" NOT NULL,
    requested_at BIGINT NOT NULL,
    approved_by TEXT COLLATE "C",
    made_by TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL CHECK (status IN
        ('requested', 'approved', 'rejected', 'withdrawn', 'made')),
    version INTEGER NOT NULL,
    CHECK (not_before < not_after),
    CHECK ((hour_from IS NULL) = (hour_until IS NULL)),
    CHECK (approved_by <> requested_by),
    CHECK (made_by <> requested_by AND made_by <> approved_by),
    CHECK ((status IN ('approved', 'made')) <= (approved_by IS NOT NULL)),
    CHECK ((status = 'made') = (made_by IS NOT NULL))
);
-- The code of a seal that came to nothing is free again.
CREATE UNIQUE INDEX seal_application_code ON seal_application (code)
    WHERE status NOT IN ('rejected', 'withdrawn');
CREATE INDEX seal_application_organization ON seal_application (organization_id);

-- Every step of the life of a seal, from asking for it on: kept for good.
CREATE TABLE seal_entry (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seal_id TEXT COLLATE "C" NOT NULL,                   -- of the seal, and before of its application
    from_status TEXT COLLATE "C",
    to_status TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX seal_entry_seal ON seal_entry (seal_id, at, id);

-- What one person proposes and another confirms.
CREATE TABLE seal_proposal (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seal_id TEXT COLLATE "C" NOT NULL REFERENCES seal (id),
    change TEXT COLLATE "C" NOT NULL CHECK (change IN ('resume', 'revoke', 'terms')),
    scope TEXT COLLATE "C",
    per_hour INTEGER CHECK (per_hour > 0),
    per_day INTEGER CHECK (per_day > 0),
    hour_from INTEGER CHECK (hour_from BETWEEN 0 AND 23),
    hour_until INTEGER CHECK (hour_until BETWEEN hour_from + 1 AND 24),
    revocation TEXT COLLATE "C",
    invalid_from BIGINT,
    reason TEXT COLLATE "C" NOT NULL,
    proposed_by TEXT COLLATE "C" NOT NULL,
    proposed_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'confirmed', 'refused')),
    decided_by TEXT COLLATE "C",
    decided_at BIGINT,
    CHECK ((hour_from IS NULL) = (hour_until IS NULL)),
    CHECK ((change = 'terms') = (scope IS NOT NULL)),
    CHECK ((change = 'revoke') = (revocation IS NOT NULL)),
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (state <> 'confirmed' OR decided_by <> proposed_by)
);
-- One at a time: whoever confirms sees the seal as it was when it was proposed.
CREATE UNIQUE INDEX seal_proposal_open ON seal_proposal (seal_id) WHERE state = 'open';
CREATE INDEX seal_proposal_seal ON seal_proposal (seal_id);
CREATE FUNCTION seal_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the history of seals only grows'; END $$;
CREATE TRIGGER seal_entry_kept BEFORE UPDATE OR DELETE ON seal_entry
    FOR EACH ROW EXECUTE FUNCTION seal_entry_only_grows();
