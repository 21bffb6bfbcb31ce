DROP INDEX audit_event_actor;
DROP TABLE session;
DROP TABLE staff_role;
DROP TABLE staff;
