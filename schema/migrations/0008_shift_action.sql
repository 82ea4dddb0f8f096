-- How often, and about how much money, something was done in a shift that the till's policy counts.
CREATE TABLE shift_action (
  shift_id BYTEA  NOT NULL REFERENCES shift (id),
  action   TEXT   NOT NULL,
  times    BIGINT NOT NULL,
  total    BIGINT NOT NULL,
  PRIMARY KEY (shift_id, action)
) /*sqlite: WITHOUT ROWID */;
