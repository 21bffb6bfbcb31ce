-- Licenses that take the place of others, and that end.

-- What was said beside a change.
ALTER TABLE status_entry ADD COLUMN note TEXT;

-- How a license came from the one in `supersedes_id`; with the number of that one or with its own.
ALTER TABLE license ADD COLUMN succession TEXT CHECK (succession IN ('renewal', 'change'));
ALTER TABLE license ADD COLUMN keeps_number INTEGER NOT NULL DEFAULT 0 CHECK (keeps_number IN (0, 1));
-- A number is taken once; whoever takes the place of a license takes over its number.
DROP INDEX license_number;
CREATE UNIQUE INDEX license_number ON license (type_code, number_key)
    WHERE state <> 'VOID' AND keeps_number = 0;
CREATE INDEX license_by_number ON license (number_key, created_at, id);
-- One license takes the place of another; those that never came to be explain gaps.
CREATE INDEX license_supersedes ON license (supersedes_id);
CREATE UNIQUE INDEX license_successor ON license (supersedes_id)
    WHERE state <> 'VOID' AND supersedes_id IS NOT NULL;
-- What ends soon: few rows, however large the register.
CREATE INDEX license_ending ON license (valid_to) WHERE state = 'ISSUED' AND valid_to IS NOT NULL;

-- For which organization it was asked; of somebody who is not known there is none.
ALTER TABLE verification ADD COLUMN organization_id TEXT;
CREATE INDEX verification_license ON verification (license_id, created_at);
