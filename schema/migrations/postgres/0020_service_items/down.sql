DROP TRIGGER service_item_version_kept ON service_item_version;
DROP TABLE service_item_version;
DROP TABLE service_item;
