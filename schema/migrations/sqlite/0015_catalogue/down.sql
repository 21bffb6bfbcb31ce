DROP TRIGGER license_type_insert;
DROP TRIGGER license_type_delete;
DROP TRIGGER license_type_update;
DROP TABLE license_type_draft;
DROP TABLE license_type_use;
ALTER TABLE license_type DROP COLUMN published_by;
