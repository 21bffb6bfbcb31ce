DROP TABLE license_part;
ALTER TABLE license DROP COLUMN parts;
DROP TABLE expiry_notice;
