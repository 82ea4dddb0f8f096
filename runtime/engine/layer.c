/* Layers: what pack.json and a store's file say of rules and campaigns. Here they are read and their shape is checked;
 * what they name is looked up where it is (layer_rules.c, campaign_layer.c), and a name nothing answers to is an error.
 */
#include "base/json.h"
#include "domain/money.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define DAYS_MAX       3660

static const char *const pack_fields[] = {"name", "version", "groups", "rules", "campaigns", "gate", NULL};
static const char *const store_fields[] = {"rules", "campaigns", NULL};
static const char *const gate_fields[] = {"specs", "cases", "max_difference_ppm", "days", NULL};
static const char *const chain_rule_fields[] = {"enabled", "set", "lock", "replaces", NULL};
static const char *const chain_campaign_fields[] = {"enabled", "set", "lock", NULL};
static const char *const store_rule_fields[] = {"set", NULL};
static const char *const store_campaign_fields[] = {"enabled", "set", "from", "to", NULL};

/* ---- Verbs ---- */

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct sp_verb *)a)->name, ((const struct sp_verb *)b)->name);
}

static int name_against(const void *key, const void *item) {
  return strcmp(key, ((const struct sp_verb *)item)->name);
}

struct sp_verb *sp_verb_find(struct sp_verb *verbs, int32_t count, const char *name) {
  if (count == 0) return NULL;
  struct sp_verb *found = bsearch(name, verbs, (size_t)count, sizeof *verbs, name_against);
  if (found) found->used = true;
  return found;
}

static int check_lock(const struct cJSON *object, struct sp_error *err) {
  const struct cJSON *array = NULL;
  int count = 0;
  int rc = sp_json_get_array(object, "lock", SP_OPTIONAL, SP_RULE_PARAMS_MAX, &array, &count, err);
  if (rc || !array) return rc;
  for (const struct cJSON *item = array->child; item; item = item->next)
    if (!cJSON_IsString(item)) return sp_fail(err, SP_E_INVALID, "lock", "lock must hold names of parameters");
  return 0;
}

/* The shape of one verb; the values in `set` are checked against the rule later. */
static int check_verb(const struct cJSON *object, const char *const *fields, struct sp_error *err) {
  const struct cJSON *set = NULL;
  const char *text = NULL;
  bool enabled = true;
  int rc = sp_json_only(object, fields, err);
  if (!rc) rc = sp_json_get_bool(object, "enabled", SP_OPTIONAL, &enabled, err);
  if (!rc) rc = sp_json_get_object(object, "set", SP_OPTIONAL, &set, err);
  if (!rc) rc = sp_json_get_text(object, "replaces", SP_OPTIONAL, NAME_MAX_BYTES, &text, err);
  return rc ? rc : check_lock(object, err);
}

static int read_verbs(struct sp_bundle *bundle, const struct cJSON *tree, const char *name, const char *const *fields,
                      struct sp_verb **out, int32_t *out_count, struct sp_error *err) {
  const struct cJSON *object = NULL;
  int rc = sp_json_get_object(tree, name, SP_OPTIONAL, &object, err);
  int count = object ? cJSON_GetArraySize(object) : 0;
  if (rc || count == 0) return rc;
  *out = sp_arena_array(&bundle->arena, (size_t)count, sizeof **out);
  if (!*out) return sp_error_nomem(err, __func__);
  for (const struct cJSON *item = object->child; item; item = item->next) {
    rc = check_verb(item, fields, err);
    if (rc) {
      sp_error_prefix(err, item->string);
      sp_error_prefix(err, name);
      return rc;
    }
    (*out)[(*out_count)++] = (struct sp_verb){.name = item->string, .object = item};
  }
  qsort(*out, (size_t)count, sizeof **out, by_name);
  return 0;
}

static int check_used(const struct sp_layer *layer, struct sp_error *err) {
  for (int32_t i = 0; i < layer->campaign_count; i++) {
    if (layer->campaigns[i].used) continue;
    int rc = sp_fail(err, SP_E_INVALID, layer->campaigns[i].name, "There is no campaign %s", layer->campaigns[i].name);
    sp_error_prefix(err, "campaigns");
    return sp_in_file(err, rc, layer->file);
  }
  return 0;
}

int sp_layers_unused(const struct sp_layers *layers, struct sp_error *err) {
  int rc = check_used(&layers->chain, err);
  return rc ? rc : check_used(&layers->store, err);
}

/* ---- pack.json ---- */

/* The name stands in front of paths, so it must look like the name of a folder. */
static int read_name(struct sp_bundle *bundle, const struct cJSON *tree, struct sp_error *err) {
  const char *name = NULL;
  const char *version = NULL;
  int rc = sp_json_get_text(tree, "name", SP_OPTIONAL, NAME_MAX_BYTES, &name, err);
  if (!rc) rc = sp_json_get_text(tree, "version", SP_OPTIONAL, NAME_MAX_BYTES, &version, err);
  if (rc) return rc;
  for (const char *byte = name; byte && *byte; byte++)
    if (!(*byte >= 'a' && *byte <= 'z') && !(*byte >= '0' && *byte <= '9') && *byte != '-' && *byte != '_')
      return sp_fail(err, SP_E_INVALID, "name", "The name of a pack holds only a-z, 0-9, - and _");
  if (name && (strcmp(name, "base") == 0 || name[0] == '\0'))
    return sp_fail(err, SP_E_INVALID, "name", "A pack cannot have the name \"%s\"", name);
  if (name) bundle->name = sp_arena_text(&bundle->arena, name);
  if (version) bundle->version = sp_arena_text(&bundle->arena, version);
  return bundle->name && bundle->version ? 0 : sp_error_nomem(err, __func__);
}

static int read_gate(struct sp_bundle *bundle, const struct cJSON *tree, struct sp_error *err) {
  struct sp_gate *gate = &bundle->gate;
  const struct cJSON *object = NULL;
  int64_t days = gate->days;
  int rc = sp_json_get_object(tree, "gate", SP_OPTIONAL, &object, err);
  if (rc || !object) return rc;
  rc = sp_json_only(object, gate_fields, err);
  if (!rc) rc = sp_json_get_bool(object, "specs", SP_OPTIONAL, &gate->specs, err);
  if (!rc) rc = sp_json_get_bool(object, "cases", SP_OPTIONAL, &gate->cases, err);
  if (!rc) rc = sp_json_get_int(object, "max_difference_ppm", SP_OPTIONAL, 0, SP_PPM, &gate->max_difference_ppm, err);
  if (!rc) rc = sp_json_get_int(object, "days", SP_OPTIONAL, 0, DAYS_MAX, &days, err);
  gate->days = (int32_t)days;
  if (!rc && gate->max_difference_ppm >= 0 && days == 0)
    rc = sp_fail(err, SP_E_INVALID, "days", "max_difference_ppm needs days: how many days of past sales to look at");
  if (rc) sp_error_prefix(err, "gate");
  return rc;
}

static int read_pack(struct sp_bundle *bundle, struct sp_layer *layer, struct sp_error *err) {
  const struct cJSON *tree = layer->tree;
  const struct cJSON *groups = NULL;
  int rc = sp_json_only(tree, pack_fields, err);
  if (!rc) rc = read_name(bundle, tree, err);
  if (!rc) rc = read_gate(bundle, tree, err);
  if (!rc) rc = sp_json_get_object(tree, "groups", SP_OPTIONAL, &groups, err);
  if (!rc) rc = read_verbs(bundle, tree, "rules", chain_rule_fields, &layer->rules, &layer->rule_count, err);
  if (!rc)
    rc = read_verbs(bundle, tree, "campaigns", chain_campaign_fields, &layer->campaigns, &layer->campaign_count, err);
  return rc;
}

static int read_store(struct sp_bundle *bundle, struct sp_layer *layer, struct sp_error *err) {
  int rc = sp_json_only(layer->tree, store_fields, err);
  if (!rc) rc = read_verbs(bundle, layer->tree, "rules", store_rule_fields, &layer->rules, &layer->rule_count, err);
  if (!rc)
    rc = read_verbs(bundle, layer->tree, "campaigns", store_campaign_fields, &layer->campaigns, &layer->campaign_count,
                    err);
  return rc;
}

typedef int read_layer(struct sp_bundle *bundle, struct sp_layer *layer, struct sp_error *err);

static int open_layer(struct sp_bundle *bundle, const char *path, read_layer *read, struct sp_layer *layer,
                      struct sp_error *err) {
  const struct sp_pack_file *file = sp_pack_find(bundle, path);
  if (!file) return 0;
  int rc = sp_json_parse(file->text, file->len, &layer->tree, err);
  if (!rc) rc = read(bundle, layer, err);
  layer->file = sp_pack_shown(bundle, file->path);
  if (!layer->file) return sp_error_nomem(err, __func__);
  return rc ? sp_in_file(err, rc, layer->file) : 0;
}

int sp_layers_read(struct sp_bundle *bundle, const char *store, struct sp_layers *layers, struct sp_error *err) {
  bundle->name = bundle->version = "";
  bundle->gate = (struct sp_gate){.specs = true, .cases = true, .max_difference_ppm = -1};
  bundle->store = sp_arena_text(&bundle->arena, store ? store : "");
  if (!bundle->store) return sp_error_nomem(err, __func__);
  int rc = open_layer(bundle, "pack.json", read_pack, &layers->chain, err);
  if (rc || !bundle->store[0]) return rc;
  const char *path = sp_arena_printf(&bundle->arena, "stores/%s.json", store);
  if (!path) return sp_error_nomem(err, __func__);
  return open_layer(bundle, path, read_store, &layers->store, err);
}

void sp_layers_close(struct sp_layers *layers) {
  sp_json_free(layers->chain.tree);
  sp_json_free(layers->store.tree);
  *layers = (struct sp_layers){0};
}
