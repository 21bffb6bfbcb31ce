-- What applicants undertake instead of handing a material in, or to hand in later (告知承诺, 容缺). Overdue is
-- not stored. The code of whoever promises is in the document alone.
CREATE TABLE undertaking (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    actor           TEXT COLLATE "C" NOT NULL,
    kind            TEXT COLLATE "C" NOT NULL CHECK (kind IN ('commitment', 'deferral')),
    case_no         TEXT COLLATE "C" NOT NULL,
    decision_id     TEXT COLLATE "C" NOT NULL REFERENCES exemption_decision (id),
    item            TEXT COLLATE "C" NOT NULL,
    material        TEXT COLLATE "C" NOT NULL,
    material_name   TEXT COLLATE "C" NOT NULL,
    party           TEXT COLLATE "C" NOT NULL,               -- of a person masked
    due             TEXT COLLATE "C" NOT NULL,
    sm3             TEXT COLLATE "C" NOT NULL,
    sha256          TEXT COLLATE "C" NOT NULL,
    bytes           BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    signing_id      TEXT COLLATE "C" REFERENCES signing_request (id),
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'fulfilled', 'breached')),
    reason          TEXT COLLATE "C",
    ended_by        TEXT COLLATE "C",
    ended_at        BIGINT,
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((ended_at IS NULL) = (reason IS NULL))
);
-- A decision has one undertaking for a material of an item.
CREATE UNIQUE INDEX undertaking_once ON undertaking (decision_id, item, material);
CREATE INDEX undertaking_list ON undertaking (organization_id, created_at, id);
CREATE INDEX undertaking_state ON undertaking (organization_id, state, created_at, id);
CREATE INDEX undertaking_due ON undertaking (due, id) WHERE state = 'open';
CREATE INDEX undertaking_file ON undertaking (sm3);
CREATE UNIQUE INDEX undertaking_signing ON undertaking (signing_id) WHERE signing_id IS NOT NULL;

-- That one is due was told, each mark once.
CREATE TABLE undertaking_reminder (
    undertaking_id  TEXT COLLATE "C" NOT NULL REFERENCES undertaking (id),
    days            INTEGER NOT NULL CHECK (days >= 0), -- 0: its last day is over
    at              BIGINT NOT NULL,
    PRIMARY KEY (undertaking_id, days)
);

-- What has ended stays on record.
CREATE FUNCTION undertaking_has_ended() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'undertaking has ended'; END $$;
CREATE TRIGGER undertaking_ended BEFORE UPDATE ON undertaking
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION undertaking_has_ended();
CREATE TRIGGER undertaking_kept BEFORE DELETE OR TRUNCATE ON undertaking
    FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
