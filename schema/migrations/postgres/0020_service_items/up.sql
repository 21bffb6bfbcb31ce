-- Service items: the newest version of each, and by what it is found.
CREATE TABLE service_item (
    code           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version        INTEGER NOT NULL,           -- the newest
    mapped_version INTEGER NOT NULL,           -- of whose materials somebody said what may stand in their place
    department     TEXT COLLATE "C" NOT NULL,   -- social credit code
    name           TEXT COLLATE "C" NOT NULL,
    found_by       TEXT COLLATE "C" NOT NULL    -- names, first letters of their pinyin and code, as search keys
);
CREATE INDEX service_item_department ON service_item (department, code);

-- Every version, as a document that stays as it is.
CREATE TABLE service_item_version (
    code         TEXT COLLATE "C" NOT NULL REFERENCES service_item (code),
    version      INTEGER NOT NULL,
    document     TEXT COLLATE "C" NOT NULL,     -- JSON
    digest       TEXT COLLATE "C" NOT NULL,     -- SM3 of the document
    published_at BIGINT NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (code, version)
);
CREATE TRIGGER service_item_version_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON service_item_version
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
