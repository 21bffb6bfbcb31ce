DROP TABLE assistance_request;
