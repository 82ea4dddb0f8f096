-- One product for the till: by barcode, by code, by id. The three return the same columns.

-- name: catalogue_revision
-- Another number than before when a product, a barcode or a category has changed.
SELECT revision FROM catalogue;

-- name: catalogue_raise
UPDATE catalogue SET revision = revision + 1;

-- name: product_by_barcode
SELECT p.id, p.code, p.name, p.unit, p.weighed, p.price, p.tax_ppm, p.tags, p.status, p.style, COALESCE(c.path, ''),
       b.quantity, b.pack, p.name_en, p.variant, p.revision
FROM barcode b JOIN product p ON p.id = b.product_id LEFT JOIN category c ON c.id = p.category_id
WHERE b.barcode = $1;

-- name: product_by_code
SELECT p.id, p.code, p.name, p.unit, p.weighed, p.price, p.tax_ppm, p.tags, p.status, p.style, COALESCE(c.path, ''),
       1000, '', p.name_en, p.variant, p.revision
FROM product p LEFT JOIN category c ON c.id = p.category_id
WHERE p.code = $1;

-- name: product_by_id
SELECT p.id, p.code, p.name, p.unit, p.weighed, p.price, p.tax_ppm, p.tags, p.status, p.style, COALESCE(c.path, ''),
       1000, '', p.name_en, p.variant, p.revision
FROM product p LEFT JOIN category c ON c.id = p.category_id
WHERE p.id = $1;

-- name: category_list
SELECT c.id, c.parent_id, c.name, c.path FROM category c ORDER BY c.path LIMIT 10000;
