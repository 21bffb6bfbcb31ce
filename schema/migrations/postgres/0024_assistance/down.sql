DROP TABLE assistance_request;
DROP FUNCTION assistance_has_ended();
