DROP TABLE library_use;
DROP TABLE library_material;
