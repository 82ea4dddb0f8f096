/* Inside of a bundle: shared by the files of this folder and nobody else. */
#ifndef SP_ENGINE_BUNDLE_H
#define SP_ENGINE_BUNDLE_H

#include "base/hash.h"
#include "engine/engine.h"
#include "engine/index.h"
#include <stdatomic.h>

#define SP_BUNDLE_MEMORY      ((size_t)256 << 20)
#define SP_CAMPAIGNS_FILE_MAX ((size_t)64 << 20)

struct sp_rule {
  struct sp_rule_info info;
  uint8_t hash[SP_HASH_LEN]; /* of the file */
  int32_t group;             /* index of its stacking group, −1 for none */
};

struct sp_campaign {
  const char *code;
  int32_t rule;
  int32_t priority;
  int64_t from, to;          /* live in [from, to), UTC ms */
  const char *const *stores; /* sorted; none: all */
  int32_t store_count;
  const char *const *levels; /* sorted; none: everybody */
  int32_t level_count;
  const char *title_zh, *title_en;    /* null when there is none */
  const struct sp_rule_value *params; /* complete, in the rule's order */
  int32_t param_count;
  const char *file; /* where it was made */
  int32_t number;   /* its place in that file, from 0; −1: the rule runs without one */
};

struct sp_bundle {
  atomic_int references;
  struct sp_arena arena; /* everything below */
  const struct sp_rule_vm_api *api;
  struct sp_rule_limits limits;
  struct sp_rule_program program;          /* campaigns in total order */
  struct sp_rule *rules;                   /* as program.rules, by file */
  struct sp_campaign *campaigns;           /* as program.campaigns */
  int32_t *by_code;                        /* positions, sorted by code */
  int32_t phase_first[SP_PHASE_COUNT + 1]; /* the positions of a phase */
  const char *groups[SP_GROUPS_MAX];
  int32_t group_count;
  struct sp_index index;
  uint8_t hash[SP_HASH_LEN];
};

/* Fill program.rules from the packs and `campaigns_out` (in the arena) with the campaign files found. pack.c */
struct sp_pack_list {
  struct sp_pack_file *files;
  int32_t count, capacity;
};
int sp_pack_collect(struct sp_bundle *bundle, const struct sp_bundle_options *options, struct sp_pack_list *campaigns,
                    struct sp_error *err);

/* Parse one campaigns.json and append to bundle->campaigns (capacity SP_CAMPAIGNS_MAX is the caller's). campaign.c */
int sp_campaigns_parse(struct sp_bundle *bundle, const struct sp_pack_file *file, int32_t *capacity,
                       struct sp_error *err);
/* A campaign for every rule that declares it runs without one. */
int sp_campaigns_implied(struct sp_bundle *bundle, int32_t *capacity, struct sp_error *err);

/* manifest.c */
int sp_manifest_hash(struct sp_bundle *bundle, struct sp_error *err);

/* Say which file an error came from. */
int sp_in_file(struct sp_error *err, int code, const char *file);

#endif
