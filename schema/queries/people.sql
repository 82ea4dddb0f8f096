-- Staff, sessions, tokens and the answers kept for retries.

-- name: staff_insert
INSERT INTO staff (id, code, name, role, pin_salt, pin_hash, status, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: staff_update
UPDATE staff SET name = $2, role = $3, pin_salt = $4, pin_hash = $5, status = $6 WHERE id = $1;

-- name: staff_by_code
SELECT id, name, role, pin_salt, pin_hash, status, failures, locked_until FROM staff WHERE code = $1;

-- name: staff_list
SELECT id, code, name, role, status, locked_until FROM staff ORDER BY code;

-- name: staff_failed
UPDATE staff SET failures = $2, locked_until = $3 WHERE id = $1 AND failures = $4;

-- name: staff_passed
UPDATE staff SET failures = 0, locked_until = 0 WHERE id = $1;

-- name: staff_let_in
-- Only if nobody guessed, and nobody changed the person, since the PIN was looked at.
UPDATE staff SET failures = 0, locked_until = 0 WHERE id = $1 AND failures = $2 AND pin_hash = $3 AND status = 'active';

-- name: credential_insert
INSERT INTO credential (hash, id, kind, name, staff_id, till_id, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: credential_get
SELECT c.id, c.kind, c.staff_id, c.till_id, c.scopes, c.expires_at, c.revoked_at, s.role, s.status
FROM credential c JOIN staff s ON s.id = c.staff_id WHERE c.hash = $1;

-- name: credential_revoke
UPDATE credential SET revoked_at = $2 WHERE id = $1 AND revoked_at = 0;

-- name: credential_revoke_staff
UPDATE credential SET revoked_at = $2 WHERE staff_id = $1 AND kind = 'session' AND revoked_at = 0;

-- name: credential_revoke_till
-- Whoever else is signed in at a till.
UPDATE credential SET revoked_at = $3 WHERE till_id = $1 AND staff_id <> $2 AND kind = 'session' AND revoked_at = 0;

-- name: idempotency_get
SELECT request, status, body, created_at FROM idempotency WHERE actor_id = $1 AND key = $2;

-- name: idempotency_insert
-- No row changes when the key is there already.
INSERT INTO idempotency (actor_id, key, request, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (actor_id, key) DO NOTHING;

-- name: idempotency_old
SELECT actor_id, key FROM idempotency WHERE created_at < $1 LIMIT 500;

-- name: idempotency_delete
DELETE FROM idempotency WHERE actor_id = $1 AND key = $2;
