-- Which licenses are notices of a case, written with their draft: what lists of a case are made of. What
-- a notice says, and whether it counts, is with its license.
CREATE TABLE notice (
    license_id  TEXT    NOT NULL PRIMARY KEY REFERENCES license (id),
    issuer_id   TEXT    NOT NULL REFERENCES organization (id),
    kind        TEXT    NOT NULL CHECK (kind IN
        ('acceptance', 'corrections', 'one_time', 'completion', 'refusal', 'approval')),
    case_no     TEXT    NOT NULL,
    item        TEXT,
    decision_id TEXT,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_list ON notice (issuer_id, created_at, license_id);
CREATE INDEX notice_kind ON notice (issuer_id, kind, created_at, license_id);
CREATE INDEX notice_case ON notice (issuer_id, case_no, created_at, license_id);

CREATE TRIGGER notice_update BEFORE UPDATE ON notice
    BEGIN SELECT RAISE(ABORT, 'notice is only added to'); END;
CREATE TRIGGER notice_delete BEFORE DELETE ON notice
    BEGIN SELECT RAISE(ABORT, 'notice is only added to'); END;
