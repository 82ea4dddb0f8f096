#include "tests/contract/counter/power.h"

#include "adapters/storage/sqlite/sqlite.h"
#include "app/number.h"
#include "app/shelf.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SALES_MAX 5000

static const char file_name[] = "node.db", log_name[] = "node.db-wal";

void power_off(struct counter *counter) {
  struct sp_fixture *node = &counter->node;
  sqlite3_close(node->probe);
  sp_db_close(node->worker.db);
  sp_db_close(node->writer);
  sp_numbers_free(node->app.numbers);
  sp_shelf_free(node->app.shelf);
  node->probe = NULL;
  node->worker.db = NULL;
  node->writer = NULL;
  node->app.numbers = NULL;
  node->app.shelf = NULL;
}

int power_on(struct counter *counter) {
  struct sp_fixture *node = &counter->node;
  struct sp_db_options options = {.location = file_name, .mode = SP_DB_WRITE, .vfs = node->vfs};
  int rc = sp_numbers_new(&node->app.numbers);
  if (rc == 0) rc = sp_shelf_new(&node->app.shelf);
  if (rc == 0) rc = sp_sqlite_api()->open(&options, &node->writer, &counter->error);
  options.mode = SP_DB_READ;
  if (rc == 0) rc = sp_sqlite_api()->open(&options, &node->worker.db, &counter->error);
  if (rc != 0) power_off(counter);
  return rc;
}

void power_checkpoint(struct counter *counter, const char *mode) {
  char sql[64];
  snprintf(sql, sizeof sql, "PRAGMA wal_checkpoint(%s)", mode);
  sp_fixture_exec(&counter->node, sql, NULL);
}

static int image_copy(struct sp_crash *disk, const char *name, unsigned char **bytes, size_t *len) {
  const void *image = sp_crash_image(disk, name, len);
  if (image == NULL || *len == 0) return 0;
  *bytes = malloc(*len);
  if (*bytes == NULL) return SP_E_NOMEM;
  memcpy(*bytes, image, *len);
  return 0;
}

int power_template(struct sp_crash *disk, struct power_template *out) {
  *out = (struct power_template){.database = NULL};
  int rc = image_copy(disk, file_name, &out->database, &out->database_len);
  return rc == 0 ? image_copy(disk, log_name, &out->log, &out->log_len) : rc;
}

static int sell_gum(struct counter *counter, int sales) {
  int rc = 0;
  for (int i = 0; rc == 0 && i < sales; i++) {
    struct ticket ticket;
    ticket_new(&ticket);
    ticket_item(&ticket, "gum", 1000);
    rc = counter_sell(counter, &ticket, SP_METHOD_CARD);
  }
  return rc;
}

int power_template_long(struct counter *counter, struct sp_crash *disk, struct power_template *out) {
  struct power_template begin;
  int sales = 0;
  power_off(counter);
  int rc = power_template(disk, &begin);
  if (rc == 0) rc = power_on(counter);
  if (rc == 0) rc = sell_gum(counter, 1);                   /* begins the log */
  for (int64_t syncs = 1; rc == 0 && syncs == 1; sales++) { /* a commit is one; a checkpoint adds its own */
    int64_t before = sp_crash_counted(disk).syncs;
    rc = sales < SALES_MAX ? sell_gum(counter, 1) : SP_E_LIMIT;
    syncs = sp_crash_counted(disk).syncs - before;
  }
  power_off(counter);
  if (rc == 0) rc = power_load(disk, &begin, 1);
  if (rc == 0) rc = power_on(counter);
  if (rc == 0) rc = sell_gum(counter, sales); /* the first, and all but the last */
  if (rc == 0) rc = power_template(disk, out);
  power_template_free(&begin);
  return rc;
}

int power_load(struct sp_crash *disk, const struct power_template *from, uint64_t seed) {
  sp_crash_reset(disk, seed);
  int rc = sp_crash_load(disk, file_name, from->database, from->database_len);
  if (rc == 0 && from->log_len > 0) rc = sp_crash_load(disk, log_name, from->log, from->log_len);
  return rc;
}

void power_template_free(struct power_template *from) {
  free(from->database);
  free(from->log);
  *from = (struct power_template){.database = NULL};
}
