-- Licenses that end, and licenses that are made of others.

-- That a license ends was told, so many days before: once. The sequence is the order in which it was
-- told, without gaps, so that whoever follows it misses nothing.
CREATE TABLE expiry_notice (
    sequence   BIGINT  NOT NULL PRIMARY KEY,
    license_id TEXT COLLATE "C" NOT NULL REFERENCES license (id),
    days       INTEGER NOT NULL,
    last_day   TEXT COLLATE "C" NOT NULL,
    at         BIGINT  NOT NULL
);
CREATE UNIQUE INDEX expiry_notice_once ON expiry_notice (license_id, days);

-- The licenses of which one is made (一业一证): ids with blanks between.
ALTER TABLE license ADD COLUMN parts TEXT COLLATE "C";
-- The same from the other side: what is made of a license.
CREATE TABLE license_part (
    part_id    TEXT COLLATE "C" NOT NULL REFERENCES license (id),
    license_id TEXT COLLATE "C" NOT NULL REFERENCES license (id),
    PRIMARY KEY (part_id, license_id)
);
