-- Generations of rules: everything one was built from is kept, so it can be loaded again for as long as a sale names it.

-- Files of generations, by the SHA-256 of their bytes.
CREATE TABLE rule_file (
  hash BYTEA NOT NULL PRIMARY KEY,
  body BYTEA NOT NULL
) /*sqlite: WITHOUT ROWID */;

-- files: a line a file, "HASH PATH", by path. Of a generation from before this migration there is only the manifest.
-- origin: start, folder, upload, campaign, upgrade. since: the journal's last number when it was made.
-- served: tills priced with it. sold: a sale names it, so it stays. retired_at: when it last ceased to serve.
ALTER TABLE generation ADD COLUMN files TEXT NOT NULL DEFAULT '';
ALTER TABLE generation ADD COLUMN store TEXT NOT NULL DEFAULT '';
ALTER TABLE generation ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE generation ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE generation ADD COLUMN report TEXT NOT NULL DEFAULT '';
ALTER TABLE generation ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN served SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN sold SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN retired_at BIGINT;

-- Those that are here were live before.
UPDATE generation SET served = 1, sold = 1;

-- Which generation prices what. revision: raised with every change; made: with every new generation.
-- canary_tills: codes, separated by spaces. gate: what ends the canary, as JSON. built_in: hash of the program's own rules.
CREATE TABLE rules_state (
  one          SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
  revision     BIGINT   NOT NULL,
  made         BIGINT   NOT NULL,
  live         BYTEA    NOT NULL REFERENCES generation (hash),
  live_since   BIGINT   NOT NULL,
  previous     BYTEA    REFERENCES generation (hash),
  canary       BYTEA    REFERENCES generation (hash),
  canary_since BIGINT,
  canary_tills TEXT     NOT NULL DEFAULT '',
  gate         TEXT     NOT NULL DEFAULT '{}',
  shadow       BYTEA    REFERENCES generation (hash),
  shadow_since BIGINT,
  built_in     BYTEA    NOT NULL
);

-- Campaigns made through the interface; body is the campaign as campaigns.json has it.
CREATE TABLE campaign (
  code       TEXT   NOT NULL PRIMARY KEY,
  body       TEXT   NOT NULL,
  revision   BIGINT NOT NULL,
  updated_by BYTEA  NOT NULL,
  updated_at BIGINT NOT NULL
);

-- An open basket is priced by the generation it was opened with.
ALTER TABLE basket ADD COLUMN generation BYTEA;
