DROP TABLE quality_place;
DROP TABLE quality_finding;
DROP TABLE quality_check;
