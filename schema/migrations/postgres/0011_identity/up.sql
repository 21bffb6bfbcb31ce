-- Certificates by which people sign in. One that was withdrawn stays: the audit trail names it.
CREATE TABLE staff_certificate (
    fingerprint  TEXT COLLATE "C" NOT NULL PRIMARY KEY,      -- SHA-256 of the certificate
    staff_id     TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    subject      TEXT COLLATE "C" NOT NULL,
    until        BIGINT NOT NULL,
    added_at     BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX staff_certificate_staff ON staff_certificate (staff_id, added_at);

-- Who opened a session with a certificate shows it with each request.
ALTER TABLE session ADD COLUMN certificate TEXT COLLATE "C";

-- From where somebody tries to sign in to an account, so that strangers shut out themselves alone.
CREATE TABLE sign_in_attempts (
    staff_id     TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    origin       TEXT COLLATE "C" NOT NULL,                  -- a network, or a certificate
    guesses      INTEGER NOT NULL,                  -- wrong ones since the last right one
    rests_until BIGINT,
    signed_in_at BIGINT,
    seen_at      BIGINT NOT NULL,
    PRIMARY KEY (staff_id, origin)
);
CREATE INDEX sign_in_attempts_seen ON sign_in_attempts (seen_at);

-- Sessions of citizens. Nothing in it says who somebody is: the number stands there as an HMAC.
CREATE TABLE citizen_session (
    digest     TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- SHA-256 of what the browser keeps
    provider   TEXT COLLATE "C" NOT NULL,
    holder     TEXT COLLATE "C" NOT NULL,  -- HMAC-SHA256 of the assured number
    name       TEXT COLLATE "C" NOT NULL,  -- masked
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX citizen_session_seen ON citizen_session (seen_at);

-- Secrets that all processes of the service share, as custody wrapped them.
CREATE TABLE service_secret (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL
);
