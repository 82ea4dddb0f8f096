#include "main/node.h"
#include "adapters/storage/sqlite/sqlite.h"
#include "app/alarms.h"
#include "app/shelf.h"
#include "devices/driver/device.h"
#include "lua/machine.h"
#include "ports/migrate.h"
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX 65536

/* ---- Opening ---- */

static int database_open(struct sp_node *node, struct sp_error *err) {
  const struct sp_db_options options = {.location = node->database, .mode = SP_DB_WRITE, .create = true};
  node->unclean = sp_sqlite_was_unclean(node->database);
  int result = sp_sqlite_api()->open(&options, &node->writer, err);
  return result ? result : sp_migrate(node->writer, &node->from, &node->schema, err);
}

static int app_open(struct sp_node *node, struct sp_error *err) {
  const struct sp_config *config = node->config;
  node->app.policy = config->policy;
  node->app.printer = config->printer[0] != '\0' ? config->printer : NULL;
  node->app.columns_of = sp_printer_columns_of;
  node->app.paper = config->language;
  int result = sp_zone_load(config->store.zone, &node->zone, err);
  if (!result) result = sp_numbers_new(&node->app.numbers);
  if (!result) result = sp_shelf_new(&node->app.shelf);
  if (!result) result = sp_alarms_new(&node->app.alarms);
  if (!result) result = sp_resource_load("product", &node->product, err);
  if (!result && sp_rules_new(sp_lua_api(), config->store.code, config->rules_folder, &node->rules) != 0)
    result = sp_error_nomem(err, __func__);
  node->app.rules = node->rules;
  node->app.store.zone = node->zone;
  return result;
}

int sp_node_open(const struct sp_config *config, const char *holder, struct sp_node *out, struct sp_error *err) {
  sp_sqlite_init();
  return sp_node_open_another(config, holder, out, err);
}

int sp_node_open_another(const struct sp_config *config, const char *holder, struct sp_node *out,
                         struct sp_error *err) {
  *out = (struct sp_node){.config = config, .folder = {.lock = -1}};
  sp_arena_init(&out->arena, ARENA_MAX);
  int result = sp_folder_open(config->data, holder, &out->folder, err);
  if (result) goto done;
  sp_folder_name(&out->folder, SP_NODE_DATABASE, out->database);
  result = database_open(out, err);
  if (!result) result = app_open(out, err);
  if (!result) result = sp_node_seed(out, out->writer, err);
  if (!result) result = sp_node_rules(out, out->writer, err);
done:
  if (result) sp_node_close(out);
  return result;
}

int sp_node_read(const struct sp_node *node, struct sp_db **out, struct sp_error *err) {
  const struct sp_db_options options = {.location = node->database, .mode = SP_DB_READ};
  return sp_sqlite_api()->open(&options, out, err);
}

/* ---- Threads ---- */

static int open_worker(void *ctx, struct sp_worker *worker, struct sp_error *err) {
  const struct sp_node *node = ctx;
  worker->machines = calloc(1, sizeof *worker->machines);
  if (!worker->machines) return sp_error_nomem(err, __func__);
  return sp_node_read(node, &worker->db, err);
}

static void close_worker(void *ctx, struct sp_worker *worker) {
  (void)ctx;
  if (worker->machines) sp_machines_close(worker->machines);
  free(worker->machines);
  sp_db_close(worker->db);
}

static int open_writer(void *ctx, struct sp_db **db, struct sp_error *err) {
  struct sp_node *node = ctx;
  (void)err;
  *db = node->writer;
  node->writer = NULL;
  return 0;
}

int sp_node_start(struct sp_node *node, struct uv_loop_s *loop, int workers, struct sp_error *err) {
  node->loop = loop;
  node->loop_shared = loop != NULL;
  int result = loop ? 0 : sp_loop_new(&node->loop, err);
  if (result) return result;
  const struct sp_loop_options options = {
      .loop = node->loop,
      .workers = workers,
      .ctx = node,
      .open_worker = open_worker,
      .close_worker = close_worker,
      .open_writer = open_writer,
  };
  return sp_loop_executor_new(&options, &node->executor, err);
}

void sp_node_close(struct sp_node *node) {
  sp_loop_executor_free(node->executor);
  if (!node->loop_shared) (void)sp_loop_free(node->loop);
  if (node->writer) sp_db_close(node->writer);
  sp_rules_free(node->rules);
  sp_resource_free(node->product);
  sp_numbers_free(node->app.numbers);
  sp_shelf_free(node->app.shelf);
  sp_alarms_free(node->app.alarms);
  sp_zone_free(node->zone);
  sp_arena_free(&node->arena);
  if (node->config) sp_folder_close(&node->folder);
  *node = (struct sp_node){.folder = {.lock = -1}};
}
