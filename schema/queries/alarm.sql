-- Alarms of devices, and the outbox of their webhook.

-- name: device_alarm_write
-- What is over stays over; what somebody has seen stays seen until it is over.
INSERT INTO device_alarm (id, till, device, fault, severity, owner, state, raised_at, changed_at, cleared_at, count, n,
                          quiet, detail, job)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (id) DO UPDATE SET
  severity = excluded.severity, owner = excluded.owner, changed_at = excluded.changed_at,
  cleared_at = excluded.cleared_at, count = excluded.count, n = excluded.n, quiet = excluded.quiet,
  detail = excluded.detail, job = excluded.job,
  state = CASE WHEN excluded.state = 'raised' THEN device_alarm.state ELSE excluded.state END
WHERE device_alarm.cleared_at IS NULL;

-- name: device_alarm_open_list
SELECT id, till, device, fault, severity, owner, state, raised_at, changed_at, cleared_at, count, n, quiet, detail, job,
       acknowledged_by, acknowledged_at
FROM device_alarm WHERE cleared_at IS NULL AND id < $1 ORDER BY id DESC LIMIT $2;

-- name: device_alarm_top_list
-- What one alarm of the whole store stands for is not told again.
SELECT a.id, a.till, a.device, a.fault, a.severity, a.owner, a.state, a.raised_at, a.changed_at, a.cleared_at, a.count,
       a.n, a.quiet, a.detail, a.job, a.acknowledged_by, a.acknowledged_at
FROM device_alarm a WHERE a.cleared_at IS NULL AND a.id < $1
AND (a.device = '' OR NOT EXISTS (
  SELECT 1 FROM device_alarm g WHERE g.fault = a.fault AND g.device = '' AND g.cleared_at IS NULL))
ORDER BY a.id DESC LIMIT $2;

-- name: device_alarm_list
SELECT id, till, device, fault, severity, owner, state, raised_at, changed_at, cleared_at, count, n, quiet, detail, job,
       acknowledged_by, acknowledged_at
FROM device_alarm WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: device_alarm_get
SELECT id, till, device, fault, severity, owner, state, raised_at, changed_at, cleared_at, count, n, quiet, detail, job,
       acknowledged_by, acknowledged_at
FROM device_alarm WHERE id = $1;

-- name: device_alarm_acknowledge
UPDATE device_alarm SET state = 'acknowledged', acknowledged_by = $2, acknowledged_at = $3
WHERE id = $1 AND state = 'raised';

-- name: device_alarm_prune
-- Over for long, and nothing of it waits to be pushed.
DELETE FROM device_alarm WHERE cleared_at < $1
AND NOT EXISTS (SELECT 1 FROM alarm_push p WHERE p.alarm_id = device_alarm.id);

-- name: alarm_push_add
INSERT INTO alarm_push (alarm_id, n, body, state, tries, next_at, created_at) VALUES ($1, $2, $3, 'waiting', 0, $4, $4)
ON CONFLICT (alarm_id, n) DO NOTHING;

-- name: alarm_push_trim
-- Keep the $1 youngest.
DELETE FROM alarm_push
WHERE created_at <= (SELECT created_at FROM alarm_push ORDER BY created_at DESC LIMIT 1 OFFSET $1);

-- name: alarm_push_due
-- Of each alarm the first that waits, so that nobody hears of an end before the beginning.
SELECT p.alarm_id, p.n, p.body, p.tries FROM alarm_push p
WHERE p.next_at <= $1 AND NOT EXISTS (
  SELECT 1 FROM alarm_push e WHERE e.alarm_id = p.alarm_id AND e.n < p.n AND e.state = 'waiting')
ORDER BY p.next_at, p.created_at, p.alarm_id, p.n LIMIT $2;

-- name: alarm_push_next
SELECT COUNT(*), CAST(COALESCE(MIN(next_at), 0) AS BIGINT) FROM alarm_push;

-- name: alarm_push_done
DELETE FROM alarm_push WHERE alarm_id = $1 AND n = $2;

-- name: alarm_push_later
UPDATE alarm_push SET state = $3, tries = $4, next_at = $5 WHERE alarm_id = $1 AND n = $2;

-- name: alarm_push_revive
-- The receiver is back: what waited for it need not wait any longer.
UPDATE alarm_push SET next_at = $1 WHERE state = 'waiting' AND next_at > $1;
