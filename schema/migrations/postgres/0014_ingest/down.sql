DROP INDEX license_issued_on;
DROP TABLE issuance_count;
DROP TABLE ingest_row;
DROP TABLE ingest_batch;
