ALTER TABLE verification DROP COLUMN receipt;
