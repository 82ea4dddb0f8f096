-- What campaigns took off a line is shown in the order in which they applied, in a quote and in the sale that follows.

-- place: within the sale, from 0; sales of before are shown by campaign.
ALTER TABLE sale_allocation ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
