/* Inside of a bundle: shared by the files of this folder and nobody else. */
#ifndef SP_ENGINE_BUNDLE_H
#define SP_ENGINE_BUNDLE_H

#include "base/hash.h"
#include "engine/engine.h"
#include "engine/index.h"
#include <stdatomic.h>

#define SP_BUNDLE_MEMORY      ((size_t)256 << 20)
#define SP_CAMPAIGNS_FILE_MAX ((size_t)64 << 20)

/* ---- Rules ---- */

/* How the campaigns of a stacking group share units. */
enum sp_group_mode {
  SP_GROUP_FIRST, /* in total order; a unit taken by one is no longer free for the next */
  SP_GROUP_BEST,  /* the one that takes most off is settled first, again after each win */
  SP_GROUP_ALL    /* units are not used up by the group */
};

struct sp_group {
  const char *name;
  enum sp_group_mode mode;
  bool per_basket;    /* exclusions hold for the whole basket, not unit by unit */
  uint64_t excludes;  /* bit a group that may not have the same units; symmetric, never its own */
  const char *origin; /* pack.json that says so, or null: the default */
};

struct sp_rule {
  struct sp_rule_info info;   /* params with the layers' defaults */
  const char *path;           /* in its pack: "rules/promotion/x.lua", "base/…" */
  uint8_t hash[SP_HASH_LEN];  /* of the file */
  int32_t group;              /* index of its stacking group, −1 for none */
  int32_t instead;            /* the rule that replaces it; −1: none. Such a rule is off */
  int32_t replaces;           /* the rule it replaces, −1: none */
  bool own;                   /* of the chain's pack, not built in */
  bool off;                   /* disabled or replaced: no campaign runs it */
  const char *off_by;         /* the file that says so */
  const char *const *origins; /* of the defaults, as info.params; null where there is none */
  const char *const *locks;   /* the file that locks it, as info.params; null where free */
};

/* ---- Campaigns ---- */

struct sp_hours {
  int16_t from, to; /* minutes of the store's day: [from, to); over midnight when to < from; 1440 is its end */
};

/* 0: no limit. */
struct sp_campaign_limits {
  int64_t uses, amount, units;
  int64_t member_uses, member_amount, member_units;
  int64_t coupon_uses;
};

struct sp_campaign {
  const char *code;
  int32_t rule;
  int32_t priority;
  int64_t from, to;            /* live in [from, to), UTC ms */
  const char *const *stores;   /* sorted; none: all */
  const char *const *levels;   /* sorted; none: everybody */
  const char *const *channels; /* sorted; none: all */
  int32_t store_count, level_count, channel_count;
  uint32_t month_days;                     /* bit a day 1 .. 31; 0: every day */
  uint8_t weekdays;                        /* bit a day 1 Monday .. 7 Sunday; 0: every day */
  bool members;                            /* only for baskets with a member */
  bool off;                                /* never in bundle->campaigns, only in bundle->off */
  int16_t hour_count;                      /* none: all day */
  const struct sp_hours *hours;            /* live in any of them */
  const struct sp_campaign_limits *limits; /* null: none */
  const char *title_zh, *title_en;         /* null when there is none */
  const struct sp_rule_value *params;      /* complete, in the rule's order */
  const char *const *origins;              /* where each of them comes from */
  int32_t param_count;
  int32_t number;            /* its place in that file, from 0; −1: it has no place (implied, or a file of its own) */
  const char *file;          /* where it was made, as people read it */
  const char *window_origin; /* the store's file that set from or to, or null */
  const char *enabled_origin; /* the file that switched it on or off, or null */
};

struct sp_layers;

struct sp_bundle {
  atomic_int references;
  struct sp_arena arena; /* everything below */
  const struct sp_rule_vm_api *api;
  struct sp_rule_limits limits;
  const char *name, *version; /* of the chain's pack; "" when it does not say */
  const char *store;          /* whose layer counts; "" when none */
  struct sp_gate gate;
  struct sp_pack_file *files; /* everything it was built from, by path */
  int32_t file_count;
  struct sp_rule_program program; /* campaigns in total order */
  struct sp_rule *rules;          /* as program.rules, by path */
  int32_t *rules_by_name;         /* indexes, sorted by name */
  struct sp_campaign *campaigns;  /* as program.campaigns */
  struct sp_campaign *off;        /* the ones that are switched off, by code */
  int32_t off_count;
  int32_t *by_code;                        /* positions, sorted by code */
  int32_t phase_first[SP_PHASE_COUNT + 1]; /* the positions of a phase: [phase_first[p], phase_first[p + 1]) */
  struct sp_group groups[SP_GROUPS_MAX];
  int32_t group_count;
  uint32_t needs; /* bits of enum sp_rule_need that some campaign's rule declares */
  struct sp_index index;
  uint8_t hash[SP_HASH_LEN];
};

/* The position of a campaign that may run, −1 when there is none. */
int32_t sp_bundle_find(const struct sp_bundle *bundle, const char *code);
/* The rule of that name (off or not), −1 when there is none. */
int32_t sp_bundle_find_rule(const struct sp_bundle *bundle, const char *name);

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
