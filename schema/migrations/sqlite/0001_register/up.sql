-- The register. Conventions of every table:
--   ids        text, made by the program (UUIDv7): no sequence of the database is ever shown
--   instants   whole microseconds since 1970 UTC
--   days       text, YYYY-MM-DD, as in China
--   digests    64 hexadecimal digits in small letters
--   words      fixed lists of the domain layer; the CHECKs repeat those on which an index or a
--              rule of the database rests

-- Bodies that issue, verify and operate.
CREATE TABLE organization (
    id         TEXT   NOT NULL PRIMARY KEY,
    code       TEXT   NOT NULL UNIQUE,              -- unified social credit code
    name       TEXT   NOT NULL,
    division   TEXT   NOT NULL,                     -- GB/T 2260
    parent_id  TEXT   REFERENCES organization (id),
    status     TEXT   NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- API keys: a digest of the secret, never the secret.
CREATE TABLE api_key (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    label           TEXT   NOT NULL,
    secret_digest   TEXT   NOT NULL,                -- SHA-256
    permissions     TEXT   NOT NULL,                -- words with spaces between
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    revoked_at      INTEGER
) STRICT;
CREATE INDEX api_key_organization ON api_key (organization_id);

-- The public part of keys in custody; `custody` is how custody finds the private part.
CREATE TABLE signing_key (
    id              TEXT   NOT NULL PRIMARY KEY,
    organization_id TEXT   REFERENCES organization (id),
    purpose         TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    public_key      BLOB   NOT NULL,                -- SubjectPublicKeyInfo
    custody         TEXT   NOT NULL UNIQUE,
    state           TEXT   NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

-- The certificates of a key: its own at position 0, then those above it.
CREATE TABLE signing_key_certificate (
    key_id   TEXT    NOT NULL REFERENCES signing_key (id),
    position INTEGER NOT NULL,
    der      BLOB    NOT NULL,
    PRIMARY KEY (key_id, position)
) STRICT;

-- Electronic seals.
CREATE TABLE seal (
    id                 TEXT    NOT NULL PRIMARY KEY,
    organization_id    TEXT    NOT NULL REFERENCES organization (id),
    code               TEXT    NOT NULL UNIQUE,     -- esID
    name               TEXT    NOT NULL,
    kind               TEXT    NOT NULL,
    seal_der           BLOB    NOT NULL,            -- signed by the seal maker
    picture_media_type TEXT    NOT NULL,
    picture            BLOB    NOT NULL,
    width_mm           INTEGER NOT NULL,
    height_mm          INTEGER NOT NULL,
    sm2_key_id         TEXT    REFERENCES signing_key (id),
    pades_key_id       TEXT    REFERENCES signing_key (id),
    scope              TEXT    NOT NULL,            -- * or license type codes with spaces between
    not_before         INTEGER NOT NULL,
    not_after          INTEGER NOT NULL,
    status             TEXT    NOT NULL,
    changed_at         INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    created_at         INTEGER NOT NULL
) STRICT;
CREATE INDEX seal_organization ON seal (organization_id);

-- License types as published: a version never changes.
CREATE TABLE license_type (
    code         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    document     TEXT    NOT NULL,                  -- catalogue document, JSON
    digest       TEXT    NOT NULL,                  -- SM3 of the document
    published_at INTEGER NOT NULL,
    PRIMARY KEY (code, version)
) STRICT;

-- Licenses. A row exists from the moment its number is taken; VOID rows explain the gaps.
CREATE TABLE license (
    id               TEXT    NOT NULL PRIMARY KEY,
    type_code        TEXT    NOT NULL,
    type_version     INTEGER NOT NULL,
    number           TEXT    NOT NULL,              -- as given
    number_key       TEXT    NOT NULL,              -- as compared
    identifier       TEXT    NOT NULL UNIQUE,       -- GB/T 36904
    public_code      TEXT    NOT NULL UNIQUE,
    issuer_id        TEXT    NOT NULL REFERENCES organization (id),
    holder_name      TEXT,
    holder_name_key  TEXT,
    holder_code_type TEXT,
    holder_code      TEXT,                          -- not indexed: it may name a person
    fields           TEXT    NOT NULL,              -- JSON, as given
    issued_on        TEXT,
    valid_from       TEXT,
    valid_to         TEXT,
    supersedes_id    TEXT    REFERENCES license (id),
    state            TEXT    NOT NULL CHECK (state IN
        ('DRAFT', 'PENDING_SEAL', 'ISSUED', 'SUSPENDED', 'REVOKED', 'SUPERSEDED', 'VOID')),
    changed_at       INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    FOREIGN KEY (type_code, type_version) REFERENCES license_type (code, version)
) STRICT;
-- One license per type and number; a number whose license never came to be is free again.
CREATE UNIQUE INDEX license_number ON license (type_code, number_key) WHERE state <> 'VOID';
CREATE INDEX license_issuer ON license (issuer_id, created_at, id);
CREATE INDEX license_holder_name ON license (holder_name_key, created_at, id);
-- What recovery looks for at start: few rows, however large the register.
CREATE INDEX license_unfinished ON license (created_at) WHERE state IN ('DRAFT', 'PENDING_SEAL');

-- Drawn files: immutable, the bytes lie under their SM3 in the file store.
CREATE TABLE rendition (
    id         TEXT   NOT NULL PRIMARY KEY,
    license_id TEXT   NOT NULL REFERENCES license (id),
    kind       TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    sm3        TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    bytes      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rendition_license ON rendition (license_id);
CREATE INDEX rendition_sm3 ON rendition (sm3);

-- Every change of a license's state.
CREATE TABLE status_entry (
    id             TEXT   NOT NULL PRIMARY KEY,
    license_id     TEXT   NOT NULL REFERENCES license (id),
    from_state     TEXT   NOT NULL,
    to_state       TEXT   NOT NULL,
    event          TEXT   NOT NULL,
    reason         TEXT,
    replacement_id TEXT   REFERENCES license (id),
    legal_document TEXT,
    actor          TEXT   NOT NULL,
    effective_at   INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX status_entry_license ON status_entry (license_id);

-- Approved orders to seal one document with one seal.
CREATE TABLE sealing_order (
    id           TEXT   NOT NULL PRIMARY KEY,
    license_id   TEXT   REFERENCES license (id),
    seal_id      TEXT   NOT NULL REFERENCES seal (id),
    document     TEXT   NOT NULL,                   -- SM3 of the document before it is sealed
    form         TEXT   NOT NULL,
    placements   TEXT   NOT NULL,                   -- JSON
    requested_by TEXT   NOT NULL,
    approved_by  TEXT   NOT NULL,
    approved_at  INTEGER NOT NULL,
    state        TEXT   NOT NULL
) STRICT;
CREATE INDEX sealing_order_license ON sealing_order (license_id);

-- The ledger of key uses: a row is written before the key signs.
CREATE TABLE key_use (
    id           TEXT    NOT NULL PRIMARY KEY,
    key_id       TEXT    NOT NULL REFERENCES signing_key (id),
    to_be_signed TEXT    NOT NULL,                  -- SM3 of the message
    order_id     TEXT    REFERENCES sealing_order (id),
    license_id   TEXT    REFERENCES license (id),
    duty         TEXT,                              -- the service's own reason, without an order
    state        TEXT    NOT NULL CHECK (state IN ('intended', 'done', 'failed')),
    attempt      INTEGER NOT NULL,
    intended_at  INTEGER NOT NULL,
    ended_at     INTEGER,
    CHECK ((order_id IS NULL) <> (duty IS NULL))
) STRICT;
-- The same message under the same order is one use, signed again or not.
CREATE UNIQUE INDEX key_use_once ON key_use (order_id, key_id, to_be_signed);
CREATE INDEX key_use_license ON key_use (license_id);
CREATE INDEX key_use_open ON key_use (intended_at) WHERE state = 'intended';

-- Requests that must have their effect once, by the key their client chose.
CREATE TABLE request (
    id              TEXT    NOT NULL PRIMARY KEY,
    caller          TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    digest          TEXT    NOT NULL,               -- SM3 of what was asked
    license_id      TEXT    REFERENCES license (id),
    state           TEXT    NOT NULL CHECK (state IN ('in_progress', 'done')),
    lease_until     INTEGER NOT NULL,               -- whoever works on it is dead after this
    status          INTEGER,                        -- the answer, byte for byte
    body            BLOB,
    created_at      INTEGER NOT NULL,
    UNIQUE (caller, idempotency_key),
    CHECK ((state = 'done') = (status IS NOT NULL AND body IS NOT NULL))
) STRICT;
CREATE INDEX request_created ON request (created_at);

-- Finished verifications.
CREATE TABLE verification (
    id         TEXT   NOT NULL PRIMARY KEY,
    outcome    TEXT   NOT NULL,
    input_sm3  TEXT,                                -- of a file
    license_id TEXT   REFERENCES license (id),
    report     TEXT   NOT NULL,                     -- JSON
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX verification_created ON verification (created_at);

-- What happened; each row bound to the one before by its hash.
CREATE TABLE audit_event (
    sequence     INTEGER NOT NULL PRIMARY KEY,
    id           TEXT   NOT NULL UNIQUE,
    at           INTEGER NOT NULL,
    actor        TEXT   NOT NULL,
    action       TEXT   NOT NULL,
    subject_kind TEXT   NOT NULL,
    subject_id   TEXT   NOT NULL,
    detail       TEXT   NOT NULL,                   -- JSON object of texts
    previous     TEXT   NOT NULL,
    hash         TEXT   NOT NULL
) STRICT;
CREATE INDEX audit_event_subject ON audit_event (subject_kind, subject_id, sequence);
