-- The print ledger: jobs, what happened to them, and where a till prints.

-- name: print_logo
SELECT body FROM setting WHERE name = 'logo' AND body <> '';

-- name: print_till
-- The till, its own printer among the devices with its configuration, and the first till with the same target.
SELECT t.code, t.printer, t.columns, d.id, (SELECT MIN(o.code) FROM till o WHERE o.printer = t.printer), d.config
FROM till t
LEFT JOIN device d ON d.id = (SELECT MIN(p.id) FROM device p WHERE p.till_id = t.id AND p.class = 'printer')
WHERE t.id = $1;

-- name: print_insert
-- The mark is the next one. No row is made when another copy of the document ($6, $4) was queued since ($8 is the number
-- of this one, the highest is below it).
INSERT INTO print_job (id, mark, device, till_id, kind, document_id, title, document, copy, of_id, state, staff_id,
                       created_at, changed_at)
SELECT $1, (SELECT COALESCE(MAX(m.mark), 0) + 1 FROM print_job m), $2, $3, $4, $6, $5, $7, $8, $9, 'queued', $10, $11, $11
WHERE $6 IS NULL OR $8 > (SELECT COALESCE(MAX(c.copy), -1) FROM print_job c WHERE c.document_id = $6 AND c.kind = $4);

-- name: print_get
SELECT j.id, j.mark, j.device, j.till_id, j.kind, j.document_id, j.title, j.copy, j.of_id, j.state, j.reason, j.attempt,
       j.staff_id, j.created_at, j.changed_at, (SELECT t.code FROM till t WHERE t.id = j.till_id), j.document
FROM print_job j WHERE j.id = $1;

-- name: print_state_of
SELECT state FROM print_job WHERE document_id = $1 ORDER BY mark DESC LIMIT 1;

-- name: print_newest_of
-- The newest job of a document and kind.
SELECT j.id, j.mark, j.device, j.till_id, j.kind, j.document_id, j.title, j.copy, j.of_id, j.state, j.reason, j.attempt,
       j.staff_id, j.created_at, j.changed_at, (SELECT t.code FROM till t WHERE t.id = j.till_id), j.document
FROM print_job j WHERE j.document_id = $1 AND j.kind = $2 ORDER BY j.mark DESC LIMIT 1;

-- name: print_original_of
-- The job with the stored printout that copies repeat.
SELECT j.id, j.mark, j.device, j.till_id, j.kind, j.document_id, j.title, j.copy, j.of_id, j.state, j.reason, j.attempt,
       j.staff_id, j.created_at, j.changed_at, (SELECT t.code FROM till t WHERE t.id = j.till_id), j.document
FROM print_job j WHERE j.document_id = $1 AND j.kind = $2 AND j.of_id IS NULL ORDER BY j.mark LIMIT 1;

-- name: print_unsettled
-- What a start finds on its way.
SELECT j.id, j.state, j.kind, j.attempt
FROM print_job j
WHERE j.state <> 'done' AND j.state <> 'cancelled'
  AND (j.state IN ('sending', 'sent', 'acked') OR j.kind = 'drawer')
ORDER BY j.mark LIMIT $1;

-- name: print_list_open
SELECT j.id, j.mark, j.device, j.till_id, j.kind, j.document_id, j.title, j.copy, j.of_id, j.state, j.reason, j.attempt,
       j.staff_id, j.created_at, j.changed_at, (SELECT t.code FROM till t WHERE t.id = j.till_id)
FROM print_job j
WHERE j.state <> 'done' AND j.state <> 'cancelled' AND ($1 IS NULL OR j.till_id = $1) ORDER BY j.mark DESC LIMIT $2;

-- name: print_shares
-- The newest $1 jobs of each till that are not over, with the till's code behind them. A job of no till is the till's whose
-- printer it is at; "" where that is nobody's.
SELECT r.id, r.mark, r.device, r.till_id, r.kind, r.document_id, r.title, r.copy, r.of_id, r.state, r.reason, r.attempt,
       r.staff_id, r.created_at, r.changed_at, COALESCE((SELECT t.code FROM till t WHERE t.id = r.till_id), ''),
       COALESCE((SELECT o.code FROM till o WHERE o.id = r.owner_id), '')
FROM (SELECT w.*, ROW_NUMBER() OVER (PARTITION BY w.owner_id ORDER BY w.mark DESC) AS place
      FROM (SELECT j.id, j.mark, j.device, j.till_id, j.kind, j.document_id, j.title, j.copy, j.of_id, j.state, j.reason,
                   j.attempt, j.staff_id, j.created_at, j.changed_at,
                   COALESCE(j.till_id, (SELECT d.till_id FROM device d WHERE d.id = j.device)) AS owner_id
            FROM print_job j WHERE j.state <> 'done' AND j.state <> 'cancelled') w) r
WHERE r.place <= $1 ORDER BY 17, r.mark DESC;

-- name: print_owner
-- The till whose people see the paper of a job: as print_shares says. No row where that is nobody's.
SELECT t.id, t.code FROM print_job j
JOIN till t ON t.id = COALESCE(j.till_id, (SELECT d.till_id FROM device d WHERE d.id = j.device)) WHERE j.id = $1;

-- name: print_list_all
SELECT j.id, j.mark, j.device, j.till_id, j.kind, j.document_id, j.title, j.copy, j.of_id, j.state, j.reason, j.attempt,
       j.staff_id, j.created_at, j.changed_at, (SELECT t.code FROM till t WHERE t.id = j.till_id)
FROM print_job j WHERE ($1 IS NULL OR j.till_id = $1) ORDER BY j.mark DESC LIMIT $2;

-- name: print_step
-- No row changes when the job is not what it was.
UPDATE print_job SET state = $2, reason = $3, attempt = $4, changed_at = $5 WHERE id = $1 AND state = $6 AND attempt = $7;

-- name: print_readdress
UPDATE print_job SET device = $2 WHERE id = $1 AND state IN ('queued', 'held');

-- name: print_event_add
INSERT INTO print_event (job_id, n, state, attempt, reason, staff_id, at)
SELECT $1, (SELECT COALESCE(MAX(e.n), 0) + 1 FROM print_event e WHERE e.job_id = $1), $2, $3, $4, $5, $6;

-- name: print_old
-- Ids begin with the time they were made at, so a stretch of them is a stretch of time.
SELECT id FROM print_job
WHERE id >= $1 AND id < $2 AND state IN ('done', 'cancelled') AND document <> '' ORDER BY id LIMIT $3;

-- name: print_forget
UPDATE print_job SET document = '' WHERE id = $1 AND state IN ('done', 'cancelled');
