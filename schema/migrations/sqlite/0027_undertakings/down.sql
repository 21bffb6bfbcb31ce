DROP TABLE undertaking_reminder;
DROP TABLE undertaking;
