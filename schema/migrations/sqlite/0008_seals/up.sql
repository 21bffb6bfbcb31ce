-- How often and when a seal may be used; null where that is not limited.
ALTER TABLE seal ADD COLUMN per_hour INTEGER CHECK (per_hour > 0);
ALTER TABLE seal ADD COLUMN per_day INTEGER CHECK (per_day > 0);
ALTER TABLE seal ADD COLUMN hour_from INTEGER CHECK (hour_from BETWEEN 0 AND 23);
ALTER TABLE seal ADD COLUMN hour_until INTEGER
    CHECK ((hour_until IS NULL) = (hour_from IS NULL) AND (hour_until IS NULL OR hour_until BETWEEN hour_from + 1 AND 24));
-- Why it was revoked; since when nothing sealed with it is believed, if its key was compromised.
ALTER TABLE seal ADD COLUMN revocation TEXT
    CHECK (revocation IS NULL OR status = 'revoked');
ALTER TABLE seal ADD COLUMN invalid_from INTEGER
    CHECK ((invalid_from IS NOT NULL) = (coalesce(revocation, '') = 'key_compromise'));

-- Who made a seal and who put it on record: two people. Which one took its place.
ALTER TABLE seal ADD COLUMN made_by TEXT;
ALTER TABLE seal ADD COLUMN filed_by TEXT
    CHECK (filed_by <> made_by)
    CHECK (made_by IS NULL OR filed_by IS NOT NULL OR status IN ('made', 'revoked'));
ALTER TABLE seal ADD COLUMN filing TEXT CHECK ((filing IS NULL) = (filed_by IS NULL));
ALTER TABLE seal ADD COLUMN replaced_by_id TEXT REFERENCES seal (id);

-- Seals that were asked for, until they are made; then the seal has the same id. Whoever asks does
-- not approve, and neither of the two makes it.
CREATE TABLE seal_application (
    id                 TEXT    NOT NULL PRIMARY KEY,
    organization_id    TEXT    NOT NULL REFERENCES organization (id),
    code               TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    kind               TEXT    NOT NULL,
    picture_media_type TEXT    NOT NULL,
    picture            BLOB    NOT NULL,
    width_mm           INTEGER NOT NULL,
    height_mm          INTEGER NOT NULL,
    scope              TEXT    NOT NULL,
    per_hour           INTEGER CHECK (per_hour > 0),
    per_day            INTEGER CHECK (per_day > 0),
    hour_from          INTEGER CHECK (hour_from BETWEEN 0 AND 23),
    hour_until         INTEGER CHECK (hour_until BETWEEN hour_from + 1 AND 24),
    not_before         INTEGER NOT NULL,
    not_after          INTEGER NOT NULL,
    replaces_id        TEXT    REFERENCES seal (id),
    sm2_key_id         TEXT    REFERENCES signing_key (id),
    pades_key_id       TEXT    REFERENCES signing_key (id),
    requested_by       TEXT    NOT NULL,
    requested_at       INTEGER NOT NULL,
    approved_by        TEXT,
    made_by            TEXT,
    status             TEXT    NOT NULL CHECK (status IN
        ('requested', 'approved', 'rejected', 'withdrawn', 'made')),
    version            INTEGER NOT NULL,
    CHECK (not_before < not_after),
    CHECK ((hour_from IS NULL) = (hour_until IS NULL)),
    CHECK (approved_by <> requested_by),
    CHECK (made_by <> requested_by AND made_by <> approved_by),
    CHECK ((status IN ('approved', 'made')) <= (approved_by IS NOT NULL)),
    CHECK ((status = 'made') = (made_by IS NOT NULL))
) STRICT;
-- The code of a seal that came to nothing is free again.
CREATE UNIQUE INDEX seal_application_code ON seal_application (code)
    WHERE status NOT IN ('rejected', 'withdrawn');
CREATE INDEX seal_application_organization ON seal_application (organization_id);

-- Every step of the life of a seal, from asking for it on: kept for good.
CREATE TABLE seal_entry (
    id          TEXT    NOT NULL PRIMARY KEY,
    seal_id     TEXT    NOT NULL,                   -- of the seal, and before of its application
    from_status TEXT,
    to_status   TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX seal_entry_seal ON seal_entry (seal_id, at, id);

-- What one person proposes and another confirms.
CREATE TABLE seal_proposal (
    id           TEXT    NOT NULL PRIMARY KEY,
    seal_id      TEXT    NOT NULL REFERENCES seal (id),
    change       TEXT    NOT NULL CHECK (change IN ('resume', 'revoke', 'terms')),
    scope        TEXT,
    per_hour     INTEGER CHECK (per_hour > 0),
    per_day      INTEGER CHECK (per_day > 0),
    hour_from    INTEGER CHECK (hour_from BETWEEN 0 AND 23),
    hour_until   INTEGER CHECK (hour_until BETWEEN hour_from + 1 AND 24),
    revocation   TEXT,
    invalid_from INTEGER,
    reason       TEXT    NOT NULL,
    proposed_by  TEXT    NOT NULL,
    proposed_at  INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'confirmed', 'refused')),
    decided_by   TEXT,
    decided_at   INTEGER,
    CHECK ((hour_from IS NULL) = (hour_until IS NULL)),
    CHECK ((change = 'terms') = (scope IS NOT NULL)),
    CHECK ((change = 'revoke') = (revocation IS NOT NULL)),
    CHECK ((state = 'open') = (decided_by IS NULL)),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (state <> 'confirmed' OR decided_by <> proposed_by)
) STRICT;
-- One at a time: whoever confirms sees the seal as it was when it was proposed.
CREATE UNIQUE INDEX seal_proposal_open ON seal_proposal (seal_id) WHERE state = 'open';
CREATE INDEX seal_proposal_seal ON seal_proposal (seal_id);
CREATE TRIGGER seal_entry_changed BEFORE UPDATE ON seal_entry
BEGIN SELECT RAISE(ABORT, 'the history of seals only grows'); END;
CREATE TRIGGER seal_entry_deleted BEFORE DELETE ON seal_entry
BEGIN SELECT RAISE(ABORT, 'the history of seals only grows'); END;
