-- The log: one leaf for each change of an issued license, written with the change itself.
CREATE TABLE log_leaf (
    change   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES status_entry (id),
    entry    TEXT COLLATE "C" NOT NULL,  -- canonical JSON; names nobody
    salt     BYTEA,                      -- blinds the entry; null once erased
    position BIGINT UNIQUE               -- in the tree; null until the next checkpoint
);
CREATE INDEX log_leaf_waiting ON log_leaf (change) WHERE position IS NULL;

-- The tree as it was, each time that it had grown.
CREATE TABLE log_checkpoint (
    size  BIGINT NOT NULL PRIMARY KEY,     -- leaves
    root  TEXT COLLATE "C" NOT NULL,       -- SHA-256
    peaks BYTEA  NOT NULL,                 -- what growing it needs
    at    BIGINT NOT NULL,
    note  TEXT COLLATE "C"                 -- the signed text; null until it is signed
);
