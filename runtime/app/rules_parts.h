/* What the rules' files share and nobody else sees. */
#ifndef SP_APP_RULES_PARTS_H
#define SP_APP_RULES_PARTS_H

#include "app/rules.h"
#include "app/rules_count.h"
#include <pthread.h>
#include <stdatomic.h>

struct sp_rules_warm {
  struct sp_bundle *bundle;
  uint64_t used;
};

/* What was sold under one of the two that serve, since both began. */
struct sp_counter {
  _Atomic int64_t sales, alarms, gross, discount;
};

/* Everything behind `lock` is guarded by it, but for what is atomic. */
struct sp_rules {
  const struct sp_rule_vm_api *api;
  const char *store, *folder;
  struct sp_counter counters[2];                /* live, canary */
  _Atomic(const struct sp_bundle *) counted[2]; /* only compared, never read through */
  pthread_mutex_t lock;
  struct sp_rules_state state;
  struct sp_bundle *live, *canary, *shadow;
  struct sp_rules_warm warm[SP_RULES_WARM];
  uint64_t clock;
  bool has_problem;
  int64_t problem_at;
  struct sp_error problem;
  struct sp_shadow tried;
};

void sp_counts_reset(struct sp_rules *rules);
void sp_shadow_clear(struct sp_shadow *shadow);

/* ---- rules_store.c: generations in the database ---- */

/* Read the row. 0, SP_E_NOT_FOUND before the first start. */
int sp_rules_state_read(struct sp_work *work, struct sp_rules_state *out);
/* Plan the row as `next`; SP_E_CONFLICT when it changed since next->revision. Raises the revision in `next`. */
int sp_rules_state_plan(struct sp_work *work, struct sp_rules_state *next);
/* A generation of the registry or built again from what is stored, held by the work. SP_E_NOT_FOUND, SP_E_UNSUPPORTED:
 * this program would give it another hash; what building it says. */
int sp_rules_load(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], struct sp_bundle **out);
/* How a generation came to be. */
struct sp_generation_about {
  const char *origin;               /* start, folder, upload, campaign, upgrade */
  const char *name;                 /* what it is called, or null: what its pack.json says */
  const char *report;               /* JSON, or null */
  const struct sp_pack_file *specs; /* spec/…: kept beside it, never loaded */
  int32_t spec_count;
  bool anew; /* store its files again: golden baskets and specs are no part of the hash */
};

/* Plan to store a bundle the work holds, and every file of it. Nothing when it is stored already. */
int sp_rules_store(struct sp_work *work, const struct sp_bundle *bundle, const struct sp_generation_about *about);

/* ---- rules_make.c: what a generation is built from ---- */

/* Files in the arena; bounded by SP_RULES_FILES_MAX. */
struct sp_rules_files {
  struct sp_pack_file *list;
  int32_t count, capacity;
};

enum sp_rules_part {
  SP_PART_BASE = 1,                                       /* built-in rules */
  SP_PART_PACK = 2,                                       /* the chain's pack */
  SP_PART_OWN = 4,                                        /* campaigns of the database */
  SP_PART_SPEC = 8,                                       /* specs of the pack */
  SP_PART_ALL = SP_PART_BASE | SP_PART_PACK | SP_PART_OWN /* what is loaded */
};
int sp_rules_part(const char *path);

/* Add the files of a bundle that belong to `parts`; they stay the bundle's. */
int sp_rules_files_of(struct sp_work *work, const struct sp_bundle *bundle, int parts, struct sp_rules_files *files);
/* Add the stored files of a generation that belong to `parts`, copied into the arena. SP_E_NOT_FOUND, SP_E_CORRUPT.
 * (rules_store.c) */
int sp_rules_files_stored(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], int parts,
                          struct sp_rules_files *files);
/* Add the campaigns of the database, with `code` as `body` (null: without it); null code: all as they are. */
int sp_rules_files_own(struct sp_work *work, const char *code, const char *body, struct sp_rules_files *files);
int sp_rules_files_add(struct sp_work *work, const struct sp_pack_file *file, struct sp_rules_files *files);
/* Build and hold. `bare`: the built-in rules are among the files. `folder` or null. */
int sp_rules_build_new(struct sp_work *work, const struct sp_rules_files *files, bool bare, const char *folder,
                       struct sp_bundle **out);
/* Build the files once for each store whose layer is among them, but this one's, and forget it: the error names the
 * layer's file. */
int sp_rules_check_stores(struct sp_work *work, const struct sp_rules_files *files, bool bare);
/* Instead of a bundle the one of the same hash that is in memory, whose machines are open; else it is kept there. What
 * is no part of the hash (golden baskets) may differ. Held either way. */
int sp_rules_known(struct sp_work *work, struct sp_bundle **bundle);
/* Both. */
int sp_rules_build(struct sp_work *work, const struct sp_rules_files *files, bool bare, const char *folder,
                   struct sp_bundle **out);
/* `base` with the campaigns of the database as they are, or changed by one. */
int sp_rules_rebase(struct sp_work *work, const struct sp_bundle *base, const char *code, const char *body,
                    struct sp_bundle **out);

/* ---- rules_change.c: what every change begins and ends with ---- */

struct sp_changing {
  struct sp_rules_change *change; /* in the arena; its bundles are held */
  struct sp_rules_state before;
};

/* Read the row and load what serves. */
int sp_change_begin(struct sp_work *work, struct sp_changing *changing);
/* A bundle becomes the live one, or the canary; null ends the canary. It must be stored or planned to be. */
void sp_change_live(struct sp_work *work, struct sp_changing *changing, struct sp_bundle *bundle);
void sp_change_canary(struct sp_work *work, struct sp_changing *changing, struct sp_bundle *bundle);
/* Plan the row and leave the change for the registry. */
int sp_change_end(struct sp_work *work, struct sp_changing *changing);

/* A journal record's body: open object in `w` until sp_record_end. */
struct sp_record {
  struct sp_buf out;
  struct sp_json_writer w;
};
void sp_record_begin(struct sp_record *record);
void sp_record_hash(struct sp_record *record, const char *name, bool has, const uint8_t hash[SP_HASH_LEN]);
void sp_record_end(struct sp_work *work, struct sp_record *record, const char *kind);

/* Plan the campaigns of the database to be those of a bundle; what changes gets the revision `next`.
 * (rules_campaign.c) */
int sp_campaigns_restore(struct sp_work *work, const struct sp_bundle *bundle, int64_t next);

#endif
