DROP TRIGGER audit_event_kept ON audit_event;
DROP TABLE alert_place;
DROP TABLE alert;
DROP TABLE access_license;
DROP TABLE access_log;
DROP FUNCTION only_added_to();
