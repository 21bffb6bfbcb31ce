DROP TABLE library_use;
DROP TABLE library_material;
DROP FUNCTION library_material_stays();
