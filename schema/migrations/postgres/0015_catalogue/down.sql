DROP TRIGGER license_type_kept ON license_type;
DROP TABLE license_type_draft;
DROP TABLE license_type_use;
ALTER TABLE license_type DROP COLUMN published_by;
