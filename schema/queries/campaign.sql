-- What campaigns with limits have used up.

-- name: campaign_use_get
SELECT uses, amount, units FROM campaign_use WHERE campaign = $1 AND subject = $2;

-- name: campaign_use_take
-- No row changes when it would pass a limit ($6 to $8, 0: none).
INSERT INTO campaign_use (campaign, subject, uses, amount, units) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (campaign, subject) DO UPDATE
SET uses = campaign_use.uses + excluded.uses, amount = campaign_use.amount + excluded.amount,
    units = campaign_use.units + excluded.units
WHERE (CAST($6 AS BIGINT) = 0 OR campaign_use.uses + excluded.uses <= CAST($6 AS BIGINT))
  AND (CAST($7 AS BIGINT) = 0 OR campaign_use.amount + excluded.amount <= CAST($7 AS BIGINT))
  AND (CAST($8 AS BIGINT) = 0 OR campaign_use.units + excluded.units <= CAST($8 AS BIGINT));

-- name: campaign_use_give
UPDATE campaign_use SET uses = uses - $3, amount = amount - $4, units = units - $5 WHERE campaign = $1 AND subject = $2;

-- name: campaign_entry_insert
INSERT INTO campaign_entry (document_id, n, campaign, subject, uses, amount, units) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: campaign_proof
-- Balances that are not the sum of their entries, and entries without a balance: must be none.
SELECT u.campaign, u.subject
FROM campaign_use u LEFT JOIN (
  SELECT campaign, subject, SUM(uses) AS uses, SUM(amount) AS amount, SUM(units) AS units
  FROM campaign_entry GROUP BY campaign, subject
) e ON e.campaign = u.campaign AND e.subject = u.subject
WHERE u.uses <> COALESCE(e.uses, 0) OR u.amount <> COALESCE(e.amount, 0) OR u.units <> COALESCE(e.units, 0)
UNION ALL
SELECT e.campaign, e.subject
FROM campaign_entry e LEFT JOIN campaign_use u ON u.campaign = e.campaign AND u.subject = e.subject
WHERE u.campaign IS NULL;
