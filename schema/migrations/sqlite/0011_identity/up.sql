-- Certificates by which people sign in. One that was withdrawn stays: the audit trail names it.
CREATE TABLE staff_certificate (
    fingerprint  TEXT    NOT NULL PRIMARY KEY,      -- SHA-256 of the certificate
    staff_id     TEXT    NOT NULL REFERENCES staff (id),
    subject      TEXT    NOT NULL,
    until        INTEGER NOT NULL,
    added_at     INTEGER NOT NULL,
    withdrawn_at INTEGER
) STRICT;
CREATE INDEX staff_certificate_staff ON staff_certificate (staff_id, added_at);

-- Who opened a session with a certificate shows it with each request.
ALTER TABLE session ADD COLUMN certificate TEXT;

-- From where somebody tries to sign in to an account, so that strangers shut out themselves alone.
CREATE TABLE sign_in_attempts (
    staff_id     TEXT    NOT NULL REFERENCES staff (id),
    origin       TEXT    NOT NULL,                  -- a network, or a certificate
    guesses      INTEGER NOT NULL,                  -- wrong ones since the last right one
    rests_until  INTEGER,
    signed_in_at INTEGER,
    seen_at      INTEGER NOT NULL,
    PRIMARY KEY (staff_id, origin)
) STRICT;
CREATE INDEX sign_in_attempts_seen ON sign_in_attempts (seen_at);

-- Sessions of citizens. Nothing in it says who somebody is: the number stands there as an HMAC.
CREATE TABLE citizen_session (
    digest     TEXT NOT NULL PRIMARY KEY,  -- SHA-256 of what the browser keeps
    provider   TEXT NOT NULL,
    holder     TEXT NOT NULL,  -- HMAC-SHA256 of the assured number
    name       TEXT NOT NULL,  -- masked
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX citizen_session_seen ON citizen_session (seen_at);

-- Secrets that all processes of the service share, as custody wrapped them.
CREATE TABLE service_secret (
    name    TEXT NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL
) STRICT;
