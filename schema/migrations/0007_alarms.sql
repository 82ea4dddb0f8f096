-- Alarms of devices, and what of them is still to be pushed to the webhook.

-- till and device: "" for an alarm of the whole store. n: its changes so far. count: how often the fault came.
-- quiet: raised while the store's alarm of that fault was open.
CREATE TABLE device_alarm (
  id              BYTEA    NOT NULL PRIMARY KEY,
  till            TEXT     NOT NULL,
  device          TEXT     NOT NULL,
  fault           TEXT     NOT NULL,
  severity        TEXT     NOT NULL CHECK (severity IN ('info', 'warn', 'major', 'critical')),
  owner           TEXT     NOT NULL CHECK (owner IN ('cashier', 'manager', 'it', 'hq')),
  state           TEXT     NOT NULL CHECK (state IN ('raised', 'acknowledged', 'cleared')),
  raised_at       BIGINT   NOT NULL,
  changed_at      BIGINT   NOT NULL,
  cleared_at      BIGINT,
  count           BIGINT   NOT NULL,
  n               BIGINT   NOT NULL,
  quiet           SMALLINT NOT NULL DEFAULT 0,
  detail          TEXT     NOT NULL DEFAULT '',
  job             TEXT     NOT NULL DEFAULT '',
  acknowledged_by BYTEA    REFERENCES staff (id),
  acknowledged_at BIGINT
) /*sqlite: WITHOUT ROWID */;

CREATE INDEX device_alarm_open ON device_alarm (raised_at) WHERE cleared_at IS NULL;
CREATE INDEX device_alarm_cleared ON device_alarm (cleared_at) WHERE cleared_at IS NOT NULL;

-- The outbox: a row until the receiver has it. body: as it is sent. refused: the receiver does not want it, it is
-- offered now and then all the same.
CREATE TABLE alarm_push (
  alarm_id   BYTEA  NOT NULL REFERENCES device_alarm (id),
  n          BIGINT NOT NULL,
  body       TEXT   NOT NULL,
  state      TEXT   NOT NULL CHECK (state IN ('waiting', 'refused')),
  tries      BIGINT NOT NULL DEFAULT 0,
  next_at    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (alarm_id, n)
) /*sqlite: WITHOUT ROWID */;

CREATE INDEX alarm_push_due ON alarm_push (next_at);
CREATE INDEX alarm_push_age ON alarm_push (created_at);
