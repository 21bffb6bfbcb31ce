-- License types change while the service runs. Who published a version; NULL: it came with the
-- program or with a folder of its operator.
ALTER TABLE license_type ADD COLUMN published_by TEXT COLLATE "C";

-- How a type stands here: who keeps it, where that is not the authority of its code, and whether it
-- was withdrawn from use.
CREATE TABLE license_type_use (
    code         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    keeper_id    TEXT COLLATE "C" REFERENCES organization (id),
    withdrawn_at BIGINT,
    withdrawn_by TEXT COLLATE "C",
    reason       TEXT COLLATE "C",
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (reason IS NULL))
);

-- The next version of a type, until it is published.
CREATE TABLE license_type_draft (
    code       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    document   TEXT COLLATE "C" NOT NULL,           -- catalogue document, JSON
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL,
    version    INTEGER NOT NULL                     -- counts the changes
);

-- A version that was published stays as it is.
CREATE TRIGGER license_type_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON license_type
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
