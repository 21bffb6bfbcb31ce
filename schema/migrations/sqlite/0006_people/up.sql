-- People who sign in. Whoever left stays: the audit trail names them.
CREATE TABLE staff (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    login           TEXT    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('invited', 'active', 'closed')),
    password        TEXT    NOT NULL,               -- Argon2id, a PHC string
    password_at     INTEGER NOT NULL,
    one_time        BLOB,                           -- the secret of codes, as custody wrapped it
    one_time_step   INTEGER NOT NULL,               -- of the newest code that was taken
    guesses         INTEGER NOT NULL,               -- wrong ones since the last right one
    rests_until     INTEGER,
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    CHECK ((status = 'active') <= (one_time IS NOT NULL))
) STRICT;
CREATE INDEX staff_organization ON staff (organization_id, login);

CREATE TABLE staff_role (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    role     TEXT NOT NULL CHECK (role IN
        ('clerk', 'seal_keeper', 'seal_approver', 'system_admin', 'security_admin', 'auditor')),
    PRIMARY KEY (staff_id, role)
) STRICT;
-- Nobody is two of the three administrators.
CREATE UNIQUE INDEX staff_role_administrator ON staff_role (staff_id)
    WHERE role IN ('system_admin', 'security_admin', 'auditor');

-- Sessions: a digest of what the browser keeps.
CREATE TABLE session (
    digest     TEXT    NOT NULL PRIMARY KEY,        -- SHA-256
    staff_id   TEXT    NOT NULL REFERENCES staff (id),
    stage      TEXT    NOT NULL CHECK (stage IN ('setup', 'code', 'open')),
    offered    BLOB,                                -- a secret of codes that is being set up
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX session_staff ON session (staff_id);
CREATE INDEX session_created ON session (created_at);

-- What an auditor asks besides the subject: what somebody did, newest first.
CREATE INDEX audit_event_actor ON audit_event (actor, sequence);
