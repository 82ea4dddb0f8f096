-- Open baskets and their events.

-- name: basket_insert
INSERT INTO basket (id, till_id, holder_id, state, label, events, opened_by, opened_at, changed_at, generation)
VALUES ($1, $2, $2, 'open', $3, 0, $4, $5, $5, $6);

-- name: basket_get
SELECT b.id, b.till_id, b.holder_id, b.state, b.label, b.events, b.opened_by, b.opened_at, b.changed_at, t.code,
       b.generation
FROM basket b LEFT JOIN till t ON t.id = b.holder_id WHERE b.id = $1;

-- name: basket_change
-- No row changes when another event came since the basket was read ($2 events).
UPDATE basket SET events = events + 1, state = $3, holder_id = $4, label = $5, changed_at = $6
WHERE id = $1 AND events = $2;

-- name: basket_event_insert
INSERT INTO basket_event (basket_id, n, kind, body, actor_id, at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: basket_events_get
SELECT n, kind, body FROM basket_event WHERE basket_id = $1 ORDER BY n;

-- name: basket_list
SELECT b.id, b.state, b.label, b.events, b.opened_at, b.changed_at, t.code
FROM basket b LEFT JOIN till t ON t.id = b.holder_id
WHERE b.state IN ('open', 'parked', 'frozen') ORDER BY b.changed_at DESC LIMIT 200;
