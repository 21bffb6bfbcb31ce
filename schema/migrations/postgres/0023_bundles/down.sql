DROP TABLE proof_bundle;
DROP TABLE marked_copy;
