/* The embedded schema as a flat table: its objects are one deep, so "store.code" names a leaf. */
#include "base/json.h"
#include "generated/resources.h"
#include "main/config_parts.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static int64_t number_of(const cJSON *node, const char *name, int64_t fallback) {
  const cJSON *member = sp_json_member(node, name);
  return cJSON_IsNumber(member) ? (int64_t)member->valuedouble : fallback;
}

static const char *text_of(struct sp_config *config, const cJSON *node, const char *name) {
  const cJSON *member = sp_json_member(node, name);
  return sp_arena_text(&config->arena, cJSON_IsString(member) ? member->valuestring : "");
}

static const char *const *texts_of(struct sp_config *config, const cJSON *array) {
  size_t count = (size_t)cJSON_GetArraySize(array);
  const char **list = sp_arena_array(&config->arena, count + 1, sizeof *list);
  if (!list) return NULL;
  size_t n = 0;
  for (const cJSON *item = array ? array->child : NULL; item; item = item->next)
    list[n++] = sp_arena_text(&config->arena, item->valuestring);
  return list;
}

static const char *variable_name(struct sp_config *config, const char *key) {
  char *name = sp_arena_printf(&config->arena, "SUANPAN_%s", key);
  for (char *at = name; at && *at != '\0'; at++) {
    if (*at >= 'a' && *at <= 'z') *at = (char)(*at - 'a' + 'A');
    if (*at == '.') *at = '_';
  }
  return name;
}

static enum sp_setting_type type_of(const char *name) {
  if (strcmp(name, "integer") == 0) return SP_SETTING_INT;
  return strcmp(name, "array") == 0 ? SP_SETTING_LIST : SP_SETTING_TEXT;
}

static int leaf_add(struct sp_config *config, const char *key, const cJSON *node, struct sp_error *err) {
  if (config->setting_count == SP_SETTINGS_MAX)
    return sp_fail(err, SP_E_INTERNAL, key, "The schema of the configuration has too many settings");
  struct sp_config_setting *setting = &config->settings[config->setting_count++];
  setting->type = type_of(cJSON_GetStringValue(sp_json_member(node, "type")));
  bool list = setting->type == SP_SETTING_LIST;
  const cJSON *item = list ? sp_json_member(node, "items") : node;
  const cJSON *choices = sp_json_member(item, "enum");
  const cJSON *title = sp_json_member(node, "title");
  const cJSON *fallback = sp_json_member(node, "default");
  bool number = setting->type == SP_SETTING_INT;
  setting->key = sp_arena_text(&config->arena, key);
  setting->name = variable_name(config, key);
  setting->format = text_of(config, item, "format");
  setting->min = number_of(item, number ? "minimum" : "minLength", 0);
  setting->max = number_of(item, number ? "maximum" : "maxLength", number ? SP_JSON_INT_MAX : 1024);
  setting->min_items = number_of(node, "minItems", 0);
  setting->max_items = number_of(node, "maxItems", 64);
  setting->choices = choices ? texts_of(config, choices) : NULL;
  setting->title_en = text_of(config, title, "en");
  setting->title_zh = text_of(config, title, "zh");
  setting->integer = number_of(node, "default", 0);
  setting->text = text_of(config, node, "default");
  setting->list = texts_of(config, list ? fallback : NULL);
  return setting->key && setting->name && setting->text && setting->list ? 0 : sp_error_nomem(err, __func__);
}

static int group_add(struct sp_config *config, const char *prefix, const cJSON *properties, struct sp_error *err) {
  int result = 0;
  for (const cJSON *node = properties ? properties->child : NULL; node && !result; node = node->next) {
    char key[96];
    snprintf(key, sizeof key, "%s%s", prefix, node->string);
    const cJSON *inner = sp_json_member(node, "properties");
    if (!inner) {
      result = leaf_add(config, key, node, err);
      continue;
    }
    char deeper[98];
    snprintf(deeper, sizeof deeper, "%s.", key);
    result = group_add(config, deeper, inner, err);
  }
  return result;
}

int sp_config_declare(struct sp_config *config, struct sp_error *err) {
  const struct sp_resource_text *text = sp_resource_texts;
  while (text->path && strcmp(text->path, "config/suanpan.json") != 0)
    text++;
  if (!text->path) return sp_fail(err, SP_E_INTERNAL, NULL, "The schema of the configuration is missing");
  cJSON *tree = NULL;
  int result = sp_json_parse(text->text, text->len, &tree, err);
  if (!result) result = group_add(config, "", sp_json_member(tree, "properties"), err);
  sp_json_free(tree);
  return result;
}

struct sp_config_setting *sp_config_setting(struct sp_config *config, const char *key) {
  for (int i = 0; i < config->setting_count; i++)
    if (strcmp(config->settings[i].key, key) == 0) return &config->settings[i];
  return NULL;
}
