-- The file of a finished batch is kept for some time only.
ALTER TABLE ingest_batch ADD COLUMN file_gone_at INTEGER;
CREATE INDEX ingest_batch_ended ON ingest_batch (ended_at, id)
    WHERE ended_at IS NOT NULL AND file_gone_at IS NULL;
