DROP TRIGGER audit_event_insert;
DROP TRIGGER audit_event_delete;
DROP TRIGGER audit_event_update;
DROP TABLE alert_place;
DROP TABLE alert;
DROP TABLE access_license;
DROP TABLE access_log;
