DROP TABLE log_node;
ALTER TABLE log_leaf RENAME TO log_leaf_new;
DROP INDEX log_leaf_waiting;
DROP INDEX log_leaf_unhashed;
CREATE TABLE log_leaf (
    change   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES status_entry (id),
    entry    TEXT COLLATE "C" NOT NULL,
    salt     BYTEA,
    position BIGINT UNIQUE
);
INSERT INTO log_leaf SELECT change, entry, salt, position FROM log_leaf_new WHERE change IS NOT NULL;
DROP TABLE log_leaf_new;
CREATE INDEX log_leaf_waiting ON log_leaf (change) WHERE position IS NULL;
