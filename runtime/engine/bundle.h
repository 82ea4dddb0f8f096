/* Inside of a bundle: shared by the files of this folder and nobody else. */
#ifndef SP_ENGINE_BUNDLE_H
#define SP_ENGINE_BUNDLE_H

#include "base/hash.h"
#include "base/json.h"
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
  const char *head;           /* name, version and file as members of a trace entry … */
  const char *tail;           /* … and ,"group":…, null when it has none */
  size_t head_len, tail_len;
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
  const char *head; /* how its entries in a trace begin */
  size_t head_len;
  int32_t rule;
  int32_t priority;
  int64_t from, to;                /* live in [from, to), UTC ms */
  const char *from_text, *to_text; /* as they were written, with their offset; null when they were not */
  const char *const *stores;       /* sorted; none: all */
  const char *const *levels;       /* sorted; none: everybody */
  const char *const *channels;     /* sorted; none: all */
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
  struct sp_index index;
  uint8_t hash[SP_HASH_LEN];
};

/* The position of a campaign that may run, −1 when there is none. */
int32_t sp_bundle_find(const struct sp_bundle *bundle, const char *code);
/* The sentence of a phrase in a language, or in the other one; null when the rule has no such phrase. */
const char *sp_rule_phrase_find(const struct sp_rule_info *rule, const char *code, enum sp_lang lang);
/* The rule of that name (off or not), −1 when there is none. */
int32_t sp_bundle_find_rule(const struct sp_bundle *bundle, const char *name);

/* ---- Building, in the order in which it happens ---- */

/* What a file of a pack is, by its path. */
enum sp_pack_kind {
  SP_PACK_STRANGER, /* nothing a pack has */
  SP_PACK_RULE,     /* rules/…/x.lua, base/…/x.lua */
  SP_PACK_PACK,     /* pack.json */
  SP_PACK_LIST,     /* campaigns.json */
  SP_PACK_CAMPAIGN, /* campaigns/X.json */
  SP_PACK_STORE,    /* stores/X.json */
  SP_PACK_CASE      /* cases/x.json */
};
enum sp_pack_kind sp_pack_kind(const char *path);
/* bundle->files from the built-in pack, the folder and memory, sorted by path; the later takes the place of the earlier
 * when both have a path. pack.c */
int sp_pack_collect(struct sp_bundle *bundle, const struct sp_bundle_options *options, struct sp_error *err);
/* The file of that path, or null. */
const struct sp_pack_file *sp_pack_find(const struct sp_bundle *bundle, const char *path);
/* program.rules. */
int sp_pack_sources(struct sp_bundle *bundle, struct sp_error *err);
/* A path as people read it: with the name of its pack in front unless it is built in. Null: no memory. */
const char *sp_pack_shown(struct sp_bundle *bundle, const char *path);

/* What a layer says of one rule or campaign. */
struct sp_verb {
  const char *name;
  const struct cJSON *object;
  bool used; /* there is such a rule or campaign */
};

/* pack.json or a store's file. All zero: it says nothing. */
struct sp_layer {
  const char *file; /* as people read it */
  struct cJSON *tree;
  struct sp_verb *rules, *campaigns; /* by name */
  int32_t rule_count, campaign_count;
};

struct sp_layers {
  struct sp_layer chain, store;
};

/* Read and check the shape of pack.json and of the store's file; sets name, version, store and gate. Close also after a
 * failure. layer.c */
int sp_layers_read(struct sp_bundle *bundle, const char *store, struct sp_layers *layers, struct sp_error *err);
void sp_layers_close(struct sp_layers *layers);
/* After the rules are described: groups; defaults, locks, replaced and disabled rules. layer_rules.c */
int sp_layers_groups(struct sp_bundle *bundle, const struct sp_layers *layers, struct sp_error *err);
int sp_layers_rules(struct sp_bundle *bundle, struct sp_layers *layers, struct sp_error *err);
/* What a layer says of that name, marked as used; null when nothing. */
struct sp_verb *sp_verb_find(struct sp_verb *verbs, int32_t count, const char *name);
/* Every verb has found its campaign. */
int sp_layers_unused(const struct sp_layers *layers, struct sp_error *err);

/* Campaigns while they are read. */
struct sp_reading {
  struct sp_bundle *bundle;
  struct sp_layers *layers;
  struct sp_campaign *list; /* on the heap */
  int32_t count, capacity;
  struct sp_rule_value values[SP_RULE_PARAMS_MAX]; /* of the campaign being read, in the rule's order */
  const char *origins[SP_RULE_PARAMS_MAX];         /* null: not given yet */
};
/* All of the bundle's files, and a campaign for every rule that runs without one. Free `list` also after a failure.
 * campaign.c */
int sp_campaigns_read(struct sp_reading *reading, struct sp_error *err);
/* The fields of a campaign but its code and rule, which are set; its parameters go to reading->values.
 * campaign_fields.c */
extern const char *const sp_campaign_fields[]; /* names, null at the end */
int sp_campaign_fields_read(struct sp_reading *reading, const struct cJSON *object, struct sp_campaign *campaign,
                            struct sp_error *err);
/* "from" and "to", either may be missing; SP_E_INVALID when nothing is between them. */
int sp_campaign_window(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                       struct sp_error *err);
/* Give parameters the values of `params` (or null). SP_E_INVALID names the parameter when the rule has none of that
 * name, or it is locked, or the value is not good. campaign_layer.c */
int sp_campaign_give(struct sp_reading *reading, const struct sp_campaign *campaign, const struct cJSON *params,
                     const char *origin, struct sp_error *err);
/* Put the layers over a campaign. Their errors name their own file. */
int sp_campaign_layer(struct sp_reading *reading, struct sp_campaign *campaign, struct sp_error *err);
/* Fill in the defaults; a required parameter that nobody gave is SP_E_INVALID. */
int sp_campaign_finish(struct sp_reading *reading, struct sp_campaign *campaign, struct sp_error *err);

/* The campaigns into the bundle: in total order, those that are off apart, by code, bound for the machine. order.c */
int sp_bundle_order(struct sp_bundle *bundle, struct sp_reading *reading, struct sp_error *err);

/* param.c */
#define SP_MINUTE_TEXT 6                                                  /* "24:00" and a NUL */
#define SP_DATE_TEXT   11                                                 /* "2026-10-01" and a NUL */
int32_t sp_param_find(const struct sp_rule_info *rule, const char *name); /* −1: none */
/* The member of `params` that has the parameter's name, checked. Texts are copied into the bundle. */
int sp_param_read(struct sp_bundle *bundle, const struct cJSON *params, const struct sp_param *param,
                  struct sp_rule_value *out, struct sp_error *err);
/* The value as it is written in campaigns.json. */
void sp_param_put(struct sp_json_writer *w, const struct sp_rule_value *value);
/* The number that an entry of a list or object is; `name` is for the error. */
int sp_item_int(const struct cJSON *item, const char *name, int64_t min, int64_t max, int64_t *out,
                struct sp_error *err);
int sp_minute_parse(const char *text); /* "HH:MM", "24:00" too; −1 when it is none */
void sp_minute_text(int64_t minute, char out[SP_MINUTE_TEXT]);
void sp_date_text(int64_t date, char out[SP_DATE_TEXT]);
/* Sort; SP_E_INVALID with `name` as field when a text is there twice. */
int sp_texts_sort(const char **texts, int32_t count, const char *name, struct sp_error *err);

/* manifest.c */
int sp_manifest_hash(struct sp_bundle *bundle, struct sp_error *err);

/* Say which file an error came from. */
int sp_in_file(struct sp_error *err, int code, const char *file);

#endif
