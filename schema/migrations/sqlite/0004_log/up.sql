-- The log: one leaf for each change of an issued license, written with the change itself.
CREATE TABLE log_leaf (
    change   TEXT    NOT NULL PRIMARY KEY REFERENCES status_entry (id),
    entry    TEXT    NOT NULL,          -- canonical JSON; names nobody
    salt     BLOB,                      -- blinds the entry; null once erased
    position INTEGER UNIQUE             -- in the tree; null until the next checkpoint
) STRICT;
CREATE INDEX log_leaf_waiting ON log_leaf (change) WHERE position IS NULL;

-- The tree as it was, each time that it had grown.
CREATE TABLE log_checkpoint (
    size  INTEGER NOT NULL PRIMARY KEY, -- leaves
    root  TEXT    NOT NULL,             -- SHA-256
    peaks BLOB    NOT NULL,             -- what growing it needs
    at    INTEGER NOT NULL,
    note  TEXT                          -- the signed text; null until it is signed
) STRICT;
