-- What a sale must remember so that its price can be computed again, and what campaigns with limits have used up.

-- A product as it was at one revision: what sold lines and replays name. Written with every change, never changed itself.
CREATE TABLE product_card (
  product_id BYTEA  NOT NULL,
  revision   BIGINT NOT NULL,
  name       TEXT   NOT NULL,
  unit       TEXT   NOT NULL,
  category   TEXT   NOT NULL DEFAULT '',
  tags       TEXT   NOT NULL DEFAULT '',
  PRIMARY KEY (product_id, revision)
) /*sqlite: WITHOUT ROWID */;

INSERT INTO product_card (product_id, revision, name, unit, category, tags)
SELECT p.id, p.revision, p.name, p.unit, COALESCE(c.path, ''), p.tags
FROM product p LEFT JOIN category c ON c.id = p.category_id;

-- Names that lines of before were sold under and nothing has any more get cards with numbers below zero.
INSERT INTO product_card (product_id, revision, name, unit)
SELECT o.product_id, -ROW_NUMBER() OVER (PARTITION BY o.product_id ORDER BY o.name, o.unit), o.name, o.unit
FROM (SELECT product_id, name, unit FROM sale_line EXCEPT SELECT product_id, name, unit FROM product_card) o;

-- A line names the card instead of repeating it, and keeps what else the rules saw: the price given at the till, the lot, its
-- last day (yyyymmdd) and, of a line that a rule added, the line it belongs to.
CREATE TABLE sale_line_lean (
  sale_id     BYTEA    NOT NULL,
  n           BIGINT   NOT NULL,
  product_id  BYTEA    NOT NULL,
  revision    BIGINT   NOT NULL,
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
  given_price BIGINT,
  lot         TEXT,
  expires     BIGINT,
  parent      BIGINT,
  seller_id   BYTEA,
  note        TEXT     NOT NULL DEFAULT '',
  original_id BYTEA,
  original_n  BIGINT,
  PRIMARY KEY (sale_id, n),
  CHECK (gross - discount + rounding = paid)
) /*sqlite: WITHOUT ROWID */;

INSERT INTO sale_line_lean (sale_id, n, product_id, revision, weighed, quantity, list_price, unit_price, gross, discount,
                            rounding, paid, tax_ppm, tax, seller_id, note, original_id, original_n)
SELECT l.sale_id, l.n, l.product_id, c.revision, l.weighed, l.quantity, l.list_price, l.unit_price, l.gross, l.discount,
       l.rounding, l.paid, l.tax_ppm, l.tax, l.seller_id, l.note, l.original_id, l.original_n
FROM sale_line l JOIN product_card c ON c.product_id = l.product_id AND c.name = l.name AND c.unit = l.unit;

DROP TABLE sale_line;
ALTER TABLE sale_line_lean RENAME TO sale_line;

-- What else the price depended on, as JSON; NULL when nothing did (app/sale_inputs.c).
ALTER TABLE sale ADD COLUMN inputs TEXT;

-- Limits of campaigns: what was used, by the campaign ('' as the subject), a member ('m:CODE') or a coupon ('c:CODE'). The
-- balance of campaign_entry, in which a sale takes and a released basket gives back.
CREATE TABLE campaign_use (
  campaign TEXT   NOT NULL,
  subject  TEXT   NOT NULL,
  uses     BIGINT NOT NULL,
  amount   BIGINT NOT NULL,
  units    BIGINT NOT NULL,
  PRIMARY KEY (campaign, subject)
) /*sqlite: WITHOUT ROWID */;

CREATE TABLE campaign_entry (
  document_id BYTEA  NOT NULL,
  n           BIGINT NOT NULL,
  campaign    TEXT   NOT NULL,
  subject     TEXT   NOT NULL,
  uses        BIGINT NOT NULL,
  amount      BIGINT NOT NULL,
  units       BIGINT NOT NULL,
  PRIMARY KEY (document_id, n)
) /*sqlite: WITHOUT ROWID */;
