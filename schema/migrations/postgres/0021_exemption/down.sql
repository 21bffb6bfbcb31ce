DROP TABLE reliance;
DROP TABLE exemption_decision;
DROP TABLE trail_place;
DROP TABLE license_holder;
