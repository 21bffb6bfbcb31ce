DROP TABLE client_nonce;
DROP TABLE access_token;
DROP TABLE client_credential;
DROP TABLE client;
