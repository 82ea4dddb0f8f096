-- Import of historical sales: what the ledgers hold of one document.

-- name: import_sale_money
SELECT CAST(COALESCE(SUM(paid), 0) AS BIGINT) FROM sale_line WHERE sale_id = $1;

-- name: import_units
-- As the file counts: sold goods leave the stock, an adjustment is written with the sign of its movement.
SELECT CAST(COALESCE(SUM(CASE WHEN kind = 'adjustment' THEN quantity ELSE -quantity END), 0) AS BIGINT)
FROM stock_movement WHERE document_id = $1;

-- name: import_sales_of
-- What an import made of an invoice, in one ticket or in parts.
SELECT id, at FROM sale WHERE reference = $1 AND reference <> '' AND source = 'import';

-- name: import_adjustments
SELECT id, at, reference FROM stock_document
WHERE kind = 'adjustment' AND reason = 'import' AND reference <> '' AND reverses IS NULL;
