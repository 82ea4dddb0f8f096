-- Shifts, the cash ledger and Z reports.

-- name: shift_insert
INSERT INTO shift (id, till_id, number, opened_by, opened_at, business_day, opening_float, cash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7);

-- name: shift_last_number
SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM shift WHERE till_id = $1;

-- name: shift_get
SELECT s.id, s.till_id, s.number, s.opened_by, s.opened_at, s.business_day, s.opening_float, s.cash, s.closed_by,
       s.closed_at, s.counted, t.code, s.entries
FROM shift s JOIN till t ON t.id = s.till_id WHERE s.id = $1;

-- name: shift_cash_add
-- No row changes when the shift is closed.
UPDATE shift SET cash = cash + $2, entries = entries + 1 WHERE id = $1 AND closed_at IS NULL;

-- name: shift_close
-- No row changes when something was sold since the report was made ($5).
UPDATE shift SET closed_by = $2, closed_at = $3, counted = $4 WHERE id = $1 AND closed_at IS NULL AND entries = $5;

-- name: cash_entry_insert
INSERT INTO cash_entry (document_id, n, shift_id, kind, amount, reason, staff_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: cash_entries_of
SELECT kind, amount, reason, at FROM cash_entry WHERE shift_id = $1 AND kind IN ('paid_in', 'paid_out') ORDER BY at, document_id;

-- name: shift_sales
SELECT kind, COUNT(*), CAST(COALESCE(SUM(gross), 0) AS BIGINT), CAST(COALESCE(SUM(discount), 0) AS BIGINT),
       CAST(COALESCE(SUM(rounding), 0) AS BIGINT), CAST(COALESCE(SUM(total), 0) AS BIGINT),
       CAST(COALESCE(SUM(tax), 0) AS BIGINT)
FROM sale WHERE shift_id = $1 GROUP BY kind ORDER BY kind;

-- name: shift_taxes
SELECT l.tax_ppm, CAST(SUM(l.paid) AS BIGINT), CAST(SUM(l.tax) AS BIGINT)
FROM sale s JOIN sale_line l ON l.sale_id = s.id WHERE s.shift_id = $1 GROUP BY l.tax_ppm ORDER BY l.tax_ppm;

-- name: shift_payments
SELECT p.method, COUNT(*), CAST(SUM(p.amount) AS BIGINT)
FROM sale s JOIN payment p ON p.sale_id = s.id WHERE s.shift_id = $1 GROUP BY p.method ORDER BY p.method;

-- name: shift_lines
-- Sold lines (first row of direction 1) and returned ones (direction -1), also inside exchanges.
SELECT CASE WHEN l.quantity < 0 THEN -1 ELSE 1 END, COUNT(*), CAST(SUM(l.gross) AS BIGINT), CAST(SUM(l.discount) AS BIGINT),
       CAST(SUM(l.rounding) AS BIGINT), CAST(SUM(l.paid) AS BIGINT)
FROM sale s JOIN sale_line l ON l.sale_id = s.id WHERE s.shift_id = $1
GROUP BY CASE WHEN l.quantity < 0 THEN -1 ELSE 1 END;

-- name: z_last
SELECT number, hash FROM z_report WHERE till_id = $1 ORDER BY number DESC LIMIT 1;

-- name: z_insert
INSERT INTO z_report (till_id, number, shift_id, at, body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: z_get
SELECT number, shift_id, at, body, previous, hash FROM z_report WHERE till_id = $1 AND number = $2;

-- name: z_by_shift
SELECT number, at, body, previous, hash FROM z_report WHERE shift_id = $1;

-- name: z_walk
SELECT till_id, number, shift_id, body, previous, hash FROM z_report ORDER BY till_id, number;

-- name: cash_proof
-- Every shift's cash balance beside the sum of its ledger.
SELECT s.id, s.cash, CAST(COALESCE(SUM(c.amount), 0) AS BIGINT)
FROM shift s LEFT JOIN cash_entry c ON c.shift_id = s.id GROUP BY s.id, s.cash;

-- name: money_proof
-- Sales whose lines or tenders do not add up to their total: must be none.
SELECT s.id, s.total, l.paid, p.amount
FROM sale s
LEFT JOIN (SELECT sale_id, SUM(paid) AS paid FROM sale_line GROUP BY sale_id) l ON l.sale_id = s.id
LEFT JOIN (SELECT sale_id, SUM(amount) AS amount FROM payment GROUP BY sale_id) p ON p.sale_id = s.id
WHERE COALESCE(l.paid, 0) <> s.total OR COALESCE(p.amount, 0) <> s.total;

-- name: money_totals
SELECT COUNT(*), CAST(COALESCE(SUM(gross), 0) AS BIGINT), CAST(COALESCE(SUM(discount), 0) AS BIGINT),
       CAST(COALESCE(SUM(rounding), 0) AS BIGINT), CAST(COALESCE(SUM(total), 0) AS BIGINT),
       CAST(COALESCE(SUM(tax), 0) AS BIGINT)
FROM sale;

-- name: units_totals
-- Units sold and come back, by the sale lines and by the stock ledger.
SELECT CAST(COALESCE((SELECT SUM(quantity) FROM sale_line), 0) AS BIGINT),
       CAST(COALESCE((SELECT SUM(quantity) FROM stock_movement WHERE kind IN ('sale', 'return')), 0) AS BIGINT);

-- name: till_get
SELECT id, code, name, printer, columns FROM till WHERE id = $1;

-- name: till_by_code
SELECT id, code, name, printer, columns FROM till WHERE code = $1;

-- name: till_list
SELECT t.id, t.code, t.name, t.printer, t.columns, s.id, t.mode FROM till t
LEFT JOIN shift s ON s.till_id = t.id AND s.closed_at IS NULL ORDER BY t.code;

-- name: till_insert
INSERT INTO till (id, store_id, code, name, printer, columns, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: till_update
UPDATE till SET name = $2, printer = $3, columns = $4 WHERE id = $1;

-- name: staff_code
SELECT code FROM staff WHERE id = $1;

-- name: shift_numbers
SELECT CAST(COALESCE(MIN(number), 0) AS BIGINT), CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM sale WHERE shift_id = $1;

-- name: shift_action_get
-- The open shift of a till, and how often it did this.
SELECT s.id, CAST(COALESCE(a.times, 0) AS BIGINT), CAST(COALESCE(a.total, 0) AS BIGINT)
FROM shift s LEFT JOIN shift_action a ON a.shift_id = s.id AND a.action = $2
WHERE s.till_id = $1 AND s.closed_at IS NULL;

-- name: shift_action_add
INSERT INTO shift_action (shift_id, action, times, total) VALUES ($1, $2, 1, $3)
ON CONFLICT (shift_id, action) DO UPDATE
SET times = shift_action.times + 1, total = shift_action.total + excluded.total;
