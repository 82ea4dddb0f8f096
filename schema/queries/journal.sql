-- The journal.

-- name: journal_head
SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1;

-- name: journal_insert
INSERT INTO journal (seq, epoch, kind, version, at, actor_id, generation, body, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: journal_walk
SELECT seq, epoch, kind, version, at, actor_id, generation, body, hash FROM journal ORDER BY seq;

-- name: journal_page
SELECT seq, kind, version, at, actor_id, generation, body, hash FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2;
