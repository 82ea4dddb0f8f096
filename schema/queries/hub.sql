-- What a serving node makes its devices of.

-- name: hub_devices
SELECT d.id, COALESCE(t.code, ''), d.config FROM device d LEFT JOIN till t ON t.id = d.till_id ORDER BY d.id;

-- name: hub_printers
-- A printer that several tills name is one device: the first till's. Tills with a device of that class need none.
SELECT MIN(t.code), t.printer, COALESCE(MIN(CASE WHEN t.columns > 0 THEN t.columns END), 0)
FROM till t
WHERE t.printer <> ''
GROUP BY t.printer
HAVING MIN(CASE WHEN EXISTS (SELECT 1 FROM device d WHERE d.till_id = t.id AND d.class = 'printer') THEN 1 ELSE 0 END) = 0
ORDER BY 1;

-- name: hub_print_waiting
-- What no printer has begun: drawers first, then the oldest.
SELECT j.id, j.device, j.kind, j.mark, j.state
FROM print_job j
WHERE j.state <> 'done' AND j.state <> 'cancelled' AND j.state IN ('queued', 'held')
ORDER BY CASE WHEN j.kind = 'drawer' THEN 0 ELSE 1 END, j.mark;

-- name: hub_print_still
-- The printer of a job that still waits for one.
SELECT device FROM print_job WHERE mark = $1 AND state IN ('queued', 'held');

-- name: hub_print_doubts
-- Printers with a printout that a person must look at, and the newest such.
SELECT j.device, j.title
FROM print_job j
WHERE j.mark IN (SELECT MAX(u.mark) FROM print_job u
                 WHERE u.state <> 'done' AND u.state <> 'cancelled' AND u.state = 'uncertain' AND u.kind <> 'drawer'
                 GROUP BY u.device)
ORDER BY j.device;
