/* A database that is only read, by a command of its own: the running node's beside it, or a backup. Nothing is written,
 * nothing is locked, and a node goes on selling meanwhile.
 */
#ifndef SP_MAIN_OFFLINE_H
#define SP_MAIN_OFFLINE_H

#include "app/rules.h"
#include "app/work.h"
#include "main/config.h"

struct sp_offline {
  const char *path;
  struct sp_db *db;
  struct sp_app app; /* the store as the database knows it, a registry of generations; nothing else */
  struct sp_zone *zone;
  struct sp_rules *rules;
  struct sp_machines machines;
  struct sp_arena arena; /* of `app` and of a work */
  struct sp_plan plan;   /* stays empty */
};

/* `path` belongs to the caller. SP_E_NOT_FOUND, SP_E_UNSUPPORTED (another schema), and the errors of the storage port.
 * Close also after a failure. */
int sp_offline_open(const char *path, struct sp_offline *out, struct sp_error *err);
void sp_offline_close(struct sp_offline *offline);

/* Another read connection to the same database; the signature of sp_replay_options.open. */
int sp_offline_read(void *offline, struct sp_db **out, struct sp_error *err);
/* A work on its connection, in no transaction and with no rules yet. */
struct sp_work sp_offline_work(struct sp_offline *offline, enum sp_lang lang, struct sp_error *err);

/* The chain's pack in `folder` as this node would serve it: with its store's layer and the campaigns of the database.
 * The caller's reference. */
int sp_offline_pack(struct sp_offline *offline, const char *folder, struct sp_bundle **out, struct sp_error *err);

#endif
