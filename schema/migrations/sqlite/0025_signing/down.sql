DROP TABLE signing_request;
