#include "base/json.h"
#include "base/json_scan.h"
#include "base/text.h"
#include <cjson/cJSON.h>

/* A bit of cJSON's `type` above those it uses (it masks with 0xFF): this number was written with a fraction or an
 * exponent and is no integer, whatever its value. */
enum { WRITTEN_AS_FRACTION = 1 << 20 };

/* The tree in the order of the document. */
struct walk {
  cJSON *open[SP_JSON_DEPTH_MAX + 1];
  int depth;
  cJSON *item;
};

static void walk_next(struct walk *w) {
  if (w->item->child && w->depth <= SP_JSON_DEPTH_MAX) {
    w->open[w->depth++] = w->item;
    w->item = w->item->child;
    return;
  }
  while (!w->item->next && w->depth > 0)
    w->item = w->open[--w->depth];
  w->item = w->depth > 0 || w->item->next ? w->item->next : NULL;
}

static size_t skip_string(const char *text, size_t at) {
  for (at++; text[at] != '"'; at++) {
    if (text[at] == '\\') at++;
  }
  return at + 1;
}

/* The nth number of the text is the nth number of the tree. The text is known to be valid. */
static void mark_fractions(const char *text, size_t len, cJSON *tree) {
  struct walk w = {.item = tree};
  for (size_t at = 0; at < len && w.item;) {
    if (text[at] == '"') {
      at = skip_string(text, at);
      continue;
    }
    if (text[at] != '-' && (text[at] < '0' || text[at] > '9')) {
      at++;
      continue;
    }
    bool fraction = false;
    for (; at < len && text[at] != '\0' && strchr("-+.eE0123456789", text[at]); at++)
      fraction |= strchr(".eE", text[at]) != NULL;
    while (w.item && !cJSON_IsNumber(w.item))
      walk_next(&w);
    if (!w.item) return;
    if (fraction) w.item->type |= WRITTEN_AS_FRACTION;
    walk_next(&w);
  }
}

int sp_json_parse(const char *text, size_t len, struct cJSON **out, struct sp_error *err) {
  bool fractions = false;
  int code = sp_json_scan(text, len, &fractions, err);
  if (code) return code;
  cJSON *tree = cJSON_ParseWithLength(text, len);
  if (!tree) return sp_error_nomem(err, __func__); /* a checked document has no other way to fail */
  if (fractions) mark_fractions(text, len, tree);
  *out = tree;
  return 0;
}

void sp_json_free(struct cJSON *tree) {
  cJSON_Delete(tree);
}

const struct cJSON *sp_json_member(const struct cJSON *object, const char *name) {
  if (!cJSON_IsObject(object)) return NULL;
  for (const cJSON *item = object->child; item; item = item->next) {
    if (strcmp(item->string, name) == 0) return item;
  }
  return NULL;
}

static int missing(const char *name, struct sp_error *err) {
  return sp_error_set(err, SP_E_INVALID, "sp_json_get", name, "%s is required", name);
}

/* The member or null; `*code` says what an absent one means. */
static const cJSON *find(const cJSON *object, const char *name, enum sp_need need, int *code, struct sp_error *err) {
  const cJSON *item = sp_json_member(object, name);
  *code = item || need == SP_OPTIONAL ? 0 : missing(name, err);
  return item;
}

int sp_json_get_int(const struct cJSON *object, const char *name, enum sp_need need, int64_t min, int64_t max,
                    int64_t *out, struct sp_error *err) {
  int code = 0;
  const cJSON *item = find(object, name, need, &code, err);
  if (!item) return code;
  double number = item->valuedouble;
  bool whole = cJSON_IsNumber(item) && !(item->type & WRITTEN_AS_FRACTION) && number >= (double)-SP_JSON_INT_MAX &&
               number <= (double)SP_JSON_INT_MAX && (double)(int64_t)number == number;
  if (!whole) return sp_fail(err, SP_E_INVALID, name, "%s must be a whole number", name);
  int64_t value = (int64_t)number;
  if (value < min || value > max)
    return sp_fail(err, SP_E_INVALID, name, "%s must be from %lld to %lld", name, (long long)min, (long long)max);
  *out = value;
  return 0;
}

#define SEPARATOR 0x1D /* GS */

/* C0, DEL and C1, which UTF-8 writes as C2 80 … C2 9F. */
static bool has_control(const char *text, bool scanned) {
  for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
    if (scanned && *at == SEPARATOR) continue;
    if (*at < 0x20 || *at == 0x7F || (*at == 0xC2 && at[1] < 0xA0)) return true;
  }
  return false;
}

static int get_text(const struct cJSON *object, const char *name, enum sp_need need, size_t max, bool scanned,
                    const char **out, struct sp_error *err) {
  int code = 0;
  const cJSON *item = find(object, name, need, &code, err);
  if (!item) return code;
  if (!cJSON_IsString(item)) return sp_fail(err, SP_E_INVALID, name, "%s must be a text", name);
  const char *text = item->valuestring;
  if (need == SP_REQUIRED && text[0] == '\0') return missing(name, err);
  if (strlen(text) > max) return sp_fail(err, SP_E_INVALID, name, "%s must not be longer than %zu bytes", name, max);
  if (has_control(text, scanned))
    return sp_fail(err, SP_E_INVALID, name, "%s must not contain control characters", name);
  *out = text;
  return 0;
}

int sp_json_get_text(const struct cJSON *object, const char *name, enum sp_need need, size_t max, const char **out,
                     struct sp_error *err) {
  return get_text(object, name, need, max, false, out, err);
}

int sp_json_get_scan(const struct cJSON *object, const char *name, enum sp_need need, size_t max, const char **out,
                     struct sp_error *err) {
  return get_text(object, name, need, max, true, out, err);
}

int sp_json_get_bool(const struct cJSON *object, const char *name, enum sp_need need, bool *out, struct sp_error *err) {
  int code = 0;
  const cJSON *item = find(object, name, need, &code, err);
  if (!item) return code;
  if (!cJSON_IsBool(item)) return sp_fail(err, SP_E_INVALID, name, "%s must be true or false", name);
  *out = cJSON_IsTrue(item);
  return 0;
}

int sp_json_get_object(const struct cJSON *object, const char *name, enum sp_need need, const struct cJSON **out,
                       struct sp_error *err) {
  int code = 0;
  const cJSON *item = find(object, name, need, &code, err);
  if (!item) return code;
  if (!cJSON_IsObject(item)) return sp_fail(err, SP_E_INVALID, name, "%s must be an object", name);
  *out = item;
  return 0;
}

int sp_json_get_array(const struct cJSON *object, const char *name, enum sp_need need, int max,
                      const struct cJSON **out, int *count, struct sp_error *err) {
  int code = 0;
  const cJSON *item = find(object, name, need, &code, err);
  if (!item) return code;
  if (!cJSON_IsArray(item)) return sp_fail(err, SP_E_INVALID, name, "%s must be a list", name);
  int length = cJSON_GetArraySize(item);
  if (length > max) return sp_fail(err, SP_E_INVALID, name, "%s must not have more than %d entries", name, max);
  *out = item;
  *count = length;
  return 0;
}

static bool is_listed(const char *name, const char *const *names) {
  for (; *names; names++) {
    if (strcmp(name, *names) == 0) return true;
  }
  return false;
}

int sp_json_only(const struct cJSON *object, const char *const *names, struct sp_error *err) {
  if (!cJSON_IsObject(object)) return sp_fail(err, SP_E_INVALID, NULL, "An object is expected here");
  for (const cJSON *item = object->child; item; item = item->next) {
    if (!is_listed(item->string, names))
      return sp_fail(err, SP_E_INVALID, item->string, "%s is not a known field", item->string);
  }
  return 0;
}
