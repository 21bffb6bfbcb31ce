-- People who sign in. Whoever left stays: the audit trail names them.
CREATE TABLE staff (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    login           TEXT COLLATE "C" NOT NULL UNIQUE,
    name            TEXT COLLATE "C" NOT NULL,
    status          TEXT COLLATE "C" NOT NULL CHECK (status IN ('invited', 'active', 'closed')),
    password        TEXT COLLATE "C" NOT NULL,  -- Argon2id, a PHC string
    password_at     BIGINT NOT NULL,
    one_time        BYTEA,  -- the secret of codes, as custody wrapped it
    one_time_step   BIGINT NOT NULL,  -- of the newest code that was taken
    guesses         INTEGER NOT NULL,  -- wrong ones since the last right one
    rests_until     BIGINT,
    created_at      BIGINT NOT NULL,
    version         INTEGER NOT NULL,
    CHECK ((status = 'active') <= (one_time IS NOT NULL))
);
CREATE INDEX staff_organization ON staff (organization_id, login);

CREATE TABLE staff_role (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    role     TEXT COLLATE "C" NOT NULL CHECK (role IN
        ('clerk', 'seal_keeper', 'seal_approver', 'system_admin', 'security_admin', 'auditor')),
    PRIMARY KEY (staff_id, role)
);
-- Nobody is two of the three administrators.
CREATE UNIQUE INDEX staff_role_administrator ON staff_role (staff_id)
    WHERE role IN ('system_admin', 'security_admin', 'auditor');

-- Sessions: a digest of what the browser keeps.
CREATE TABLE session (
    digest     TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- SHA-256
    staff_id   TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    stage      TEXT COLLATE "C" NOT NULL CHECK (stage IN ('setup', 'code', 'open')),
    offered    BYTEA,  -- a secret of codes that is being set up
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX session_staff ON session (staff_id);
CREATE INDEX session_created ON session (created_at);

-- What an auditor asks besides the subject: what somebody did, newest first.
CREATE INDEX audit_event_actor ON audit_event (actor, sequence);
