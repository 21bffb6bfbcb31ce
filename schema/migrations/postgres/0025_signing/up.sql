-- Documents that somebody signs with a key of their own: prepared, then completed once. Certificates of
-- the signer stand here only while the document waits.
CREATE TABLE signing_request (
    id              TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C"    NOT NULL REFERENCES organization (id),
    actor           TEXT COLLATE "C"    NOT NULL,
    case_no         TEXT COLLATE "C"    NOT NULL,
    item            TEXT COLLATE "C",
    signer_shown    TEXT COLLATE "C"    NOT NULL,               -- of a person masked
    fingerprint     TEXT COLLATE "C"    NOT NULL,               -- SHA-256 of the certificate
    algorithm       TEXT COLLATE "C"    NOT NULL CHECK (algorithm IN
        ('sm2-sm3', 'ecdsa-p256-sha256', 'rsa-pkcs1-sha256', 'rsa-pss-sha256')),
    sm3             TEXT COLLATE "C"    NOT NULL,               -- the prepared file
    sha256          TEXT COLLATE "C"    NOT NULL,
    bytes           BIGINT NOT NULL,
    original_bytes  BIGINT NOT NULL,
    gap_start       BIGINT NOT NULL,
    gap_end         BIGINT NOT NULL,
    certificates    TEXT COLLATE "C",
    message         TEXT COLLATE "C"    NOT NULL,               -- SHA-256 of the bytes to sign
    token           TEXT COLLATE "C"    NOT NULL,               -- of the token a digest
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    state           TEXT COLLATE "C"    NOT NULL CHECK (state IN
        ('prepared', 'completed', 'expired', 'cancelled')),
    ended_by        TEXT COLLATE "C",
    ended_at        BIGINT,
    result_sm3      TEXT COLLATE "C",
    result_sha256   TEXT COLLATE "C",
    result_bytes    BIGINT,
    order_id        TEXT COLLATE "C" REFERENCES sealing_order (id),
    sealed_sm3      TEXT COLLATE "C",
    sealed_sha256   TEXT COLLATE "C",
    sealed_bytes    BIGINT,
    sealed_at       BIGINT,
    file_gone_at    BIGINT,                        -- since when the prepared file is let go
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
);
CREATE INDEX signing_request_waiting ON signing_request (expires_at) WHERE state = 'prepared';
CREATE INDEX signing_request_kept ON signing_request (ended_at)
    WHERE state <> 'prepared' AND file_gone_at IS NULL;
CREATE INDEX signing_request_file ON signing_request (sm3);
CREATE INDEX signing_request_result ON signing_request (result_sm3);
CREATE INDEX signing_request_sealed ON signing_request (sealed_sm3);

-- What has ended stays so: only the seal comes below it, once, and the prepared file goes.
CREATE FUNCTION signing_has_ended() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'signing_request has ended'; END $$;
CREATE TRIGGER signing_request_ended BEFORE UPDATE ON signing_request
    FOR EACH ROW WHEN (OLD.state <> 'prepared' AND (
        NEW.state <> OLD.state OR NEW.ended_at <> OLD.ended_at OR NEW.ended_by <> OLD.ended_by
        OR NEW.result_sm3 IS DISTINCT FROM OLD.result_sm3 OR NEW.fingerprint <> OLD.fingerprint
        OR OLD.order_id IS NOT NULL AND NEW.sealed_sm3 IS DISTINCT FROM OLD.sealed_sm3))
    EXECUTE FUNCTION signing_has_ended();
CREATE TRIGGER signing_request_kept_on_record BEFORE DELETE OR TRUNCATE ON signing_request
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
