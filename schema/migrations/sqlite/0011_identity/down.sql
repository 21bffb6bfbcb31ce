DROP TABLE service_secret;
DROP TABLE citizen_session;
DROP TABLE sign_in_attempts;
ALTER TABLE session DROP COLUMN certificate;
DROP TABLE staff_certificate;
