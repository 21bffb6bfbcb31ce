-- The signed receipt of a verification, once somebody asked for it: later it is the same bytes.
ALTER TABLE verification ADD COLUMN receipt TEXT COLLATE "C";
