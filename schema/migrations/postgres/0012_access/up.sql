-- Who looked at what is personal: one row for a look, there before the answer leaves, bound to the
-- row before by its hash. What was not said is empty.
CREATE TABLE access_log (
    sequence        BIGINT NOT NULL PRIMARY KEY,
    id              TEXT COLLATE "C" NOT NULL UNIQUE,
    at              BIGINT NOT NULL,
    actor           TEXT COLLATE "C" NOT NULL,
    organization_id TEXT COLLATE "C",
    route           TEXT COLLATE "C" NOT NULL,
    roles           TEXT COLLATE "C" NOT NULL,
    operator        TEXT COLLATE "C" NOT NULL,
    operator_role   TEXT COLLATE "C" NOT NULL,
    item            TEXT COLLATE "C" NOT NULL,
    case_no         TEXT COLLATE "C" NOT NULL,
    basis           TEXT COLLATE "C" NOT NULL,
    licenses        TEXT COLLATE "C" NOT NULL,               -- ids with blanks between
    fields          TEXT COLLATE "C" NOT NULL,
    outcome         TEXT COLLATE "C" NOT NULL,
    previous        TEXT COLLATE "C" NOT NULL,
    hash            TEXT COLLATE "C" NOT NULL
);
CREATE INDEX access_log_actor ON access_log (actor, sequence);
CREATE INDEX access_log_organization ON access_log (organization_id, sequence);
CREATE INDEX access_log_case ON access_log (case_no, sequence);
CREATE INDEX access_log_at ON access_log (at);

-- The same by license.
CREATE TABLE access_license (
    license_id TEXT COLLATE "C" NOT NULL,
    sequence   BIGINT NOT NULL REFERENCES access_log (sequence),
    actor      TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (license_id, sequence)
);
CREATE INDEX access_license_place ON access_license (sequence, license_id);
CREATE INDEX access_license_actor ON access_license (actor, at, license_id);

-- What an auditor should look at.
CREATE TABLE alert (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    rule      TEXT COLLATE "C" NOT NULL CHECK (rule IN ('bulk', 'outside_hours', 'no_case_number',
        'same_license', 'seal_limit', 'sign_in', 'key_refused')),
    actor     TEXT COLLATE "C" NOT NULL,
    subject   TEXT COLLATE "C" NOT NULL,
    first_at  BIGINT NOT NULL,
    last_at   BIGINT NOT NULL,
    times     INTEGER NOT NULL,
    state     TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'looked_at')),
    looked_by TEXT COLLATE "C" REFERENCES staff (id),
    looked_at BIGINT,
    note      TEXT COLLATE "C" NOT NULL,
    CHECK ((state = 'looked_at') = (looked_by IS NOT NULL)),
    CHECK ((looked_by IS NULL) = (looked_at IS NULL))
);
CREATE INDEX alert_newest ON alert (state, last_at, id);
CREATE INDEX alert_of ON alert (rule, actor, subject, last_at);
-- One thing is open once.
CREATE UNIQUE INDEX alert_open ON alert (rule, actor, subject) WHERE state = 'open';

-- How far the logs were looked through for it.
CREATE TABLE alert_place (
    log      TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (log IN ('access', 'audit')),
    sequence BIGINT NOT NULL
);
INSERT INTO alert_place (log, sequence) VALUES ('access', 0);
INSERT INTO alert_place (log, sequence) SELECT 'audit', COALESCE(MAX(sequence), 0) FROM audit_event;

-- What happened stays as it was written.
CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$;
CREATE TRIGGER access_log_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER access_license_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON access_license
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
