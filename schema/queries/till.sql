-- What tills are doing, and the settings of a shop.

-- name: till_state_get
SELECT t.code, t.name, t.mode, s.step, s.basket_id, s.last_sale, s.locked, s.calling, s.ask
FROM till t LEFT JOIN till_state s ON s.till_id = t.id WHERE t.id = $1;

-- name: till_state_put
INSERT INTO till_state (till_id, step, basket_id, last_sale, locked, calling, ask, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (till_id) DO UPDATE
SET step = excluded.step, basket_id = excluded.basket_id, last_sale = excluded.last_sale, locked = excluded.locked,
    calling = excluded.calling, ask = excluded.ask, changed_at = excluded.changed_at;

-- name: till_mode
SELECT mode FROM till WHERE id = $1;

-- name: till_locked
SELECT locked FROM till_state WHERE till_id = $1;

-- name: till_calls
SELECT t.code FROM till_state s JOIN till t ON t.id = s.till_id WHERE s.calling = 1 ORDER BY t.code LIMIT 64;

-- name: till_parked
SELECT b.id, b.label, b.opened_at, b.changed_at, t.code,
       (SELECT CAST(COALESCE(SUM(CASE e.kind WHEN 'add' THEN 1 WHEN 'return' THEN 1 WHEN 'void' THEN -1 ELSE 0 END), 0)
               AS BIGINT) FROM basket_event e WHERE e.basket_id = b.id)
FROM basket b LEFT JOIN till t ON t.id = b.till_id
WHERE b.state = 'parked' ORDER BY b.changed_at DESC LIMIT 50;

-- name: till_last
SELECT t.code, s.number, s.kind, s.total, s.at FROM sale s JOIN till t ON t.id = s.till_id WHERE s.id = $1;

-- name: till_staff
SELECT code, name FROM staff WHERE id = $1;

-- name: till_returned
-- What came back of a sale, a row a line.
SELECT n, quantity FROM sale_return WHERE sale_id = $1;

-- name: setting_get
SELECT body, revision FROM setting WHERE name = $1;

-- name: setting_put
-- No row changes when another revision than $6 is stored.
INSERT INTO setting (name, body, revision, updated_by, updated_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE
SET body = excluded.body, revision = excluded.revision, updated_by = excluded.updated_by,
    updated_at = excluded.updated_at
WHERE setting.revision = $6;
