-- Generations of rules, what serves, and campaigns.

-- name: rules_state_get
SELECT revision, made, live, live_since, previous, canary, canary_since, canary_tills, gate, shadow, shadow_since, built_in
FROM rules_state;

-- name: rules_state_insert
INSERT INTO rules_state (one, revision, made, live, live_since, built_in) VALUES (1, 1, 1, $1, $2, $3);

-- name: rules_state_update
-- No row changes when somebody changed the rules since revision $1.
UPDATE rules_state
SET revision = revision + 1, live = $2, live_since = $3, previous = $4, canary = $5, canary_since = $6, canary_tills = $7,
    gate = $8, shadow = $9, shadow_since = $10, built_in = $11
WHERE revision = $1;

-- name: rules_made_raise
-- No row changes when a generation was made since $1 was read.
UPDATE rules_state SET made = made + 1 WHERE made = $1;

-- name: rule_file_insert
INSERT INTO rule_file (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING;

-- name: rule_file_get
SELECT body FROM rule_file WHERE hash = $1;

-- name: rule_file_known
SELECT 1 FROM rule_file WHERE hash = $1;

-- name: rule_file_list
SELECT hash FROM rule_file ORDER BY hash;

-- name: rule_file_delete
DELETE FROM rule_file WHERE hash = $1;

-- name: generation_put
INSERT INTO generation (hash, manifest, created_at, files, store, origin, name, report, since)
VALUES ($1, '', $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (hash) DO UPDATE SET files = excluded.files, store = excluded.store, report = excluded.report;

-- name: generation_get
SELECT files, store, report, origin, name, created_at, served, sold, retired_at, withdrawn_at
FROM generation WHERE hash = $1;

-- name: generation_list
SELECT hash, origin, name, created_at, served, sold, retired_at, withdrawn_at FROM generation ORDER BY created_at DESC, hash LIMIT $1;

-- name: generation_files_list
SELECT files FROM generation WHERE files <> '';

-- name: generation_serve
UPDATE generation SET served = 1, retired_at = NULL WHERE hash = $1;

-- name: generation_publish
-- It becomes live in place of $2, whatever it was before.
UPDATE generation SET came_after = $2, withdrawn_at = NULL WHERE hash = $1;

-- name: generation_withdraw
UPDATE generation SET withdrawn_at = $2 WHERE hash = $1;

-- name: generation_return
-- It is live again because somebody went back to it: what was live before it stays.
UPDATE generation SET withdrawn_at = NULL WHERE hash = $1;

-- name: generation_before
SELECT came_after, withdrawn_at FROM generation WHERE hash = $1;

-- name: generation_retire
UPDATE generation SET retired_at = $2 WHERE hash = $1;

-- name: generation_keep
UPDATE generation SET sold = 1 WHERE hash = $1;

-- name: generation_delete
DELETE FROM generation WHERE hash = $1;

-- name: generation_old
-- Nothing is known to need these: served until before $1, or made before $2 and never served.
SELECT hash, since, served FROM generation
WHERE sold = 0 AND ((served = 1 AND retired_at < $1) OR (served = 0 AND created_at < $2)) ORDER BY hash LIMIT 100;

-- name: generation_first_use
SELECT seq FROM journal WHERE seq > $2 AND generation = $1 ORDER BY seq LIMIT 1;

-- name: generation_pinned
SELECT 1 FROM basket WHERE state IN ('open', 'parked', 'frozen') AND generation = $1 LIMIT 1;

-- name: generation_totals
-- What was sold under it since then.
SELECT COUNT(*), COALESCE(SUM(gross), 0), COALESCE(SUM(discount), 0) FROM sale WHERE at >= $2 AND generation = $1;

-- name: campaign_list
SELECT code, body, revision, updated_by, updated_at FROM campaign ORDER BY code;

-- name: campaign_get
SELECT code, body, revision, updated_by, updated_at FROM campaign WHERE code = $1;

-- name: campaign_put
-- No row changes when its revision is not $6 (0: it is new).
INSERT INTO campaign (code, body, revision, updated_by, updated_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (code) DO UPDATE
SET body = excluded.body, revision = excluded.revision, updated_by = excluded.updated_by, updated_at = excluded.updated_at
WHERE campaign.revision = $6;

-- name: campaign_delete
DELETE FROM campaign WHERE code = $1 AND revision = $2;

-- name: journal_sales_after
-- Sales in the order they were committed. The journal's record of one begins with its id.
SELECT seq, kind, body FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2;
