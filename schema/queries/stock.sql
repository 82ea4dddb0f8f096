-- The stock ledger and its balance.

-- name: stock_movement_insert
INSERT INTO stock_movement (document_id, n, location, product_id, lot, kind, quantity, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: stock_add
INSERT INTO stock (product_id, location, lot, on_hand) VALUES ($1, $2, $3, $4)
ON CONFLICT (product_id, location, lot) DO UPDATE SET on_hand = stock.on_hand + excluded.on_hand;

-- name: stock_take
-- Only while enough is there: no row changes otherwise.
UPDATE stock SET on_hand = on_hand - $4
WHERE product_id = $1 AND location = $2 AND lot = $3 AND on_hand >= $4;

-- name: stock_on_hand
SELECT CAST(COALESCE(SUM(on_hand), 0) AS BIGINT) FROM stock WHERE product_id = $1 AND location = $2;

-- name: stock_lots
SELECT lot, on_hand FROM stock WHERE product_id = $1 AND location = $2 ORDER BY lot;

-- name: stock_document_insert
INSERT INTO stock_document (id, kind, location, staff_id, reason, reference, reverses, business_day, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: stock_document_get
SELECT kind, location, reference, at FROM stock_document WHERE id = $1;

-- name: stock_document_reversed
SELECT id FROM stock_document WHERE reverses = $1;

-- name: stock_movements_of
SELECT n, product_id, lot, kind, quantity, location FROM stock_movement WHERE document_id = $1 ORDER BY n;

-- name: stock_proof
-- Every balance beside the sum of its movements, and movements without a balance.
SELECT s.product_id, s.location, s.lot, s.on_hand, CAST(COALESCE(m.total, 0) AS BIGINT)
FROM stock s LEFT JOIN (
  SELECT product_id, location, lot, SUM(quantity) AS total FROM stock_movement GROUP BY product_id, location, lot
) m ON m.product_id = s.product_id AND m.location = s.location AND m.lot = s.lot
UNION ALL
SELECT m.product_id, m.location, m.lot, 0, CAST(SUM(m.quantity) AS BIGINT)
FROM stock_movement m LEFT JOIN stock s ON s.product_id = m.product_id AND s.location = m.location AND s.lot = m.lot
WHERE s.product_id IS NULL
GROUP BY m.product_id, m.location, m.lot;

-- name: stock_movement_count
SELECT COUNT(*) FROM stock_movement;

-- name: location_insert
INSERT INTO location (code, store_id, name) VALUES ($1, $2, $3);
