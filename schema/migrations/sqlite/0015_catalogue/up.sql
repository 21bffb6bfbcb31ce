-- License types change while the service runs. Who published a version; NULL: it came with the
-- program or with a folder of its operator.
ALTER TABLE license_type ADD COLUMN published_by TEXT;

-- How a type stands here: who keeps it, where that is not the authority of its code, and whether it
-- was withdrawn from use.
CREATE TABLE license_type_use (
    code         TEXT    NOT NULL PRIMARY KEY,
    keeper_id    TEXT    REFERENCES organization (id),
    withdrawn_at INTEGER,
    withdrawn_by TEXT,
    reason       TEXT,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (reason IS NULL))
) STRICT;

-- The next version of a type, until it is published.
CREATE TABLE license_type_draft (
    code       TEXT    NOT NULL PRIMARY KEY,
    document   TEXT    NOT NULL,                    -- catalogue document, JSON
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    version    INTEGER NOT NULL                     -- counts the changes
) STRICT;

-- A version that was published stays as it is.
CREATE TRIGGER license_type_update BEFORE UPDATE ON license_type
    BEGIN SELECT RAISE(ABORT, 'license_type is only added to'); END;
CREATE TRIGGER license_type_delete BEFORE DELETE ON license_type
    BEGIN SELECT RAISE(ABORT, 'license_type is only added to'); END;
CREATE TRIGGER license_type_insert BEFORE INSERT ON license_type
    WHEN EXISTS (SELECT 1 FROM license_type WHERE code = NEW.code AND version = NEW.version)
    BEGIN SELECT RAISE(ABORT, 'license_type is only added to'); END;
