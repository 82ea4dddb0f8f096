/* The file: strict JSON, walked beside the declared settings, each complaint with its line. */
#include "base/json.h"
#include "main/config_parts.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX 4

struct walk {
  struct sp_config *config;
  struct sp_problems *problems;
  const char *file; /* as shown */
  const char *text;
  int path[DEPTH_MAX];
  int depth;
};

static void place(const struct walk *walk, char out[160]) {
  snprintf(out, 160, "%s:%d", walk->file, sp_json_line_of(walk->text, walk->path, walk->depth));
}

static struct sp_error *complain(const struct walk *walk) {
  char where[160];
  place(walk, where);
  return sp_problems_add(walk->problems, where);
}

/* ---- Leaves ---- */

static const char *path_from_file(struct walk *walk, const char *text) {
  const char *slash = strrchr(walk->config->file, '/');
  if (text[0] == '\0' || text[0] == '/' || !slash) return sp_arena_text(&walk->config->arena, text);
  return sp_arena_printf(&walk->config->arena, "%.*s%s", (int)(slash + 1 - walk->config->file), walk->config->file,
                         text);
}

static int text_read(struct walk *walk, struct sp_config_setting *setting, const cJSON *node, struct sp_error *err) {
  if (!cJSON_IsString(node)) return sp_fail(err, SP_E_INVALID, NULL, "It must be a text");
  bool is_path = strcmp(setting->format, "path") == 0;
  const char *text =
      is_path ? path_from_file(walk, node->valuestring) : sp_arena_text(&walk->config->arena, node->valuestring);
  return text ? sp_config_setting_put_text(setting, text, err) : sp_error_nomem(err, __func__);
}

static int int_read(struct sp_config_setting *setting, const cJSON *node, struct sp_error *err) {
  if (!cJSON_IsNumber(node) || node->valuedouble != floor(node->valuedouble) ||
      fabs(node->valuedouble) > SP_JSON_INT_MAX)
    return sp_fail(err, SP_E_INVALID, NULL, "It must be a whole number");
  return sp_config_setting_put_int(setting, (int64_t)node->valuedouble, err);
}

static int list_read(struct walk *walk, struct sp_config_setting *setting, const cJSON *node, struct sp_error *err) {
  if (!cJSON_IsArray(node)) return sp_fail(err, SP_E_INVALID, NULL, "It must be a list of texts");
  int count = cJSON_GetArraySize(node);
  const char **list = sp_arena_array(&walk->config->arena, (size_t)count + 1, sizeof *list);
  if (!list) return sp_error_nomem(err, __func__);
  int n = 0;
  for (const cJSON *item = node->child; item; item = item->next) {
    if (!cJSON_IsString(item)) return sp_fail(err, SP_E_INVALID, NULL, "It must be a list of texts");
    list[n] = sp_arena_text(&walk->config->arena, item->valuestring);
    if (!list[n++]) return sp_error_nomem(err, __func__);
  }
  return sp_config_setting_put_list(setting, list, count, err);
}

static void leaf_read(struct walk *walk, struct sp_config_setting *setting, const cJSON *node) {
  struct sp_error error = {.lang = walk->problems->lang};
  int result = 0;
  switch (setting->type) {
  case SP_SETTING_INT:
    result = int_read(setting, node, &error);
    break;
  case SP_SETTING_LIST:
    result = list_read(walk, setting, node, &error);
    break;
  default:
    result = text_read(walk, setting, node, &error);
  }
  if (!result) {
    place(walk, setting->where);
    return;
  }
  error.field[0] = '\0';
  sp_error_prefix(&error, setting->key);
  *complain(walk) = error;
}

/* ---- Objects ---- */

/* Does any setting live under `key`? */
static bool is_group(const struct sp_config *config, const char *key) {
  size_t len = strlen(key);
  for (int i = 0; i < config->setting_count; i++)
    if (strncmp(config->settings[i].key, key, len) == 0 && config->settings[i].key[len] == '.') return true;
  return false;
}

static void object_read(struct walk *walk, const char *prefix, const cJSON *object) {
  int position = 0;
  int level = walk->depth++;
  for (const cJSON *node = object->child; node; node = node->next) {
    char key[256];
    snprintf(key, sizeof key, "%s%.120s", prefix, node->string);
    walk->path[level] = position++;
    struct sp_config_setting *setting = sp_config_setting(walk->config, key);
    if (setting) {
      leaf_read(walk, setting, node);
    } else if (!is_group(walk->config, key)) {
      sp_fail(complain(walk), SP_E_INVALID, key, "There is no such setting");
    } else if (!cJSON_IsObject(node)) {
      sp_fail(complain(walk), SP_E_INVALID, key, "It must be an object");
    } else {
      snprintf(key + strlen(key), 2, ".");
      object_read(walk, key, node);
    }
  }
  walk->depth = level;
}

/* ---- The file ---- */

static int file_load(const char *path, struct sp_buf *out, struct sp_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return sp_fail(err, errno == ENOENT ? SP_E_NOT_FOUND : SP_E_IO, NULL, "The file cannot be read: %s",
                   strerror(errno));
  ssize_t got = 0;
  char piece[4096];
  while ((got = read(fd, piece, sizeof piece)) > 0)
    sp_buf_add(out, piece, (size_t)got);
  int cause = errno;
  close(fd);
  if (got < 0) return sp_fail(err, SP_E_IO, NULL, "The file cannot be read: %s", strerror(cause));
  if (out->failed) return sp_fail(err, out->failed, NULL, "The file is larger than %d bytes", SP_CONFIG_FILE_MAX);
  return 0;
}

int sp_config_read_file(struct sp_config *config, const char *path, struct sp_problems *problems) {
  struct sp_buf text;
  struct sp_error error = {.lang = problems->lang};
  cJSON *tree = NULL;
  sp_buf_init(&text, SP_CONFIG_FILE_MAX);
  config->file = sp_arena_text(&config->arena, path);
  int result = config->file ? file_load(path, &text, &error) : sp_error_nomem(&error, __func__);
  if (!result) result = sp_json_parse(sp_buf_text(&text), text.len, &tree, &error);
  if (!result && !cJSON_IsObject(tree)) result = sp_fail(&error, SP_E_INVALID, NULL, "It must be an object");
  if (result) {
    *sp_problems_add(problems, path) = error;
    goto done;
  }
  struct walk walk = {.config = config, .problems = problems, .file = path, .text = sp_buf_text(&text)};
  int before = problems->count;
  object_read(&walk, "", tree);
  result = problems->count == before ? 0 : SP_E_INVALID;
done:
  sp_json_free(tree);
  sp_buf_free(&text);
  return result;
}
