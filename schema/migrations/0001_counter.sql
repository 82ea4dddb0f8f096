-- The counter: who sells, what is sold, the ledgers behind it.
-- Portable SQL for both engines. `/*sqlite: … */` is the small overlay: the SQLite driver reads what is inside, others skip it.
-- A CHECK of three or more words is written with OR: for IN with a list SQLite fills a temporary table at every insert.
-- Money is fen, quantities thousandths, rates parts per million, times UTC milliseconds, days yyyymmdd.

CREATE TABLE node (
  id         BYTEA  NOT NULL PRIMARY KEY,
  epoch      BYTEA  NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE store (
  id            BYTEA  NOT NULL PRIMARY KEY,
  code          TEXT   NOT NULL UNIQUE,
  name          TEXT   NOT NULL,
  zone          TEXT   NOT NULL,
  cutoff_minute BIGINT NOT NULL CHECK (cutoff_minute BETWEEN 0 AND 1439),
  currency      TEXT   NOT NULL,
  address       TEXT   NOT NULL DEFAULT '',
  phone         TEXT   NOT NULL DEFAULT ''
);

CREATE TABLE till (
  id         BYTEA  NOT NULL PRIMARY KEY,
  store_id   BYTEA  NOT NULL REFERENCES store (id),
  code       TEXT   NOT NULL UNIQUE,
  name       TEXT   NOT NULL,
  printer    TEXT   NOT NULL DEFAULT '',
  columns    BIGINT NOT NULL DEFAULT 48,
  created_at BIGINT NOT NULL
);

-- People. No home address, no private phone, no off-shift location: there is no column for them.
CREATE TABLE staff (
  id           BYTEA  NOT NULL PRIMARY KEY,
  code         TEXT   NOT NULL UNIQUE,
  name         TEXT   NOT NULL,
  role         TEXT   NOT NULL CHECK (role = 'cashier' OR role = 'manager' OR role = 'integrator' OR role = 'admin'),
  pin_salt     BYTEA,
  pin_hash     BYTEA,
  status       TEXT   NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  failures     BIGINT NOT NULL DEFAULT 0,
  locked_until BIGINT NOT NULL DEFAULT 0,
  created_at   BIGINT NOT NULL
);

-- A session is (actor, till); a token is a program with scopes. Only the SHA-256 of the secret is stored.
CREATE TABLE credential (
  hash       BYTEA  NOT NULL PRIMARY KEY,
  id         BYTEA  NOT NULL UNIQUE,
  kind       TEXT   NOT NULL CHECK (kind IN ('session', 'token')),
  name       TEXT   NOT NULL,
  staff_id   BYTEA  NOT NULL REFERENCES staff (id),
  till_id    BYTEA  REFERENCES till (id),
  scopes     TEXT   NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX credential_staff ON credential (staff_id);

-- The answer given to an Idempotency-Key, so that a retry gets the same one.
CREATE TABLE idempotency (
  actor_id   BYTEA  NOT NULL,
  key        TEXT   NOT NULL,
  request    BYTEA  NOT NULL,
  status     BIGINT NOT NULL,
  body       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (actor_id, key)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX idempotency_created ON idempotency (created_at);

-- Products.
CREATE TABLE category (
  id        BYTEA NOT NULL PRIMARY KEY,
  parent_id BYTEA REFERENCES category (id),
  name      TEXT  NOT NULL,
  path      TEXT  NOT NULL UNIQUE
);

CREATE TABLE product (
  id          BYTEA    NOT NULL PRIMARY KEY,
  code        TEXT     NOT NULL UNIQUE,
  name        TEXT     NOT NULL,
  name_en     TEXT     NOT NULL DEFAULT '',
  category_id BYTEA    REFERENCES category (id),
  parent_id   BYTEA    REFERENCES product (id),
  variant     TEXT     NOT NULL DEFAULT '',
  style       SMALLINT NOT NULL DEFAULT 0 CHECK (style IN (0, 1)),
  unit        TEXT     NOT NULL,
  weighed     SMALLINT NOT NULL DEFAULT 0 CHECK (weighed IN (0, 1)),
  price       BIGINT   NOT NULL CHECK (price >= 0),
  tax_ppm     BIGINT   NOT NULL CHECK (tax_ppm BETWEEN 0 AND 1000000),
  tags        TEXT     NOT NULL DEFAULT '',
  status      TEXT     NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'unlisted')),
  revision    BIGINT   NOT NULL DEFAULT 1,
  updated_at  BIGINT   NOT NULL
);
CREATE INDEX product_parent ON product (parent_id);
CREATE INDEX product_category ON product (category_id);

-- Several barcodes a product; a pack barcode stands for many units (个/包/箱).
CREATE TABLE barcode (
  barcode    TEXT   NOT NULL PRIMARY KEY,
  product_id BYTEA  NOT NULL REFERENCES product (id),
  pack       TEXT   NOT NULL DEFAULT '',
  quantity   BIGINT NOT NULL DEFAULT 1000 CHECK (quantity > 0)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX barcode_product ON barcode (product_id);

-- What a cashier may type to find a product: words, pairs of Chinese characters, pinyin initials from every character on.
CREATE TABLE product_term (
  term       TEXT  NOT NULL,
  product_id BYTEA NOT NULL REFERENCES product (id),
  PRIMARY KEY (term, product_id)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX product_term_product ON product_term (product_id);

-- Raised with every change of what a lookup may have answered; a new product changes no earlier answer.
CREATE TABLE catalogue (
  one      SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
  revision BIGINT   NOT NULL
);
INSERT INTO catalogue (one, revision) VALUES (1, 1);

-- Stock: an append-only ledger of movements and the balance maintained with it.
CREATE TABLE location (
  code     TEXT  NOT NULL PRIMARY KEY,
  store_id BYTEA NOT NULL REFERENCES store (id),
  name     TEXT  NOT NULL
);

CREATE TABLE stock_document (
  id           BYTEA  NOT NULL PRIMARY KEY,
  kind         TEXT   NOT NULL CHECK (kind = 'receipt' OR kind = 'adjustment' OR kind = 'loss'),
  location     TEXT   NOT NULL REFERENCES location (code),
  staff_id     BYTEA  NOT NULL REFERENCES staff (id),
  reason       TEXT   NOT NULL DEFAULT '',
  reference    TEXT   NOT NULL DEFAULT '',
  reverses     BYTEA  UNIQUE REFERENCES stock_document (id),
  business_day BIGINT NOT NULL,
  at           BIGINT NOT NULL
);

-- document_id names a stock document or a sale; n its line. kind: receipt, sale, return, adjustment, loss.
CREATE TABLE stock_movement (
  document_id BYTEA  NOT NULL,
  n           BIGINT NOT NULL,
  location    TEXT   NOT NULL,
  product_id  BYTEA  NOT NULL,
  lot         TEXT   NOT NULL DEFAULT '',
  kind        TEXT   NOT NULL CHECK (kind = 'receipt' OR kind = 'sale' OR kind = 'return' OR kind = 'adjustment' OR kind = 'loss'),
  quantity    BIGINT NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (document_id, n)
) /*sqlite: WITHOUT ROWID */;

CREATE TABLE stock (
  product_id BYTEA  NOT NULL,
  location   TEXT   NOT NULL,
  lot        TEXT   NOT NULL DEFAULT '',
  on_hand    BIGINT NOT NULL,
  PRIMARY KEY (product_id, location, lot)
) /*sqlite: WITHOUT ROWID */;

-- Cash: shifts, the cash ledger, Z reports in a gap-free hash-linked chain per till.
CREATE TABLE shift (
  id            BYTEA  NOT NULL PRIMARY KEY,
  till_id       BYTEA  NOT NULL REFERENCES till (id),
  number        BIGINT NOT NULL,
  opened_by     BYTEA  NOT NULL REFERENCES staff (id),
  opened_at     BIGINT NOT NULL,
  business_day  BIGINT NOT NULL,
  opening_float BIGINT NOT NULL,
  cash          BIGINT NOT NULL,
  entries       BIGINT NOT NULL DEFAULT 0,
  closed_by     BYTEA  REFERENCES staff (id),
  closed_at     BIGINT,
  counted       BIGINT,
  UNIQUE (till_id, number)
);
CREATE UNIQUE INDEX shift_open ON shift (till_id) WHERE closed_at IS NULL;

CREATE TABLE cash_entry (
  document_id BYTEA  NOT NULL,
  n           BIGINT NOT NULL,
  shift_id    BYTEA  NOT NULL REFERENCES shift (id),
  kind        TEXT   NOT NULL CHECK (kind = 'float' OR kind = 'sale' OR kind = 'refund' OR kind = 'paid_in' OR kind = 'paid_out'),
  amount      BIGINT NOT NULL,
  reason      TEXT   NOT NULL DEFAULT '',
  staff_id    BYTEA  NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (shift_id, document_id, n)
) /*sqlite: WITHOUT ROWID */;

CREATE TABLE z_report (
  till_id  BYTEA  NOT NULL REFERENCES till (id),
  number   BIGINT NOT NULL,
  shift_id BYTEA  NOT NULL UNIQUE REFERENCES shift (id),
  at       BIGINT NOT NULL,
  body     TEXT   NOT NULL,
  previous BYTEA  NOT NULL,
  hash     BYTEA  NOT NULL,
  PRIMARY KEY (till_id, number)
);

-- An open basket is the list of what was done to it.
CREATE TABLE basket (
  id         BYTEA  NOT NULL PRIMARY KEY,
  till_id    BYTEA  NOT NULL REFERENCES till (id),
  holder_id  BYTEA  REFERENCES till (id),
  state      TEXT   NOT NULL CHECK (state = 'open' OR state = 'parked' OR state = 'frozen' OR state = 'paid' OR state = 'cancelled'),
  label      TEXT   NOT NULL DEFAULT '',
  events     BIGINT NOT NULL,
  opened_by  BYTEA  NOT NULL REFERENCES staff (id),
  opened_at  BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX basket_state ON basket (state, changed_at);

CREATE TABLE basket_event (
  basket_id BYTEA  NOT NULL REFERENCES basket (id),
  n         BIGINT NOT NULL,
  kind      TEXT   NOT NULL,
  body      TEXT   NOT NULL,
  actor_id  BYTEA  NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (basket_id, n)
) /*sqlite: WITHOUT ROWID */;

-- Sales. Never edited, never deleted: a refund is another sale whose lines name the ones they reverse.
CREATE TABLE sale (
  id           BYTEA  NOT NULL PRIMARY KEY,
  till_id      BYTEA  NOT NULL REFERENCES till (id),
  number       BIGINT NOT NULL,
  shift_id     BYTEA  NOT NULL REFERENCES shift (id),
  kind         TEXT   NOT NULL CHECK (kind = 'sale' OR kind = 'refund' OR kind = 'exchange'),
  source       TEXT   NOT NULL,
  reference    TEXT   NOT NULL DEFAULT '',
  staff_id     BYTEA  NOT NULL REFERENCES staff (id),
  approved_by  BYTEA  REFERENCES staff (id),
  member       TEXT   NOT NULL DEFAULT '',
  reason       TEXT   NOT NULL DEFAULT '',
  business_day BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  gross        BIGINT NOT NULL,
  discount     BIGINT NOT NULL,
  rounding     BIGINT NOT NULL,
  total        BIGINT NOT NULL,
  tax          BIGINT NOT NULL,
  generation   BYTEA  NOT NULL,
  trace        TEXT   NOT NULL,
  UNIQUE (till_id, number),
  CHECK (gross - discount + rounding = total)
);
CREATE INDEX sale_shift ON sale (shift_id);
CREATE INDEX sale_at ON sale (at);
CREATE INDEX sale_reference ON sale (reference) WHERE reference <> '';

-- A returned line has negative quantity and money. paid = gross − discount + rounding; tax is inside paid.
CREATE TABLE sale_line (
  sale_id     BYTEA    NOT NULL,
  n           BIGINT   NOT NULL,
  product_id  BYTEA    NOT NULL,
  code        TEXT     NOT NULL,
  name        TEXT     NOT NULL,
  unit        TEXT     NOT NULL,
  weighed     SMALLINT NOT NULL,
  quantity    BIGINT   NOT NULL,
  list_price  BIGINT   NOT NULL,
  unit_price  BIGINT   NOT NULL,
  gross       BIGINT   NOT NULL,
  discount    BIGINT   NOT NULL,
  rounding    BIGINT   NOT NULL,
  paid        BIGINT   NOT NULL,
  tax_ppm     BIGINT   NOT NULL,
  tax         BIGINT   NOT NULL,
  seller_id   BYTEA,
  note        TEXT     NOT NULL DEFAULT '',
  original_id BYTEA,
  original_n  BIGINT,
  PRIMARY KEY (sale_id, n),
  CHECK (gross - discount + rounding = paid)
) /*sqlite: WITHOUT ROWID */;

-- One amount a line and campaign, stored at sale time; a refund inverts it.
CREATE TABLE sale_allocation (
  sale_id  BYTEA  NOT NULL,
  n        BIGINT NOT NULL,
  campaign TEXT   NOT NULL,
  rule     TEXT   NOT NULL,
  amount   BIGINT NOT NULL,
  PRIMARY KEY (sale_id, n, campaign)
) /*sqlite: WITHOUT ROWID */;

-- How much of a sold line came back so far: the balance of its return lines.
CREATE TABLE sale_return (
  sale_id  BYTEA  NOT NULL,
  n        BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  paid     BIGINT NOT NULL,
  PRIMARY KEY (sale_id, n)
) /*sqlite: WITHOUT ROWID */;

CREATE TABLE payment (
  sale_id   BYTEA  NOT NULL,
  n         BIGINT NOT NULL,
  method    TEXT   NOT NULL CHECK (method = 'cash' OR method = 'card' OR method = 'wechat' OR method = 'alipay'),
  amount    BIGINT NOT NULL,
  tendered  BIGINT NOT NULL,
  change    BIGINT NOT NULL,
  reference TEXT   NOT NULL DEFAULT '',
  PRIMARY KEY (sale_id, n),
  CHECK (tendered - change = amount)
) /*sqlite: WITHOUT ROWID */;

-- The rule generations that sales name: the manifest is enough to say what priced them.
CREATE TABLE generation (
  hash       BYTEA  NOT NULL PRIMARY KEY,
  manifest   TEXT   NOT NULL,
  created_at BIGINT NOT NULL
);

-- The journal: every committed fact once, in order, each record hashed over the one before it. Ids only, no personal data.
-- On SQLite its number is the row's own, which needs no index beside the table.
CREATE TABLE journal (
  seq        /*sqlite: INTEGER PRIMARY KEY, -- */ BIGINT NOT NULL PRIMARY KEY,
  epoch      BYTEA  NOT NULL,
  kind       TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  actor_id   BYTEA  NOT NULL,
  generation BYTEA,
  body       BYTEA  NOT NULL,
  hash       BYTEA  NOT NULL
);
