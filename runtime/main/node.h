/* A node that is open: its folder held, its database migrated, its rules built. `serve` puts a server on top; commands
 * that find no running node use one of their own.
 *
 * Order: sp_node_open, then sp_node_start for the threads, sp_loop_run, and, when the executor has stopped,
 * sp_node_close.
 */
#ifndef SP_MAIN_NODE_H
#define SP_MAIN_NODE_H

#include "app/number.h"
#include "app/resource.h"
#include "app/rules.h"
#include "loop/executor.h"
#include "loop/loop.h"
#include "main/config.h"
#include "main/folder.h"

#define SP_NODE_DATABASE "suanpan.db"

struct sp_node {
  const struct sp_config *config;
  struct sp_folder folder;
  char database[SP_FOLDER_PATH_MAX + 64];
  struct sp_app app;
  struct sp_rules *rules;
  struct sp_zone *zone;
  struct sp_resource *product;
  struct sp_id system;  /* the person the local socket acts as */
  struct sp_db *writer; /* until the executor takes it */
  struct sp_arena arena;
  bool unclean;         /* the last holder of the database did not close it */
  int64_t made;         /* when its database was, UTC ms */
  int64_t from, schema; /* schema version before and now; 0 before: a new database */
  struct uv_loop_s *loop;
  bool loop_shared; /* somebody else's */
  struct sp_loop_executor *executor;
};

/* Blocks for the disk: milliseconds on an existing database, a little more on a new one. On failure everything is let
 * go. The config must outlive the node. Every error of the folder, the storage port and the rules. */
int sp_node_open(const struct sp_config *config, const char *holder, struct sp_node *out, struct sp_error *err);
/* The same in a process that has an open node already. */
int sp_node_open_another(const struct sp_config *config, const char *holder, struct sp_node *out, struct sp_error *err);
/* The loop (`loop`, which outlives the node; null: one of its own) and the executor with `workers` workers. */
int sp_node_start(struct sp_node *node, struct uv_loop_s *loop, int workers, struct sp_error *err);
/* A read connection of the caller's own, closed with sp_db_close. */
int sp_node_read(const struct sp_node *node, struct sp_db **out, struct sp_error *err);
/* After the executor stopped, or was never started. A node that is all zero is fine. */
void sp_node_close(struct sp_node *node);

/* Bring the rows a node stands on in line with its configuration, in one transaction: node, store, location, tills, the
 * person "system". Fills app.node, app.epoch, app.store (but the zone) and system.
 * (seed.c) SP_E_STATE: the currency of a store that exists is not changed. */
int sp_node_seed(struct sp_node *node, struct sp_db *db, struct sp_error *err);

/* Take up the generation that is live, or make the first one, in one transaction. (rules.c) Every error of
 * sp_rules_start. */
int sp_node_rules(struct sp_node *node, struct sp_db *db, struct sp_error *err);

#endif
