-- Documents that somebody signs with a key of their own: prepared, then completed once. Certificates of
-- the signer stand here only while the document waits.
CREATE TABLE signing_request (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    actor           TEXT    NOT NULL,
    case_no         TEXT    NOT NULL,
    item            TEXT,
    signer_shown    TEXT    NOT NULL,               -- of a person masked
    fingerprint     TEXT    NOT NULL,               -- SHA-256 of the certificate
    algorithm       TEXT    NOT NULL CHECK (algorithm IN
        ('sm2-sm3', 'ecdsa-p256-sha256', 'rsa-pkcs1-sha256', 'rsa-pss-sha256')),
    sm3             TEXT    NOT NULL,               -- the prepared file
    sha256          TEXT    NOT NULL,
    bytes           INTEGER NOT NULL,
    original_bytes  INTEGER NOT NULL,
    gap_start       INTEGER NOT NULL,
    gap_end         INTEGER NOT NULL,
    certificates    TEXT,
    message         TEXT    NOT NULL,               -- SHA-256 of the bytes to sign
    token           TEXT    NOT NULL,               -- of the token a digest
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN
        ('prepared', 'completed', 'expired', 'cancelled')),
    ended_by        TEXT,
    ended_at        INTEGER,
    result_sm3      TEXT,
    result_sha256   TEXT,
    result_bytes    INTEGER,
    order_id        TEXT    REFERENCES sealing_order (id),
    sealed_sm3      TEXT,
    sealed_sha256   TEXT,
    sealed_bytes    INTEGER,
    sealed_at       INTEGER,
    file_gone_at    INTEGER,                        -- since when the prepared file is let go
    CHECK (original_bytes < bytes AND gap_start < gap_end AND original_bytes + gap_end <= bytes),
    CHECK (expires_at > created_at),
    CHECK ((state = 'prepared') = (certificates IS NOT NULL)),
    CHECK ((state = 'prepared') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((state = 'completed') = (result_sm3 IS NOT NULL)),
    CHECK ((result_sm3 IS NULL) = (result_sha256 IS NULL)),
    CHECK ((result_sm3 IS NULL) = (result_bytes IS NULL)),
    CHECK (order_id IS NULL OR state = 'completed'),
    CHECK ((order_id IS NULL) = (sealed_sm3 IS NULL)),
    CHECK ((order_id IS NULL) = (sealed_sha256 IS NULL)),
    CHECK ((order_id IS NULL) = (sealed_bytes IS NULL)),
    CHECK ((order_id IS NULL) = (sealed_at IS NULL)),
    CHECK (file_gone_at IS NULL OR state <> 'prepared')
) STRICT;
CREATE INDEX signing_request_waiting ON signing_request (expires_at) WHERE state = 'prepared';
CREATE INDEX signing_request_kept ON signing_request (ended_at)
    WHERE state <> 'prepared' AND file_gone_at IS NULL;
CREATE INDEX signing_request_file ON signing_request (sm3);
CREATE INDEX signing_request_result ON signing_request (result_sm3);
CREATE INDEX signing_request_sealed ON signing_request (sealed_sm3);

-- What has ended stays so: only the seal comes below it, once, and the prepared file goes.
CREATE TRIGGER signing_request_ended BEFORE UPDATE ON signing_request WHEN OLD.state <> 'prepared' AND (
        NEW.state <> OLD.state OR NEW.ended_at <> OLD.ended_at OR NEW.ended_by <> OLD.ended_by
        OR NEW.result_sm3 IS NOT OLD.result_sm3 OR NEW.fingerprint <> OLD.fingerprint
        OR OLD.order_id IS NOT NULL AND NEW.sealed_sm3 IS NOT OLD.sealed_sm3)
    BEGIN SELECT RAISE(ABORT, 'signing_request has ended'); END;
CREATE TRIGGER signing_request_delete BEFORE DELETE ON signing_request
    BEGIN SELECT RAISE(ABORT, 'signing_request is kept'); END;
