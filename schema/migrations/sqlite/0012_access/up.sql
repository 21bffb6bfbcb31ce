-- Who looked at what is personal: one row for a look, there before the answer leaves, bound to the
-- row before by its hash. What was not said is empty.
CREATE TABLE access_log (
    sequence        INTEGER NOT NULL PRIMARY KEY,
    id              TEXT    NOT NULL UNIQUE,
    at              INTEGER NOT NULL,
    actor           TEXT    NOT NULL,
    organization_id TEXT,
    route           TEXT    NOT NULL,
    roles           TEXT    NOT NULL,
    operator        TEXT    NOT NULL,
    operator_role   TEXT    NOT NULL,
    item            TEXT    NOT NULL,
    case_no         TEXT    NOT NULL,
    basis           TEXT    NOT NULL,
    licenses        TEXT    NOT NULL,               -- ids with blanks between
    fields          TEXT    NOT NULL,
    outcome         TEXT    NOT NULL,
    previous        TEXT    NOT NULL,
    hash            TEXT    NOT NULL
) STRICT;
CREATE INDEX access_log_actor ON access_log (actor, sequence);
CREATE INDEX access_log_organization ON access_log (organization_id, sequence);
CREATE INDEX access_log_case ON access_log (case_no, sequence);
CREATE INDEX access_log_at ON access_log (at);

-- The same by license.
CREATE TABLE access_license (
    license_id TEXT    NOT NULL,
    sequence   INTEGER NOT NULL REFERENCES access_log (sequence),
    actor      TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (license_id, sequence)
) STRICT;
CREATE INDEX access_license_place ON access_license (sequence, license_id);
CREATE INDEX access_license_actor ON access_license (actor, at, license_id);

-- What an auditor should look at.
CREATE TABLE alert (
    id        TEXT    NOT NULL PRIMARY KEY,
    rule      TEXT    NOT NULL CHECK (rule IN ('bulk', 'outside_hours', 'no_case_number',
        'same_license', 'seal_limit', 'sign_in', 'key_refused')),
    actor     TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    times     INTEGER NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('open', 'looked_at')),
    looked_by TEXT    REFERENCES staff (id),
    looked_at INTEGER,
    note      TEXT    NOT NULL,
    CHECK ((state = 'looked_at') = (looked_by IS NOT NULL)),
    CHECK ((looked_by IS NULL) = (looked_at IS NULL))
) STRICT;
CREATE INDEX alert_newest ON alert (state, last_at, id);
CREATE INDEX alert_of ON alert (rule, actor, subject, last_at);
-- One thing is open once.
CREATE UNIQUE INDEX alert_open ON alert (rule, actor, subject) WHERE state = 'open';

-- How far the logs were looked through for it.
CREATE TABLE alert_place (
    log      TEXT    NOT NULL PRIMARY KEY CHECK (log IN ('access', 'audit')),
    sequence INTEGER NOT NULL
) STRICT;
INSERT INTO alert_place (log, sequence) VALUES ('access', 0);
INSERT INTO alert_place (log, sequence) SELECT 'audit', COALESCE(MAX(sequence), 0) FROM audit_event;

-- What happened stays as it was written.
CREATE TRIGGER access_log_update BEFORE UPDATE ON access_log
    BEGIN SELECT RAISE(ABORT, 'access_log is only added to'); END;
CREATE TRIGGER access_log_delete BEFORE DELETE ON access_log
    BEGIN SELECT RAISE(ABORT, 'access_log is only added to'); END;
CREATE TRIGGER access_license_update BEFORE UPDATE ON access_license
    BEGIN SELECT RAISE(ABORT, 'access_license is only added to'); END;
CREATE TRIGGER access_license_delete BEFORE DELETE ON access_license
    BEGIN SELECT RAISE(ABORT, 'access_license is only added to'); END;
CREATE TRIGGER audit_event_update BEFORE UPDATE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit_event is only added to'); END;
CREATE TRIGGER audit_event_delete BEFORE DELETE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'audit_event is only added to'); END;
-- INSERT OR REPLACE takes rows away without asking the triggers above.
CREATE TRIGGER access_log_insert BEFORE INSERT ON access_log
    WHEN EXISTS (SELECT 1 FROM access_log WHERE sequence = NEW.sequence OR id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'access_log is only added to'); END;
CREATE TRIGGER audit_event_insert BEFORE INSERT ON audit_event
    WHEN EXISTS (SELECT 1 FROM audit_event WHERE sequence = NEW.sequence OR id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'audit_event is only added to'); END;
