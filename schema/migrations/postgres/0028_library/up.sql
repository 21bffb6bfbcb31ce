-- Materials of a person or a body that are no licenses, kept to be used again. The grade follows from the
-- columns and stands in none; nor does expired. Whoever holds it is an HMAC.
CREATE TABLE library_material (
    id              TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    holder          TEXT COLLATE "C"    NOT NULL,
    name            TEXT COLLATE "C"    NOT NULL,
    source          TEXT COLLATE "C"    NOT NULL CHECK (source IN ('copy', 'self_made')),
    handed_by       TEXT COLLATE "C"    NOT NULL,
    handed_for      TEXT COLLATE "C"    REFERENCES organization (id),   -- none: the holder personally
    handed_operator TEXT COLLATE "C"    NOT NULL,
    handed_case     TEXT COLLATE "C"    NOT NULL,
    media_type      TEXT COLLATE "C"    NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    pages           INTEGER NOT NULL CHECK (pages > 0),
    sm3             TEXT COLLATE "C"    NOT NULL,               -- as it is kept
    sha256          TEXT COLLATE "C"    NOT NULL,
    bytes           BIGINT NOT NULL,
    original_sm3    TEXT COLLATE "C"    NOT NULL,               -- as it came
    original_sha256 TEXT COLLATE "C"    NOT NULL,
    original_bytes  BIGINT NOT NULL,
    last_day        TEXT COLLATE "C",
    created_at      BIGINT NOT NULL,
    checked_by      TEXT COLLATE "C",
    checked_for     TEXT COLLATE "C"    REFERENCES organization (id),
    checked_operator TEXT COLLATE "C",
    checked_window  TEXT COLLATE "C",
    checked_case    TEXT COLLATE "C",
    checked_at      BIGINT,
    erased_by       TEXT COLLATE "C",
    erased_for      TEXT COLLATE "C"    REFERENCES organization (id),
    erased_at       BIGINT,
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
);
CREATE INDEX library_material_holder ON library_material (holder, created_at);
CREATE INDEX library_material_file ON library_material (sm3);

-- Who used a material: once for a department, a case and an item.
CREATE TABLE library_use (
    material_id     TEXT COLLATE "C"    NOT NULL REFERENCES library_material (id),
    organization_id TEXT COLLATE "C"    NOT NULL REFERENCES organization (id),
    case_no         TEXT COLLATE "C"    NOT NULL,
    item            TEXT COLLATE "C"    NOT NULL,
    decision_id     TEXT COLLATE "C"    REFERENCES exemption_decision (id),
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (material_id, organization_id, case_no, item)
);

-- What was said stays: only a check is added, once, and an erasure.
CREATE FUNCTION library_material_stays() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'library_material stays as it is'; END $$;
CREATE TRIGGER library_material_stays BEFORE UPDATE ON library_material
    FOR EACH ROW WHEN (
        NEW.id <> OLD.id OR NEW.holder <> OLD.holder OR NEW.name <> OLD.name OR NEW.source <> OLD.source
        OR NEW.handed_by <> OLD.handed_by OR NEW.handed_for IS DISTINCT FROM OLD.handed_for
        OR NEW.handed_operator <> OLD.handed_operator OR NEW.sm3 <> OLD.sm3
        OR NEW.sha256 <> OLD.sha256 OR NEW.original_sm3 <> OLD.original_sm3
        OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.created_at <> OLD.created_at
        OR OLD.checked_at IS NOT NULL AND (NEW.checked_by IS DISTINCT FROM OLD.checked_by
            OR NEW.checked_at IS DISTINCT FROM OLD.checked_at OR NEW.checked_operator IS DISTINCT FROM OLD.checked_operator)
        OR OLD.erased_at IS NOT NULL)
    EXECUTE FUNCTION library_material_stays();
CREATE TRIGGER library_material_kept BEFORE DELETE OR TRUNCATE ON library_material
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER library_use_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON library_use
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
