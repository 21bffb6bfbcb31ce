-- Systems that call the service. Whoever left stays: the audit trail names them.
CREATE TABLE client (
    id                       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id          TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    name                     TEXT COLLATE "C" NOT NULL UNIQUE,  -- client_id
    label                    TEXT COLLATE "C" NOT NULL,
    method                   TEXT COLLATE "C" NOT NULL CHECK (method IN
        ('private_key_jwt', 'tls_client_auth', 'client_secret', 'signed_requests')),
    scope                    TEXT COLLATE "C" NOT NULL,         -- permissions, types, departments, items
    addresses                TEXT COLLATE "C" NOT NULL,         -- networks, with spaces between; empty: any
    requires_signed_requests INTEGER NOT NULL CHECK (requires_signed_requests IN (0, 1)),
    status                   TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'closed')),
    valid_until              BIGINT,
    created_at               BIGINT NOT NULL
);
CREATE INDEX client_organization ON client (organization_id, name);

-- What a client proves something with; several are in force at once.
CREATE TABLE client_credential (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id   TEXT COLLATE "C" NOT NULL REFERENCES client (id),
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN ('key', 'certificate', 'secret', 'hmac')),
    key_id      TEXT COLLATE "C" NOT NULL,
    material    BYTEA NOT NULL,  -- public key, SHA-256 of a certificate or secret, wrapped secret
    about       TEXT COLLATE "C" NOT NULL,
    valid_from  BIGINT NOT NULL,
    valid_until BIGINT,
    revoked_at  BIGINT,
    used_at     BIGINT,           -- to the minute
    UNIQUE (client_id, key_id)
);

-- Access tokens: a digest of what the client presents. What is revoked is gone.
CREATE TABLE access_token (
    digest        TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- SHA-256
    client_id     TEXT COLLATE "C" NOT NULL REFERENCES client (id),
    credential_id TEXT COLLATE "C" NOT NULL REFERENCES client_credential (id),
    scope         TEXT COLLATE "C" NOT NULL,
    certificate   TEXT COLLATE "C",                          -- SHA-256 of the one it is bound to
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);
CREATE INDEX access_token_client ON access_token (client_id);
CREATE INDEX access_token_credential ON access_token (credential_id);
CREATE INDEX access_token_expiry ON access_token (expires_at);

-- What a client may say once: ids of assertions, nonces of signed requests.
CREATE TABLE client_nonce (
    client_id  TEXT COLLATE "C" NOT NULL REFERENCES client (id),
    nonce      TEXT COLLATE "C" NOT NULL,  -- SHA-256 of its kind and itself
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, nonce)
);
CREATE INDEX client_nonce_expiry ON client_nonce (expires_at);
