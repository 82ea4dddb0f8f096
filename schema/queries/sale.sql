-- Sales and what belongs to them.

-- name: sale_insert
INSERT INTO sale (id, till_id, number, shift_id, kind, source, reference, staff_id, approved_by, member, reason,
                  business_day, at, gross, discount, rounding, total, tax, generation, trace, inputs)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);

-- name: sale_line_insert
INSERT INTO sale_line (sale_id, n, product_id, revision, weighed, quantity, list_price, unit_price, gross, discount,
                       rounding, paid, tax_ppm, tax, given_price, lot, expires, parent, seller_id, note, original_id,
                       original_n)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22);

-- name: sale_allocation_insert
INSERT INTO sale_allocation (sale_id, n, campaign, rule, amount, place) VALUES ($1, $2, $3, $4, $5, $6);

-- name: sale_return_add
-- No row changes when more came back since the balance was read ($5).
INSERT INTO sale_return (sale_id, n, quantity, paid) VALUES ($1, $2, $3, $4)
ON CONFLICT (sale_id, n) DO UPDATE
SET quantity = sale_return.quantity + excluded.quantity, paid = sale_return.paid + excluded.paid
WHERE sale_return.quantity = $5;

-- name: payment_insert
INSERT INTO payment (sale_id, n, method, amount, tendered, change, reference) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: sale_get
SELECT s.till_id, s.number, s.shift_id, s.kind, s.source, s.reference, s.staff_id, s.member, s.reason, s.business_day, s.at,
       s.gross, s.discount, s.rounding, s.total, s.tax, s.generation, s.trace, t.code, s.inputs, s.approved_by
FROM sale s JOIN till t ON t.id = s.till_id WHERE s.id = $1;

-- name: sale_at
SELECT at FROM sale WHERE id = $1;

-- name: sale_lines_get
SELECT l.n, l.product_id, p.code, COALESCE(c.name, p.name), COALESCE(c.unit, p.unit), l.weighed, l.quantity, l.list_price,
       l.unit_price, l.gross, l.discount, l.rounding, l.paid, l.tax_ppm, l.tax, l.seller_id, l.note, l.original_id,
       l.original_n, l.revision, l.given_price, l.lot, l.expires, l.parent, COALESCE(c.category, ''), COALESCE(c.tags, ''),
       p.name_en
FROM sale_line l JOIN product p ON p.id = l.product_id
LEFT JOIN product_card c ON c.product_id = l.product_id AND c.revision = l.revision
WHERE l.sale_id = $1 ORDER BY l.n;

-- name: sale_line_original
-- A sold line with what came back of it so far.
SELECT l.product_id, p.code, COALESCE(c.name, p.name), COALESCE(c.unit, p.unit), l.weighed, l.quantity, l.list_price,
       l.unit_price, l.gross, l.discount, l.rounding, l.paid, l.tax_ppm, l.tax, COALESCE(r.quantity, 0),
       COALESCE(r.paid, 0), l.revision, l.lot, p.name_en
FROM sale_line l JOIN product p ON p.id = l.product_id
LEFT JOIN product_card c ON c.product_id = l.product_id AND c.revision = l.revision
LEFT JOIN sale_return r ON r.sale_id = l.sale_id AND r.n = l.n
WHERE l.sale_id = $1 AND l.n = $2;

-- name: sale_returned
-- What came back so far, a row a line: for how much, of which quantity, and what was sold for how much.
SELECT r.paid, r.quantity, l.quantity, l.paid
FROM sale_return r JOIN sale_line l ON l.sale_id = r.sale_id AND l.n = r.n WHERE r.sale_id = $1;

-- name: sale_originals
-- The sales of which something came back in a sale.
SELECT DISTINCT original_id FROM sale_line WHERE sale_id = $1 AND original_id IS NOT NULL;

-- name: payments_back
-- What was paid back where something of a sale came back: the method, how much (below zero), and what came back there
-- of this sale and of all sales.
SELECT p.method, p.amount, b.mine, b.every
FROM (SELECT l.sale_id, CAST(SUM(CASE WHEN l.original_id = $1 THEN l.paid ELSE 0 END) AS BIGINT) AS mine,
             CAST(SUM(l.paid) AS BIGINT) AS every
      FROM sale_line l
      WHERE l.quantity < 0 AND l.sale_id IN (SELECT sale_id FROM sale_line WHERE original_id = $1)
      GROUP BY l.sale_id) b
JOIN payment p ON p.sale_id = b.sale_id WHERE p.amount < 0;

-- name: sale_allocations_get
-- Within a line in the order in which they applied.
SELECT n, campaign, rule, amount FROM sale_allocation WHERE sale_id = $1 ORDER BY n, place, campaign;

-- name: sale_line_allocations
SELECT campaign, rule, amount FROM sale_allocation WHERE sale_id = $1 AND n = $2 ORDER BY place, campaign;

-- name: payments_get
SELECT method, amount, tendered, change, reference FROM payment WHERE sale_id = $1 ORDER BY n;

-- name: sale_by_number
SELECT s.id FROM sale s JOIN till t ON t.id = s.till_id WHERE t.code = $1 AND s.number = $2;

-- name: sale_last_number
SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM sale WHERE till_id = $1;

-- name: sale_list
-- Newest first, before a cursor of (at, id).
SELECT s.id, t.code, s.number, s.kind, s.at, s.total, s.business_day, s.reference
FROM sale s JOIN till t ON t.id = s.till_id
WHERE s.at < $1 OR (s.at = $1 AND s.id < $2)
ORDER BY s.at DESC, s.id DESC LIMIT $3;

-- name: till_shift
-- The till and its open shift, if there is one.
SELECT t.code, s.id, s.number, t.store_id
FROM till t LEFT JOIN shift s ON s.till_id = t.id AND s.closed_at IS NULL
WHERE t.id = $1;
