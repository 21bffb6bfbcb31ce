-- A leaf is of more than a change of a license: of a seal's certificate, or of a trust list.
-- Its hash stands beside it: what was flipped in either of the two is named.
ALTER TABLE log_leaf RENAME TO log_leaf_old;
DROP INDEX log_leaf_waiting;
CREATE TABLE log_leaf (
    subject  TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- the change's id, or the kind and a digest
    kind     TEXT COLLATE "C" NOT NULL CHECK (kind IN ('issue', 'status', 'seal_cert', 'trust_list')),
    change   TEXT COLLATE "C" UNIQUE REFERENCES status_entry (id),
    entry    TEXT COLLATE "C" NOT NULL,  -- canonical JSON; names nobody
    hash     BYTEA,           -- of the entry in the tree; null in a register from before, until it is computed
    salt     BYTEA,           -- blinds the entry; null once erased, and where nothing is blinded
    position BIGINT UNIQUE,    -- in the tree; null until the next checkpoint
    CHECK ((change IS NULL) = (kind IN ('seal_cert', 'trust_list')))
);
INSERT INTO log_leaf (subject, kind, change, entry, salt, position)
    SELECT old.change, CASE WHEN status_entry.event = 'issue' THEN 'issue' ELSE 'status' END,
        old.change, old.entry, old.salt, old.position
    FROM log_leaf_old AS old JOIN status_entry ON status_entry.id = old.change;
DROP TABLE log_leaf_old;
CREATE INDEX log_leaf_waiting ON log_leaf (subject) WHERE position IS NULL;
CREATE INDEX log_leaf_unhashed ON log_leaf (subject) WHERE hash IS NULL;

-- Hashes of complete trees of 256, 65,536, … leaves: proofs and tiles are made of them.
CREATE TABLE log_node (
    level    BIGINT NOT NULL,  -- 1 for trees of 256 leaves
    position BIGINT NOT NULL,
    hash     BYTEA NOT NULL,
    PRIMARY KEY (level, position)
);
