-- Receivers of events.
CREATE TABLE webhook_endpoint (
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id  TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    url              TEXT COLLATE "C" NOT NULL,
    events           TEXT COLLATE "C" NOT NULL,  -- words with spaces between
    state            TEXT COLLATE "C" NOT NULL CHECK (state IN ('enabled', 'disabled', 'deleted')),
    secret           BYTEA NOT NULL,  -- as custody wrapped it
    old_secret       BYTEA,  -- signs beside it
    old_secret_until BIGINT,
    failures         INTEGER NOT NULL,  -- in a row
    paused_until     BIGINT,
    created_at       BIGINT NOT NULL,
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
);
CREATE INDEX webhook_endpoint_organization ON webhook_endpoint (organization_id, created_at, id);

-- The outbox: events owed to receivers, written with the change that they tell of.
CREATE TABLE webhook_event (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organization (id),
    kind            TEXT COLLATE "C" NOT NULL,
    body            TEXT COLLATE "C" NOT NULL,  -- JSON, byte for byte as it is delivered
    created_at      BIGINT NOT NULL
);
CREATE INDEX webhook_event_created ON webhook_event (created_at);

-- Each event owed to each receiver.
CREATE TABLE webhook_delivery (
    event_id    TEXT COLLATE "C" NOT NULL REFERENCES webhook_event (id),
    kind        TEXT COLLATE "C" NOT NULL,  -- of the event
    endpoint_id TEXT COLLATE "C" NOT NULL REFERENCES webhook_endpoint (id),
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts    INTEGER NOT NULL,
    begun_at    BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,  -- whoever sends it is dead after this
    tried_at    BIGINT,
    status      INTEGER,  -- of the last answer
    trouble     TEXT COLLATE "C",
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (event_id, endpoint_id)
);
-- What is to be sent: few rows, however many were.
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at, event_id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_endpoint ON webhook_delivery (endpoint_id, created_at, event_id);
CREATE INDEX webhook_delivery_created ON webhook_delivery (created_at) WHERE state <> 'pending';
