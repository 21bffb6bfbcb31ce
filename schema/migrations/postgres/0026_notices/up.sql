-- Which licenses are notices of a case, written with their draft: what lists of a case are made of. What
-- a notice says, and whether it counts, is with its license.
CREATE TABLE notice (
    license_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES license (id),
    issuer_id   TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN
        ('acceptance', 'corrections', 'one_time', 'completion', 'refusal', 'approval')),
    case_no     TEXT COLLATE "C" NOT NULL,
    item        TEXT COLLATE "C",
    decision_id TEXT COLLATE "C",
    created_at  BIGINT NOT NULL
);
CREATE INDEX notice_list ON notice (issuer_id, created_at, license_id);
CREATE INDEX notice_kind ON notice (issuer_id, kind, created_at, license_id);
CREATE INDEX notice_case ON notice (issuer_id, case_no, created_at, license_id);

CREATE TRIGGER notice_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON notice
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
