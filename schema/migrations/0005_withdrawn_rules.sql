-- A generation that was rolled back is withdrawn: going back once more goes further back, never to it.

-- came_after: what was live before it, when it was published. withdrawn_at: when it was rolled back, until it is
-- published again.
ALTER TABLE generation ADD COLUMN came_after BYTEA;
ALTER TABLE generation ADD COLUMN withdrawn_at BIGINT;

UPDATE generation SET came_after = (SELECT previous FROM rules_state) WHERE hash = (SELECT live FROM rules_state);
