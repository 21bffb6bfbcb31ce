-- Systems that call the service. Whoever left stays: the audit trail names them.
CREATE TABLE client (
    id                       TEXT    NOT NULL PRIMARY KEY,
    organization_id          TEXT    NOT NULL REFERENCES organization (id),
    name                     TEXT    NOT NULL UNIQUE,  -- client_id
    label                    TEXT    NOT NULL,
    method                   TEXT    NOT NULL CHECK (method IN
        ('private_key_jwt', 'tls_client_auth', 'client_secret', 'signed_requests')),
    scope                    TEXT    NOT NULL,         -- permissions, types, departments, items
    addresses                TEXT    NOT NULL,         -- networks, with spaces between; empty: any
    requires_signed_requests INTEGER NOT NULL CHECK (requires_signed_requests IN (0, 1)),
    status                   TEXT    NOT NULL CHECK (status IN ('active', 'closed')),
    valid_until              INTEGER,
    created_at               INTEGER NOT NULL
) STRICT;
CREATE INDEX client_organization ON client (organization_id, name);

-- What a client proves something with; several are in force at once.
CREATE TABLE client_credential (
    id          TEXT    NOT NULL PRIMARY KEY,
    client_id   TEXT    NOT NULL REFERENCES client (id),
    kind        TEXT    NOT NULL CHECK (kind IN ('key', 'certificate', 'secret', 'hmac')),
    key_id      TEXT    NOT NULL,
    material    BLOB    NOT NULL,  -- public key, SHA-256 of a certificate or secret, wrapped secret
    about       TEXT    NOT NULL,
    valid_from  INTEGER NOT NULL,
    valid_until INTEGER,
    revoked_at  INTEGER,
    used_at     INTEGER,           -- to the minute
    UNIQUE (client_id, key_id)
) STRICT;

-- Access tokens: a digest of what the client presents. What is revoked is gone.
CREATE TABLE access_token (
    digest        TEXT    NOT NULL PRIMARY KEY,  -- SHA-256
    client_id     TEXT    NOT NULL REFERENCES client (id),
    credential_id TEXT    NOT NULL REFERENCES client_credential (id),
    scope         TEXT    NOT NULL,
    certificate   TEXT,                          -- SHA-256 of the one it is bound to
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX access_token_client ON access_token (client_id);
CREATE INDEX access_token_credential ON access_token (credential_id);
CREATE INDEX access_token_expiry ON access_token (expires_at);

-- What a client may say once: ids of assertions, nonces of signed requests.
CREATE TABLE client_nonce (
    client_id  TEXT    NOT NULL REFERENCES client (id),
    nonce      TEXT    NOT NULL,  -- SHA-256 of its kind and itself
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, nonce)
) STRICT;
CREATE INDEX client_nonce_expiry ON client_nonce (expires_at);
