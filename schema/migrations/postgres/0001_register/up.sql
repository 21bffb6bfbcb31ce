-- The register. Conventions of every table:
--   ids        text, made by the program (UUIDv7): no sequence of the database is ever shown
--   instants   whole microseconds since 1970 UTC
--   days       text, YYYY-MM-DD, as in China
--   digests    64 hexadecimal digits in small letters
--   order      by code point, as SQLite's: a list is the same on both, and no change of a language's
--              rules can break an index
--   words      fixed lists of the domain layer; the CHECKs repeat those on which an index or a
--              rule of the database rests

-- Bodies that issue, verify and operate.
CREATE TABLE organization (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    code       TEXT COLLATE "C" NOT NULL UNIQUE,  -- unified social credit code
    name       TEXT COLLATE "C" NOT NULL,
    division   TEXT COLLATE "C" NOT NULL,  -- GB/T 2260
    parent_id  TEXT COLLATE "C" REFERENCES organization (id),
    status     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

-- API keys: a digest of the secret, never the secret.
CREATE TABLE api_key (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    label           TEXT COLLATE "C" NOT NULL,
    secret_digest   TEXT COLLATE "C" NOT NULL,  -- SHA-256
    permissions     TEXT COLLATE "C" NOT NULL,  -- words with spaces between
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    revoked_at      BIGINT
);
CREATE INDEX api_key_organization ON api_key (organization_id);

-- The public part of keys in custody; `custody` is how custody finds the private part.
CREATE TABLE signing_key (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" REFERENCES organization (id),
    purpose         TEXT COLLATE "C" NOT NULL,
    kind            TEXT COLLATE "C" NOT NULL,
    public_key      BYTEA NOT NULL,  -- SubjectPublicKeyInfo
    custody         TEXT COLLATE "C" NOT NULL UNIQUE,
    state           TEXT COLLATE "C" NOT NULL,
    created_at      BIGINT NOT NULL
);

-- The certificates of a key: its own at position 0, then those above it.
CREATE TABLE signing_key_certificate (
    key_id   TEXT COLLATE "C" NOT NULL REFERENCES signing_key (id),
    position INTEGER NOT NULL,
    der      BYTEA NOT NULL,
    PRIMARY KEY (key_id, position)
);

-- Electronic seals.
CREATE TABLE seal (
    id                 TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id    TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    code               TEXT COLLATE "C" NOT NULL UNIQUE,  -- esID
    name               TEXT COLLATE "C" NOT NULL,
    kind               TEXT COLLATE "C" NOT NULL,
    seal_der           BYTEA NOT NULL,  -- signed by the seal maker
    picture_media_type TEXT COLLATE "C" NOT NULL,
    picture            BYTEA NOT NULL,
    width_mm           INTEGER NOT NULL,
    height_mm          INTEGER NOT NULL,
    sm2_key_id         TEXT COLLATE "C" REFERENCES signing_key (id),
    pades_key_id       TEXT COLLATE "C" REFERENCES signing_key (id),
    scope              TEXT COLLATE "C" NOT NULL,  -- * or license type codes with spaces between
    not_before         BIGINT NOT NULL,
    not_after          BIGINT NOT NULL,
    status             TEXT COLLATE "C" NOT NULL,
    changed_at         BIGINT NOT NULL,
    version            INTEGER NOT NULL,
    created_at         BIGINT NOT NULL
);
CREATE INDEX seal_organization ON seal (organization_id);

-- License types as published: a version never changes.
CREATE TABLE license_type (
    code         TEXT COLLATE "C" NOT NULL,
    version      INTEGER NOT NULL,
    document     TEXT COLLATE "C" NOT NULL,  -- catalogue document, JSON
    digest       TEXT COLLATE "C" NOT NULL,  -- SM3 of the document
    published_at BIGINT NOT NULL,
    PRIMARY KEY (code, version)
);

-- Licenses. A row exists from the moment its number is taken; VOID rows explain the gaps.
CREATE TABLE license (
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    type_code        TEXT COLLATE "C" NOT NULL,
    type_version     INTEGER NOT NULL,
    number           TEXT COLLATE "C" NOT NULL,  -- as given
    number_key       TEXT COLLATE "C" NOT NULL,  -- as compared
    identifier       TEXT COLLATE "C" NOT NULL UNIQUE,  -- GB/T 36904
    public_code      TEXT COLLATE "C" NOT NULL UNIQUE,
    issuer_id        TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    holder_name      TEXT COLLATE "C",
    holder_name_key  TEXT COLLATE "C",
    holder_code_type TEXT COLLATE "C",
    holder_code      TEXT COLLATE "C",  -- not indexed: it may name a person
    fields           TEXT COLLATE "C" NOT NULL,  -- JSON, as given
    issued_on        TEXT COLLATE "C",
    valid_from       TEXT COLLATE "C",
    valid_to         TEXT COLLATE "C",
    supersedes_id    TEXT COLLATE "C" REFERENCES license (id),
    state            TEXT COLLATE "C" NOT NULL CHECK (state IN
        ('DRAFT', 'PENDING_SEAL', 'ISSUED', 'SUSPENDED', 'REVOKED', 'SUPERSEDED', 'VOID')),
    changed_at       BIGINT NOT NULL,
    version          INTEGER NOT NULL,
    created_at       BIGINT NOT NULL,
    FOREIGN KEY (type_code, type_version) REFERENCES license_type (code, version)
);
-- One license per type and number; a number whose license never came to be is free again.
CREATE UNIQUE INDEX license_number ON license (type_code, number_key) WHERE state <> 'VOID';
CREATE INDEX license_issuer ON license (issuer_id, created_at, id);
CREATE INDEX license_holder_name ON license (holder_name_key, created_at, id);
-- What recovery looks for at start: few rows, however large the register.
CREATE INDEX license_unfinished ON license (created_at) WHERE state IN ('DRAFT', 'PENDING_SEAL');

-- Drawn files: immutable, the bytes lie under their SM3 in the file store.
CREATE TABLE rendition (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    license_id TEXT COLLATE "C" NOT NULL REFERENCES license (id),
    kind       TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    sm3        TEXT COLLATE "C" NOT NULL,
    sha256     TEXT COLLATE "C" NOT NULL,
    bytes      BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX rendition_license ON rendition (license_id);
CREATE INDEX rendition_sm3 ON rendition (sm3);

-- Every change of a license's state.
CREATE TABLE status_entry (
    id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    license_id     TEXT COLLATE "C" NOT NULL REFERENCES license (id),
    from_state     TEXT COLLATE "C" NOT NULL,
    to_state       TEXT COLLATE "C" NOT NULL,
    event          TEXT COLLATE "C" NOT NULL,
    reason         TEXT COLLATE "C",
    replacement_id TEXT COLLATE "C" REFERENCES license (id),
    legal_document TEXT COLLATE "C",
    actor          TEXT COLLATE "C" NOT NULL,
    effective_at   BIGINT NOT NULL,
    recorded_at    BIGINT NOT NULL
);
CREATE INDEX status_entry_license ON status_entry (license_id);

-- Approved orders to seal one document with one seal.
CREATE TABLE sealing_order (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    license_id   TEXT COLLATE "C" REFERENCES license (id),
    seal_id      TEXT COLLATE "C" NOT NULL REFERENCES seal (id),
    document     TEXT COLLATE "C" NOT NULL,  -- SM3 of the document before it is sealed
    form         TEXT COLLATE "C" NOT NULL,
    placements   TEXT COLLATE "C" NOT NULL,  -- JSON
    requested_by TEXT COLLATE "C" NOT NULL,
    approved_by  TEXT COLLATE "C" NOT NULL,
    approved_at  BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sealing_order_license ON sealing_order (license_id);

-- The ledger of key uses: a row is written before the key signs.
CREATE TABLE key_use (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    key_id       TEXT COLLATE "C" NOT NULL REFERENCES signing_key (id),
    to_be_signed TEXT COLLATE "C" NOT NULL,  -- SM3 of the message
    order_id     TEXT COLLATE "C" REFERENCES sealing_order (id),
    license_id   TEXT COLLATE "C" REFERENCES license (id),
    duty         TEXT COLLATE "C",  -- the service's own reason, without an order
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('intended', 'done', 'failed')),
    attempt      INTEGER NOT NULL,
    intended_at  BIGINT NOT NULL,
    ended_at     BIGINT,
    CHECK ((order_id IS NULL) <> (duty IS NULL))
);
-- The same message under the same order is one use, signed again or not.
CREATE UNIQUE INDEX key_use_once ON key_use (order_id, key_id, to_be_signed);
CREATE INDEX key_use_license ON key_use (license_id);
CREATE INDEX key_use_open ON key_use (intended_at) WHERE state = 'intended';

-- Requests that must have their effect once, by the key their client chose.
CREATE TABLE request (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    caller          TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL,
    digest          TEXT COLLATE "C" NOT NULL,  -- SM3 of what was asked
    license_id      TEXT COLLATE "C" REFERENCES license (id),
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('in_progress', 'done')),
    lease_until     BIGINT NOT NULL,  -- whoever works on it is dead after this
    status          INTEGER,  -- the answer, byte for byte
    body            BYTEA,
    created_at      BIGINT NOT NULL,
    UNIQUE (caller, idempotency_key),
    CHECK ((state = 'done') = (status IS NOT NULL AND body IS NOT NULL))
);
CREATE INDEX request_created ON request (created_at);

-- Finished verifications.
CREATE TABLE verification (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    outcome    TEXT COLLATE "C" NOT NULL,
    input_sm3  TEXT COLLATE "C",  -- of a file
    license_id TEXT COLLATE "C" REFERENCES license (id),
    report     TEXT COLLATE "C" NOT NULL,  -- JSON
    created_at BIGINT NOT NULL
);
CREATE INDEX verification_created ON verification (created_at);

-- What happened; each row bound to the one before by its hash.
CREATE TABLE audit_event (
    sequence     BIGINT NOT NULL PRIMARY KEY,
    id           TEXT COLLATE "C" NOT NULL UNIQUE,
    at           BIGINT NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    action       TEXT COLLATE "C" NOT NULL,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id   TEXT COLLATE "C" NOT NULL,
    detail       TEXT COLLATE "C" NOT NULL,  -- JSON object of texts
    previous     TEXT COLLATE "C" NOT NULL,
    hash         TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_event_subject ON audit_event (subject_kind, subject_id, sequence);
