-- The till: what each is doing, devices of the store, settings a shop edits, and the ledger of everything printed.

-- 'staffed', or 'self' for a self-checkout: the same sums, fewer rights.
ALTER TABLE till ADD COLUMN mode TEXT NOT NULL DEFAULT 'staffed';

-- What a till is doing; a page or a node that starts again goes on from here. `step` is 'sale' or 'tender'; the basket is
-- the one on the screen; `ask` is a JSON object while something must be answered first (a weight, say), else ''.
CREATE TABLE till_state (
  till_id    BYTEA    NOT NULL PRIMARY KEY REFERENCES till (id),
  step       TEXT     NOT NULL DEFAULT 'sale',
  basket_id  BYTEA    REFERENCES basket (id),
  last_sale  BYTEA    REFERENCES sale (id),
  locked     SMALLINT NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
  calling    SMALLINT NOT NULL DEFAULT 0 CHECK (calling IN (0, 1)),
  ask        TEXT     NOT NULL DEFAULT '',
  changed_at BIGINT   NOT NULL
);

-- A device as its configuration describes it. `config` is a JSON object that the drivers check.
CREATE TABLE device (
  id         TEXT   NOT NULL PRIMARY KEY,
  till_id    BYTEA  REFERENCES till (id),
  class      TEXT   NOT NULL,
  config     TEXT   NOT NULL,
  revision   BIGINT NOT NULL DEFAULT 1,
  updated_at BIGINT NOT NULL
);

-- Settings that are edited as a whole: 'labels', 'hours', 'till', 'logo'.
CREATE TABLE setting (
  name       TEXT   NOT NULL PRIMARY KEY,
  body       TEXT   NOT NULL,
  revision   BIGINT NOT NULL DEFAULT 1,
  updated_by BYTEA  REFERENCES staff (id),
  updated_at BIGINT NOT NULL
);

-- The print ledger. A job has one id through every try and one outcome. `document` is the printout as laid out then, so a
-- reprint says the same; `mark` is a number that a printer gives back when the job is on paper. `of_id` names the job that
-- a copy repeats.
CREATE TABLE print_job (
  id          BYTEA  NOT NULL PRIMARY KEY,
  mark        BIGINT NOT NULL UNIQUE,
  device      TEXT   NOT NULL,
  till_id     BYTEA  REFERENCES till (id),
  kind        TEXT   NOT NULL,
  document_id BYTEA,
  title       TEXT   NOT NULL DEFAULT '',
  document    TEXT   NOT NULL DEFAULT '',
  copy        BIGINT NOT NULL DEFAULT 0,
  of_id       BYTEA  REFERENCES print_job (id),
  state       TEXT   NOT NULL,
  reason      TEXT   NOT NULL DEFAULT '',
  attempt     BIGINT NOT NULL DEFAULT 0,
  staff_id    BYTEA,
  created_at  BIGINT NOT NULL,
  changed_at  BIGINT NOT NULL
);
CREATE INDEX print_job_open ON print_job (state, mark) WHERE state <> 'done' AND state <> 'cancelled';
CREATE INDEX print_job_document ON print_job (document_id);

CREATE TABLE print_event (
  job_id   BYTEA  NOT NULL REFERENCES print_job (id),
  n        BIGINT NOT NULL,
  state    TEXT   NOT NULL,
  attempt  BIGINT NOT NULL,
  reason   TEXT   NOT NULL DEFAULT '',
  staff_id BYTEA,
  at       BIGINT NOT NULL,
  PRIMARY KEY (job_id, n)
) /*sqlite: WITHOUT ROWID */;
