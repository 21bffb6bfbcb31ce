DROP TABLE undertaking_reminder;
DROP TABLE undertaking;
DROP FUNCTION undertaking_has_ended();
