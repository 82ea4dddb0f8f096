-- The node itself.

-- name: node_get
SELECT id, epoch, created_at FROM node;

-- name: node_insert
INSERT INTO node (id, epoch, created_at) VALUES ($1, $2, $3);

-- name: node_set_epoch
UPDATE node SET epoch = $1;

-- name: store_get
-- The store of this node: the oldest.
SELECT id, code, name, zone, cutoff_minute, currency, address, phone FROM store ORDER BY id LIMIT 1;

-- name: store_insert
INSERT INTO store (id, code, name, zone, cutoff_minute, currency, address, phone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: store_update
UPDATE store SET code = $2, name = $3, zone = $4, cutoff_minute = $5, address = $6, phone = $7 WHERE id = $1;

-- name: location_of_store
SELECT code FROM location WHERE store_id = $1 ORDER BY code LIMIT 1;

