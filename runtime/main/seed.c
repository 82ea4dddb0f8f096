/* The rows a node stands on: made at the first start, kept in line with the configuration later. */
#include "base/crypto.h"
#include "main/node.h"
#include <stdio.h>
#include <string.h>

struct seed {
  struct sp_node *node;
  struct sp_db *db;
  int64_t now;
  struct sp_error *err;
};

static struct sp_value id_value(const struct sp_id *id) {
  return sp_v_blob(id->bytes, SP_ID_LEN);
}

static int id_make(struct seed *seed, struct sp_id *out) {
  int result = sp_id_new(seed->now, out);
  return result ? sp_fail(seed->err, result, NULL, "The system gives no random bytes") : 0;
}

static int run(struct seed *seed, enum sp_query query, const struct sp_value *params, int count) {
  return sp_db_exec(seed->db, query, params, count, NULL, seed->err);
}

static int node_seed(struct seed *seed) {
  struct sp_rows *rows = NULL;
  struct sp_app *app = &seed->node->app;
  int got = sp_db_one(seed->db, SP_Q_NODE_GET, NULL, 0, &rows, seed->err);
  if (got < 0) return got;
  if (got > 0) {
    sp_rows_id(rows, 0, &app->node);
    sp_rows_id(rows, 1, &app->epoch);
    seed->node->made = sp_rows_int(rows, 2);
    sp_rows_finish(rows);
    return 0;
  }
  seed->node->made = seed->now;
  int result = id_make(seed, &app->node);
  if (!result) result = sp_random(app->epoch.bytes, sizeof app->epoch.bytes);
  if (result) return sp_fail(seed->err, result, NULL, "The system gives no random bytes");
  const struct sp_value params[] = {id_value(&app->node), id_value(&app->epoch), sp_v_int(seed->now)};
  return run(seed, SP_Q_NODE_INSERT, params, 3);
}

static int store_insert(struct seed *seed) {
  const struct sp_config_store *wanted = &seed->node->config->store;
  struct sp_store *store = &seed->node->app.store;
  int result = id_make(seed, &store->id);
  if (result) return result;
  const struct sp_value params[] = {
      id_value(&store->id),       sp_v_text(wanted->code),         sp_v_text(wanted->name),
      sp_v_text(wanted->zone),    sp_v_int(wanted->cutoff_minute), sp_v_text(wanted->currency),
      sp_v_text(wanted->address), sp_v_text(wanted->phone),
  };
  result = run(seed, SP_Q_STORE_INSERT, params, 8);
  if (result) return result;
  const struct sp_value location[] = {sp_v_text(wanted->code), id_value(&store->id), sp_v_text(wanted->name)};
  return run(seed, SP_Q_LOCATION_INSERT, location, 3);
}

static int store_update(struct seed *seed, struct sp_rows *rows) {
  const struct sp_config_store *wanted = &seed->node->config->store;
  char currency[8] = "";
  sp_rows_id(rows, 0, &seed->node->app.store.id);
  snprintf(currency, sizeof currency, "%s", sp_rows_text(rows, 5));
  sp_rows_finish(rows);
  if (strcmp(currency, wanted->currency) != 0)
    return sp_fail(seed->err, SP_E_STATE, "store.currency", "The store's books are in %s; that cannot be changed to %s",
                   currency, wanted->currency);
  const struct sp_value params[] = {
      id_value(&seed->node->app.store.id),
      sp_v_text(wanted->code),
      sp_v_text(wanted->name),
      sp_v_text(wanted->zone),
      sp_v_int(wanted->cutoff_minute),
      sp_v_text(wanted->address),
      sp_v_text(wanted->phone),
  };
  return run(seed, SP_Q_STORE_UPDATE, params, 7);
}

static int location_load(struct seed *seed) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {id_value(&seed->node->app.store.id)};
  int got = sp_db_one(seed->db, SP_Q_LOCATION_OF_STORE, key, 1, &rows, seed->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(seed->err, SP_E_CORRUPT, NULL, "The store has no stock location");
  seed->node->app.store.location = sp_arena_text(&seed->node->arena, sp_rows_text(rows, 0));
  sp_rows_finish(rows);
  return seed->node->app.store.location ? 0 : sp_error_nomem(seed->err, __func__);
}

static int store_seed(struct seed *seed) {
  struct sp_rows *rows = NULL;
  const struct sp_config_store *wanted = &seed->node->config->store;
  struct sp_store *store = &seed->node->app.store;
  int got = sp_db_one(seed->db, SP_Q_STORE_GET, NULL, 0, &rows, seed->err);
  if (got < 0) return got;
  int result = got > 0 ? store_update(seed, rows) : store_insert(seed);
  if (result) return result;
  store->code = wanted->code;
  store->name = wanted->name;
  store->address = wanted->address;
  store->phone = wanted->phone;
  store->currency = wanted->currency;
  store->cutoff_minute = wanted->cutoff_minute;
  return location_load(seed);
}

/* 1 when there is one, with its id. */
static int id_find(struct seed *seed, enum sp_query query, const char *code, struct sp_id *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(seed->db, query, key, 1, &rows, seed->err);
  if (got <= 0) return got;
  sp_rows_id(rows, 0, out);
  sp_rows_finish(rows);
  return 1;
}

static int till_seed(struct seed *seed, const char *code) {
  struct sp_id id;
  int got = id_find(seed, SP_Q_TILL_BY_CODE, code, &id);
  if (got != 0) return got < 0 ? got : 0;
  int result = id_make(seed, &id);
  if (result) return result;
  const struct sp_value params[] = {
      id_value(&id),       id_value(&seed->node->app.store.id),
      sp_v_text(code),     sp_v_text(code),
      sp_v_text(""),       sp_v_int(0),
      sp_v_int(seed->now),
  };
  return run(seed, SP_Q_TILL_INSERT, params, 7);
}

/* Without a PIN nobody signs in as it: it is whoever may open the socket in the data folder. */
static int system_seed(struct seed *seed) {
  struct sp_id *id = &seed->node->system;
  int got = id_find(seed, SP_Q_STAFF_BY_CODE, "system", id);
  if (got != 0) return got < 0 ? got : 0;
  int result = id_make(seed, id);
  if (result) return result;
  const struct sp_value params[] = {
      id_value(id), sp_v_text("system"), sp_v_text("system"), sp_v_text("admin"),
      sp_v_null(),  sp_v_null(),         sp_v_text("active"), sp_v_int(seed->now),
  };
  return run(seed, SP_Q_STAFF_INSERT, params, 8);
}

int sp_node_seed(struct sp_node *node, struct sp_db *db, struct sp_error *err) {
  struct seed seed = {.node = node, .db = db, .now = sp_clock_now_ms(), .err = err};
  int result = sp_db_begin(db, err);
  if (result) return result;
  result = node_seed(&seed);
  if (!result) result = store_seed(&seed);
  for (const char *const *till = node->config->tills; *till && !result; till++)
    result = till_seed(&seed, *till);
  if (!result) result = system_seed(&seed);
  if (!result) return sp_db_commit(db, err);
  sp_db_rollback(db);
  return result;
}
