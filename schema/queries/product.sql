-- Products as the office keeps them: stored facts, barcodes, categories, search terms.

-- name: product_stored
SELECT p.id, p.revision, p.style, p.code, p.name, p.name_en, COALESCE(c.path, ''), COALESCE(o.code, ''), p.variant, p.unit,
       p.tags, p.status, p.weighed, p.price, p.tax_ppm
FROM product p LEFT JOIN category c ON c.id = p.category_id LEFT JOIN product o ON o.id = p.parent_id
WHERE p.code = $1;

-- name: product_barcodes
-- Pieces first, then packs from the smallest on.
SELECT barcode, pack, quantity FROM barcode WHERE product_id = $1 ORDER BY quantity, barcode;

-- name: product_insert
-- Category by its path and style by its code: both may be made by the same plan.
INSERT INTO product (id, code, name, name_en, category_id, parent_id, variant, unit, tags, status, weighed, price, tax_ppm,
                     revision, updated_at)
VALUES ($1, $2, $3, $4, (SELECT id FROM category WHERE path = $5), (SELECT id FROM product WHERE code = $6), $7, $8, $9, $10,
        $11, $12, $13, 1, $14);

-- name: product_update
-- No row changes when somebody else changed it since it was read ($15).
UPDATE product SET name = $3, name_en = $4, category_id = (SELECT id FROM category WHERE path = $5),
       parent_id = (SELECT o.id FROM product o WHERE o.code = $6), variant = $7, unit = $8, tags = $9, status = $10,
       weighed = $11, price = $12, tax_ppm = $13, revision = revision + 1, updated_at = $14
WHERE id = $1 AND code = $2 AND revision = $15;

-- name: product_style_set
-- The head of a variant family. No row changes when there is no such product, or it is a variant itself.
UPDATE product SET revision = revision + (1 - style), style = 1 WHERE code = $1 AND parent_id IS NULL;

-- name: product_style_clear
-- When its last variant has left.
UPDATE product SET revision = revision + 1, style = 0
WHERE code = $1 AND NOT EXISTS (SELECT 1 FROM product c WHERE c.parent_id = product.id);

-- name: product_card_keep
-- The product as it is from now on, for the lines that will be sold of it.
INSERT INTO product_card (product_id, revision, name, unit, category, tags)
SELECT p.id, p.revision, p.name, p.unit, COALESCE(c.path, ''), p.tags
FROM product p LEFT JOIN category c ON c.id = p.category_id WHERE p.code = $1
ON CONFLICT (product_id, revision) DO NOTHING;

-- name: barcode_owner
SELECT p.id, p.code FROM barcode b JOIN product p ON p.id = b.product_id WHERE b.barcode = $1;

-- name: barcode_insert
-- No row changes when another product took it since it was looked up.
INSERT INTO barcode (barcode, product_id, pack, quantity) VALUES ($1, $2, $3, $4) ON CONFLICT (barcode) DO NOTHING;

-- name: barcode_delete
DELETE FROM barcode WHERE barcode = $1 AND product_id = $2;

-- name: category_by_path
SELECT id FROM category WHERE path = $1;

-- name: category_insert
-- Its id is derived from the path, so two plans make the same node.
INSERT INTO category (id, parent_id, name, path) VALUES ($1, (SELECT id FROM category WHERE path = $2), $3, $4)
ON CONFLICT (path) DO NOTHING;

-- name: product_terms_insert
-- Eight at once; a short list repeats its last.
INSERT INTO product_term (term, product_id)
VALUES ($2, $1), ($3, $1), ($4, $1), ($5, $1), ($6, $1), ($7, $1), ($8, $1), ($9, $1)
ON CONFLICT (term, product_id) DO NOTHING;

-- name: product_terms_delete
DELETE FROM product_term WHERE product_id = $1;

-- name: product_terms_count
-- How many entries lie in a range of terms; a thousand is as many as matter.
SELECT COUNT(*) FROM (SELECT 1 FROM product_term WHERE term >= $1 AND term < $2 LIMIT 1000) AS looked;

-- name: product_terms_prefix
SELECT product_id FROM product_term WHERE term >= $1 AND term < $2 ORDER BY term, product_id LIMIT 400;

-- name: product_terms_match
-- Products with a term in the first range and one in each of the others ('' from on: unused); looks at a thousand entries
-- of the first range.
SELECT a.product_id
FROM (SELECT term, product_id FROM product_term WHERE term >= $1 AND term < $2 ORDER BY term, product_id LIMIT 1000) AS a
WHERE EXISTS (SELECT 1 FROM product_term t WHERE t.product_id = a.product_id AND t.term >= $3 AND t.term < $4)
  AND ($5 = '' OR EXISTS (SELECT 1 FROM product_term t WHERE t.product_id = a.product_id AND t.term >= $5 AND t.term < $6))
  AND ($7 = '' OR EXISTS (SELECT 1 FROM product_term t WHERE t.product_id = a.product_id AND t.term >= $7 AND t.term < $8))
ORDER BY a.term, a.product_id LIMIT 400;
