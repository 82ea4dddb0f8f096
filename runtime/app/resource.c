/* Reading a resource's schema, and JSON bodies against it. */
#include "app/resource.h"

#include "app/resource_parts.h"
#include "base/json.h"
#include "base/text.h"
#include "generated/resources.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_MEMORY ((size_t)256 << 10)
#define TEXT_MAX      4096 /* bytes of a text without maxLength */
#define CHOICES_MAX   32
#define HEADING_MAX   256

/* A resource and the memory its names live in. */
struct loaded {
  struct sp_resource resource; /* first: what callers see */
  struct sp_arena arena;
};

static const char *const format_names[] = {
    [SP_FORMAT_NONE] = "",       [SP_FORMAT_MONEY] = "money",     [SP_FORMAT_QUANTITY] = "quantity",
    [SP_FORMAT_PPM] = "ppm",     [SP_FORMAT_BARCODE] = "barcode", [SP_FORMAT_BARCODES] = "barcodes",
    [SP_FORMAT_WORDS] = "words", [SP_FORMAT_PATH] = "path",
};
static const char *const type_names[] = {
    [SP_FIELD_TEXT] = "string", [SP_FIELD_INT] = "integer", [SP_FIELD_BOOL] = "boolean"};

static int index_of(const char *name, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) return (int)i;
  }
  return -1;
}

static int read_kind(const struct cJSON *schema, struct sp_field *field, struct sp_error *err) {
  const char *type = NULL;
  const char *format = "";
  int rc = sp_json_get_text(schema, "type", SP_REQUIRED, 20, &type, err);
  if (rc == 0) rc = sp_json_get_text(schema, "format", SP_OPTIONAL, 20, &format, err);
  if (rc != 0) return rc;
  int kind = index_of(type, type_names, sizeof type_names / sizeof type_names[0]);
  int shape = index_of(format, format_names, sizeof format_names / sizeof format_names[0]);
  if (kind < 0) return sp_fail(err, SP_E_INVALID, "type", "A resource has no field type %s", type);
  if (shape < 0) return sp_fail(err, SP_E_INVALID, "format", "A resource has no format %s", format);
  field->type = (enum sp_field_type)kind;
  field->format = (enum sp_field_format)shape;
  return 0;
}

static int read_bounds(const struct cJSON *schema, struct sp_field *field, struct sp_error *err) {
  bool text = field->type == SP_FIELD_TEXT;
  field->min = text ? 0 : -SP_JSON_INT_MAX;
  field->max = text ? TEXT_MAX : SP_JSON_INT_MAX;
  int64_t low = text ? 0 : -SP_JSON_INT_MAX, high = text ? TEXT_MAX : SP_JSON_INT_MAX;
  int rc = sp_json_get_int(schema, text ? "minLength" : "minimum", SP_OPTIONAL, low, high, &field->min, err);
  if (rc == 0) rc = sp_json_get_int(schema, text ? "maxLength" : "maximum", SP_OPTIONAL, low, high, &field->max, err);
  return rc;
}

static int read_default(const struct cJSON *schema, struct sp_arena *arena, struct sp_field *field,
                        struct sp_error *err) {
  field->default_text = "";
  field->has_default = sp_json_member(schema, "default") != NULL;
  if (!field->has_default) return 0;
  const char *text = "";
  bool flag = false;
  int rc = 0;
  switch (field->type) {
  case SP_FIELD_TEXT:
    rc = sp_json_get_text(schema, "default", SP_REQUIRED, TEXT_MAX, &text, err);
    field->default_text = sp_arena_text(arena, text);
    break;
  case SP_FIELD_INT:
    return sp_json_get_int(schema, "default", SP_REQUIRED, field->min, field->max, &field->default_int, err);
  case SP_FIELD_BOOL:
    rc = sp_json_get_bool(schema, "default", SP_REQUIRED, &flag, err);
    field->default_int = flag ? 1 : 0;
    break;
  }
  return rc == 0 && field->default_text == NULL ? sp_error_nomem(err, __func__) : rc;
}

/* A list of texts into `out[max + 1]`, ended by null. */
static int read_texts(const struct cJSON *schema, const char *name, struct sp_arena *arena, int max, const char **out,
                      int *count, struct sp_error *err) {
  const struct cJSON *list = NULL;
  int rc = sp_json_get_array(schema, name, SP_OPTIONAL, max, &list, count, err);
  if (rc != 0 || list == NULL) return rc;
  int i = 0;
  for (const cJSON *item = list->child; item != NULL; item = item->next) {
    if (!cJSON_IsString(item)) return sp_fail(err, SP_E_INVALID, name, "%s must be a list of texts", name);
    out[i] = sp_arena_text(arena, item->valuestring);
    if (out[i++] == NULL) return sp_error_nomem(err, __func__);
  }
  return 0;
}

static int read_names(const struct cJSON *schema, struct sp_arena *arena, struct sp_field *field,
                      struct sp_error *err) {
  const struct cJSON *title = NULL;
  const char *en = field->name;
  const char *zh = field->name;
  int count = 0;
  int rc = sp_json_get_object(schema, "title", SP_OPTIONAL, &title, err);
  if (rc == 0 && title != NULL) rc = sp_json_get_text(title, "en", SP_REQUIRED, 100, &en, err);
  if (rc == 0 && title != NULL) rc = sp_json_get_text(title, "zh", SP_REQUIRED, 100, &zh, err);
  if (rc == 0) rc = sp_json_get_bool(schema, "x-import-only", SP_OPTIONAL, &field->import_only, err);
  if (rc == 0) rc = read_texts(schema, "x-columns", arena, SP_COLUMNS_MAX, field->columns, &count, err);
  if (rc != 0) return rc;
  field->title_en = sp_arena_text(arena, en);
  field->title_zh = sp_arena_text(arena, zh);
  const char **choices = sp_arena_array(arena, CHOICES_MAX + 1, sizeof *choices);
  if (field->title_en == NULL || field->title_zh == NULL || choices == NULL) return sp_error_nomem(err, __func__);
  count = 0;
  rc = read_texts(schema, "enum", arena, CHOICES_MAX, choices, &count, err);
  if (count > 0) field->choices = choices;
  return rc;
}

static int read_field(const struct cJSON *schema, struct sp_arena *arena, struct sp_field *field,
                      struct sp_error *err) {
  static const char *const known[] = {"type",      "format",        "minLength", "maxLength", "pattern",
                                      "minimum",   "maximum",       "default",   "enum",      "title",
                                      "x-columns", "x-import-only", NULL};
  *field = (struct sp_field){.name = sp_arena_text(arena, schema->string)};
  if (field->name == NULL) return sp_error_nomem(err, __func__);
  int rc = sp_json_only(schema, known, err);
  if (rc == 0) rc = read_kind(schema, field, err);
  if (rc == 0) rc = read_bounds(schema, field, err);
  if (rc == 0) rc = read_default(schema, arena, field, err);
  if (rc == 0) rc = read_names(schema, arena, field, err);
  if (rc != 0) sp_error_prefix(err, field->name);
  return rc;
}

static int read_role(const struct cJSON *schema, const char *name, enum sp_role *out, struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(schema, name, SP_REQUIRED, 20, &text, err);
  if (rc != 0) return rc;
  int role = sp_role_parse(text);
  if (role < 0) return sp_fail(err, SP_E_INVALID, name, "There is no role %s", text);
  *out = (enum sp_role)role;
  return 0;
}

static int read_required(const struct cJSON *schema, struct sp_resource *resource, struct sp_error *err) {
  const struct cJSON *list = NULL;
  int count = 0;
  int rc = sp_json_get_array(schema, "required", SP_OPTIONAL, SP_FIELDS_MAX, &list, &count, err);
  for (const cJSON *item = list != NULL ? list->child : NULL; rc == 0 && item != NULL; item = item->next) {
    int field = cJSON_IsString(item) ? sp_resource_field(resource, item->valuestring) : -1;
    if (field < 0) return sp_fail(err, SP_E_INVALID, "required", "A required field is not among the properties");
    resource->fields[field].required = true;
  }
  return rc;
}

static int read_schema(const struct cJSON *schema, struct loaded *out, struct sp_error *err) {
  struct sp_resource *resource = &out->resource;
  const struct cJSON *properties = NULL;
  const char *name = NULL;
  const char *key = NULL;
  int rc = sp_json_get_text(schema, "$id", SP_REQUIRED, 40, &name, err);
  if (rc == 0) rc = sp_json_get_text(schema, "x-key", SP_REQUIRED, 40, &key, err);
  if (rc == 0) rc = read_role(schema, "x-read", &resource->read, err);
  if (rc == 0) rc = read_role(schema, "x-write", &resource->write, err);
  if (rc == 0) rc = sp_json_get_object(schema, "properties", SP_REQUIRED, &properties, err);
  if (rc != 0) return rc;
  resource->name = sp_arena_text(&out->arena, name);
  resource->key = sp_arena_text(&out->arena, key);
  if (resource->name == NULL || resource->key == NULL) return sp_error_nomem(err, __func__);
  for (const cJSON *item = properties->child; item != NULL; item = item->next) {
    if (resource->count == SP_FIELDS_MAX) {
      return sp_fail(err, SP_E_LIMIT, "properties", "A resource has at most %d fields", SP_FIELDS_MAX);
    }
    rc = read_field(item, &out->arena, &resource->fields[resource->count++], err);
    if (rc != 0) return rc;
  }
  if (sp_resource_field(resource, key) < 0) {
    return sp_fail(err, SP_E_INVALID, "x-key", "The key of a resource is not among its properties");
  }
  return read_required(schema, resource, err);
}

static const struct sp_resource_text *find_text(const char *name) {
  char path[128];
  snprintf(path, sizeof path, "resources/%s.json", name);
  for (const struct sp_resource_text *text = sp_resource_texts; text->path != NULL; text++) {
    if (strcmp(text->path, path) == 0) return text;
  }
  return NULL;
}

int sp_resource_load(const char *name, struct sp_resource **out, struct sp_error *err) {
  struct cJSON *schema = NULL;
  const struct sp_resource_text *text = find_text(name);
  if (text == NULL) return sp_fail(err, SP_E_NOT_FOUND, NULL, "There is no resource %s", name);
  struct loaded *loaded = calloc(1, sizeof *loaded);
  if (loaded == NULL) return sp_error_nomem(err, __func__);
  sp_arena_init(&loaded->arena, SCHEMA_MEMORY);
  int rc = sp_json_parse(text->text, text->len, &schema, err);
  if (rc == 0) rc = read_schema(schema, loaded, err);
  sp_json_free(schema);
  if (rc != 0) {
    sp_resource_free(&loaded->resource);
    return rc;
  }
  *out = &loaded->resource;
  return 0;
}

void sp_resource_free(struct sp_resource *resource) {
  if (resource == NULL) return;
  struct loaded *loaded = (struct loaded *)(void *)resource;
  sp_arena_free(&loaded->arena);
  free(loaded);
}

int sp_resource_field(const struct sp_resource *resource, const char *name) {
  for (int i = 0; i < resource->count; i++) {
    if (strcmp(resource->fields[i].name, name) == 0) return i;
  }
  return -1;
}

static bool folds_to(const char *name, const char *folded) {
  struct sp_buf buf;
  sp_buf_init(&buf, HEADING_MAX);
  bool same = sp_text_fold(name, strlen(name), &buf) == 0 && strcmp(sp_buf_text(&buf), folded) == 0;
  sp_buf_free(&buf);
  return same;
}

static bool names_field(const struct sp_field *field, const char *folded) {
  if (folds_to(field->name, folded) || folds_to(field->title_en, folded) || folds_to(field->title_zh, folded)) {
    return true;
  }
  for (const char *const *column = field->columns; *column != NULL; column++) {
    if (folds_to(*column, folded)) return true;
  }
  return false;
}

int sp_resource_column(const struct sp_resource *resource, const char *heading) {
  struct sp_buf folded;
  int found = -1;
  sp_buf_init(&folded, HEADING_MAX);
  if (sp_text_fold(heading, strlen(heading), &folded) == 0 && folded.len > 0) {
    for (int i = 0; found < 0 && i < resource->count; i++) {
      if (names_field(&resource->fields[i], sp_buf_text(&folded))) found = i;
    }
  }
  sp_buf_free(&folded);
  return found;
}

/* ---- JSON bodies ---- */

static int read_member(const struct sp_field *field, const struct cJSON *object, struct sp_arena *arena,
                       struct sp_field_value *out, struct sp_error *err) {
  bool flag = false;
  int rc = 0;
  if (field->import_only) {
    return sp_fail(err, SP_E_INVALID, field->name, "%s can only be given in an import", field->name);
  }
  out->given = true;
  switch (field->type) {
  case SP_FIELD_TEXT:
    rc = sp_json_get_text(object, field->name, SP_OPTIONAL, (size_t)field->max, &out->text, err);
    return rc == 0 ? sp_resource_check_text(field, out->text, arena, out, err) : rc;
  case SP_FIELD_INT:
    return sp_json_get_int(object, field->name, SP_OPTIONAL, field->min, field->max, &out->integer, err);
  case SP_FIELD_BOOL:
    rc = sp_json_get_bool(object, field->name, SP_OPTIONAL, &flag, err);
    out->integer = flag ? 1 : 0;
    return rc;
  }
  return sp_fail(err, SP_E_INTERNAL, field->name, "A field has no type");
}

int sp_resource_read_json(const struct sp_resource *resource, const struct cJSON *object, bool partial,
                          struct sp_arena *arena, struct sp_field_value *values, struct sp_error *err) {
  if (!cJSON_IsObject(object)) return sp_fail(err, SP_E_INVALID, NULL, "An object is expected here");
  for (int i = 0; i < resource->count; i++)
    values[i] = (struct sp_field_value){.text = ""};
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    int field = sp_resource_field(resource, item->string);
    if (field < 0) return sp_fail(err, SP_E_INVALID, item->string, "%s is not a known field", item->string);
    int rc = read_member(&resource->fields[field], object, arena, &values[field], err);
    if (rc != 0) return rc;
  }
  return partial ? 0 : sp_resource_complete(resource, values, err);
}

int sp_resource_complete(const struct sp_resource *resource, struct sp_field_value *values, struct sp_error *err) {
  for (int i = 0; i < resource->count; i++) {
    const struct sp_field *field = &resource->fields[i];
    if (values[i].given) continue;
    if (field->required) return sp_fail(err, SP_E_INVALID, field->name, "%s is required", field->name);
    values[i].text = field->default_text;
    values[i].integer = field->default_int;
    values[i].given = field->has_default;
  }
  return 0;
}
