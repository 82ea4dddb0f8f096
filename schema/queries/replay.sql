-- Sales of the past, as they were priced. Only what was sold: what came back inverts a sale and asks no rule.

-- name: replay_range
-- How much lies between two moments, and where it really begins and ends.
SELECT COUNT(*), COALESCE(MIN(at), 0), COALESCE(MAX(at), 0) FROM sale WHERE at >= $1 AND at < $2;

-- name: replay_sales
SELECT s.id, s.at, s.source, s.member, s.generation, s.inputs, t.code, s.number
FROM sale s JOIN till t ON t.id = s.till_id
WHERE s.at >= $1 AND s.at < $2 AND s.kind <> 'refund' ORDER BY s.at, s.id;

-- name: replay_sale
SELECT s.id, s.at, s.source, s.member, s.generation, s.inputs, t.code, s.number
FROM sale s JOIN till t ON t.id = s.till_id WHERE s.id = $1;

-- name: replay_lines
SELECT l.n, l.product_id, p.code, COALESCE(c.name, p.name), COALESCE(c.unit, p.unit), l.weighed, l.quantity, l.list_price,
       l.unit_price, l.gross - l.discount, l.tax_ppm, l.given_price, l.lot, l.expires, l.parent, COALESCE(c.category, ''),
       COALESCE(c.tags, ''), l.revision
FROM sale_line l JOIN product p ON p.id = l.product_id
LEFT JOIN product_card c ON c.product_id = l.product_id AND c.revision = l.revision
WHERE l.sale_id = $1 AND l.quantity > 0 ORDER BY l.n;
