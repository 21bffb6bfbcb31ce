DROP INDEX ingest_batch_ended;
ALTER TABLE ingest_batch DROP COLUMN file_gone_at;
