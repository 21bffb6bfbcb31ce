-- Receivers of events.
CREATE TABLE webhook_endpoint (
    id               TEXT    NOT NULL PRIMARY KEY,
    organization_id  TEXT    NOT NULL REFERENCES organization (id),
    url              TEXT    NOT NULL,
    events           TEXT    NOT NULL,              -- words with spaces between
    state            TEXT    NOT NULL CHECK (state IN ('enabled', 'disabled', 'deleted')),
    secret           BLOB    NOT NULL,              -- as custody wrapped it
    old_secret       BLOB,                          -- signs beside it
    old_secret_until INTEGER,
    failures         INTEGER NOT NULL,              -- in a row
    paused_until     INTEGER,
    created_at       INTEGER NOT NULL,
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
) STRICT;
CREATE INDEX webhook_endpoint_organization ON webhook_endpoint (organization_id, created_at, id);

-- The outbox: events owed to receivers, written with the change that they tell of.
CREATE TABLE webhook_event (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization_id TEXT    NOT NULL REFERENCES organization (id),
    kind            TEXT    NOT NULL,
    body            TEXT    NOT NULL,               -- JSON, byte for byte as it is delivered
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_event_created ON webhook_event (created_at);

-- Each event owed to each receiver.
CREATE TABLE webhook_delivery (
    event_id    TEXT    NOT NULL REFERENCES webhook_event (id),
    kind        TEXT    NOT NULL,                   -- of the event
    endpoint_id TEXT    NOT NULL REFERENCES webhook_endpoint (id),
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts    INTEGER NOT NULL,
    begun_at    INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,                   -- whoever sends it is dead after this
    tried_at    INTEGER,
    status      INTEGER,                            -- of the last answer
    trouble     TEXT,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (event_id, endpoint_id)
) STRICT;
-- What is to be sent: few rows, however many were.
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at, event_id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_endpoint ON webhook_delivery (endpoint_id, created_at, event_id);
CREATE INDEX webhook_delivery_created ON webhook_delivery (created_at) WHERE state <> 'pending';
