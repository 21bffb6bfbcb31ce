-- Service items: the newest version of each, and by what it is found.
CREATE TABLE service_item (
    code           TEXT    NOT NULL PRIMARY KEY,
    version        INTEGER NOT NULL,           -- the newest
    mapped_version INTEGER NOT NULL,           -- of whose materials somebody said what may stand in their place
    department     TEXT    NOT NULL,   -- social credit code
    name           TEXT    NOT NULL,
    found_by       TEXT    NOT NULL    -- names, first letters of their pinyin and code, as search keys
) STRICT;
CREATE INDEX service_item_department ON service_item (department, code);

-- Every version, as a document that stays as it is.
CREATE TABLE service_item_version (
    code         TEXT    NOT NULL REFERENCES service_item (code),
    version      INTEGER NOT NULL,
    document     TEXT    NOT NULL,     -- JSON
    digest       TEXT    NOT NULL,     -- SM3 of the document
    published_at INTEGER NOT NULL,
    published_by TEXT    NOT NULL,
    PRIMARY KEY (code, version)
) STRICT;
CREATE TRIGGER service_item_version_update BEFORE UPDATE ON service_item_version
    BEGIN SELECT RAISE(ABORT, 'service_item_version is only added to'); END;
CREATE TRIGGER service_item_version_delete BEFORE DELETE ON service_item_version
    BEGIN SELECT RAISE(ABORT, 'service_item_version is only added to'); END;
CREATE TRIGGER service_item_version_insert BEFORE INSERT ON service_item_version
    WHEN EXISTS (SELECT 1 FROM service_item_version WHERE code = NEW.code AND version = NEW.version)
    BEGIN SELECT RAISE(ABORT, 'service_item_version is only added to'); END;
