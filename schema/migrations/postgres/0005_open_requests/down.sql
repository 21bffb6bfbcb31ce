DROP INDEX request_open;
