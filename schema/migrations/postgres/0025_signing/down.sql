DROP TABLE signing_request;
DROP FUNCTION signing_has_ended();
