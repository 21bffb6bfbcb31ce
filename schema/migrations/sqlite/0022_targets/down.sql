ALTER TABLE exemption_decision DROP COLUMN filled;
ALTER TABLE exemption_decision DROP COLUMN waived;
ALTER TABLE exemption_decision DROP COLUMN asked;
DROP TABLE target_day;
