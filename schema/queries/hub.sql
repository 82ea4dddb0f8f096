-- What a serving node makes its devices of.

-- name: hub_devices
SELECT d.id, COALESCE(t.code, ''), d.config FROM device d LEFT JOIN till t ON t.id = d.till_id ORDER BY d.id;

-- name: hub_printers
-- A printer that several tills name is one device: the first till's. Tills with a device of that class need none.
SELECT MIN(t.code), t.printer, MIN(t.columns)
FROM till t
WHERE t.printer <> ''
GROUP BY t.printer
HAVING MIN(CASE WHEN EXISTS (SELECT 1 FROM device d WHERE d.till_id = t.id AND d.class = 'printer') THEN 1 ELSE 0 END) = 0
ORDER BY 1;
