DROP TRIGGER service_item_version_insert;
DROP TRIGGER service_item_version_delete;
DROP TRIGGER service_item_version_update;
DROP TABLE service_item_version;
DROP TABLE service_item;
