-- Materials of a person or a body that are no licenses, kept to be used again. The grade follows from the
-- columns and stands in none; nor does expired. Whoever holds it is an HMAC.
CREATE TABLE library_material (
    id              TEXT    NOT NULL PRIMARY KEY,
    holder          TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    source          TEXT    NOT NULL CHECK (source IN ('copy', 'self_made')),
    handed_by       TEXT    NOT NULL,
    handed_for      TEXT    REFERENCES organization (id),   -- none: the holder personally
    handed_operator TEXT    NOT NULL,
    handed_case     TEXT    NOT NULL,
    media_type      TEXT    NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    pages           INTEGER NOT NULL CHECK (pages > 0),
    sm3             TEXT    NOT NULL,               -- as it is kept
    sha256          TEXT    NOT NULL,
    bytes           INTEGER NOT NULL,
    original_sm3    TEXT    NOT NULL,               -- as it came
    original_sha256 TEXT    NOT NULL,
    original_bytes  INTEGER NOT NULL,
    last_day        TEXT,
    created_at      INTEGER NOT NULL,
    checked_by      TEXT,
    checked_for     TEXT    REFERENCES organization (id),
    checked_operator TEXT,
    checked_window  TEXT,
    checked_case    TEXT,
    checked_at      INTEGER,
    erased_by       TEXT,
    erased_for      TEXT    REFERENCES organization (id),
    erased_at       INTEGER,
    CHECK ((checked_by IS NULL) = (checked_for IS NULL)),
    CHECK ((checked_by IS NULL) = (checked_operator IS NULL)),
    CHECK ((checked_by IS NULL) = (checked_window IS NULL)),
    CHECK ((checked_by IS NULL) = (checked_case IS NULL)),
    CHECK ((checked_by IS NULL) = (checked_at IS NULL)),
    CHECK (checked_by IS NULL OR source = 'copy'),
    -- Nobody checks what they brought themselves.
    CHECK (checked_by IS NULL OR checked_by <> handed_by OR checked_operator <> handed_operator),
    CHECK ((erased_by IS NULL) = (erased_at IS NULL)),
    CHECK (erased_for IS NULL OR erased_by IS NOT NULL)
) STRICT;
CREATE INDEX library_material_holder ON library_material (holder, created_at);
CREATE INDEX library_material_file ON library_material (sm3);

-- Who used a material: once for a department, a case and an item.
CREATE TABLE library_use (
    material_id     TEXT    NOT NULL REFERENCES library_material (id),
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    case_no         TEXT    NOT NULL,
    item            TEXT    NOT NULL,
    decision_id     TEXT    REFERENCES exemption_decision (id),
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (material_id, organization_id, case_no, item)
) STRICT;

-- What was said stays: only a check is added, once, and an erasure.
CREATE TRIGGER library_material_stays BEFORE UPDATE ON library_material WHEN
        NEW.id <> OLD.id OR NEW.holder <> OLD.holder OR NEW.name <> OLD.name OR NEW.source <> OLD.source
        OR NEW.handed_by <> OLD.handed_by OR NEW.handed_for IS NOT OLD.handed_for
        OR NEW.handed_operator <> OLD.handed_operator OR NEW.sm3 <> OLD.sm3
        OR NEW.sha256 <> OLD.sha256 OR NEW.original_sm3 <> OLD.original_sm3
        OR NEW.last_day IS NOT OLD.last_day OR NEW.created_at <> OLD.created_at
        OR OLD.checked_at IS NOT NULL AND (NEW.checked_by IS NOT OLD.checked_by
            OR NEW.checked_at IS NOT OLD.checked_at OR NEW.checked_operator IS NOT OLD.checked_operator)
        OR OLD.erased_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'library_material stays as it is'); END;
CREATE TRIGGER library_material_delete BEFORE DELETE ON library_material
    BEGIN SELECT RAISE(ABORT, 'library_material is kept'); END;
CREATE TRIGGER library_use_update BEFORE UPDATE ON library_use
    BEGIN SELECT RAISE(ABORT, 'library_use is only added to'); END;
CREATE TRIGGER library_use_delete BEFORE DELETE ON library_use
    BEGIN SELECT RAISE(ABORT, 'library_use is only added to'); END;
