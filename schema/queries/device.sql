-- Devices of the store, and the mode of a till.

-- name: device_list
SELECT d.id, t.code, d.class, d.config, d.revision, d.updated_at
FROM device d LEFT JOIN till t ON t.id = d.till_id ORDER BY d.id LIMIT 257;

-- name: device_get
SELECT d.id, t.code, d.class, d.config, d.revision, d.updated_at
FROM device d LEFT JOIN till t ON t.id = d.till_id WHERE d.id = $1;

-- name: device_count
SELECT COUNT(*) FROM device;

-- name: device_insert
INSERT INTO device (id, till_id, class, config, revision, updated_at) VALUES ($1, $2, $3, $4, 1, $5)
ON CONFLICT (id) DO NOTHING;

-- name: device_update
-- No row changes when another revision is stored.
UPDATE device SET till_id = $2, class = $3, config = $4, revision = revision + 1, updated_at = $5
WHERE id = $1 AND revision = $6;

-- name: device_delete
DELETE FROM device WHERE id = $1 AND revision = $2;

-- name: device_till_printers
-- Printers of tills without a printer device, as if there were none called $1.
SELECT t.code, t.printer FROM till t
WHERE t.printer <> '' AND NOT EXISTS
  (SELECT 1 FROM device d WHERE d.till_id = t.id AND d.class = 'printer' AND d.id <> $1)
ORDER BY t.code LIMIT 256;

-- name: till_set_mode
UPDATE till SET mode = $2 WHERE id = $1;
