-- Import of historical sales: what the ledgers hold of one document.

-- name: import_sale_money
SELECT CAST(COALESCE(SUM(paid), 0) AS BIGINT) FROM sale_line WHERE sale_id = $1;

-- name: import_units
SELECT CAST(COALESCE(-SUM(quantity), 0) AS BIGINT) FROM stock_movement WHERE document_id = $1;
