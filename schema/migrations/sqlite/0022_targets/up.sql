-- How far each target was reached, day by day: what the trend is drawn from.
CREATE TABLE target_day (
    day    TEXT    NOT NULL,
    target TEXT    NOT NULL,
    part   INTEGER,                 -- NULL, both: no denominator
    whole  INTEGER,
    PRIMARY KEY (day, target),
    CHECK ((part IS NULL) = (whole IS NULL))
) STRICT;

-- What a decision left out, for the sums: materials asked for and left out, form fields filled.
ALTER TABLE exemption_decision ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exemption_decision ADD COLUMN waived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exemption_decision ADD COLUMN filled INTEGER NOT NULL DEFAULT 0;
