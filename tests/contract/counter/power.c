#include "tests/contract/counter/power.h"

#include "adapters/storage/sqlite/sqlite.h"
#include "app/number.h"
#include "app/shelf.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

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
