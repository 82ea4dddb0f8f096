#include "engine/bundle.h"
#include "generated/rules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX   4
#define ENTRIES_MAX 1000

/* Read a whole file into the bundle. */
static int read_file(struct sp_bundle *bundle, const char *path, size_t max, const char **text, size_t *len,
                     struct sp_error *err) {
  struct stat info;
  int rc = 0;
  char *bytes = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return sp_fail(err, SP_E_IO, "pack", "Cannot read %s: %s", path, strerror(errno));
  if (fstat(fd, &info) || !S_ISREG(info.st_mode))
    rc = sp_fail(err, SP_E_INVALID, "pack", "%s is not a file", path);
  else if ((size_t)info.st_size > max)
    rc = sp_fail(err, SP_E_LIMIT, "pack", "%s is larger than %zu bytes", path, max);
  else if (!(bytes = sp_arena_alloc(&bundle->arena, (size_t)info.st_size + 1)))
    rc = sp_error_nomem(err, __func__);
  size_t done = 0;
  while (!rc && done < (size_t)info.st_size) {
    ssize_t got = read(fd, bytes + done, (size_t)info.st_size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) rc = sp_fail(err, SP_E_IO, "pack", "Cannot read %s: %s", path, got ? strerror(errno) : "it shrank");
    if (got > 0) done += (size_t)got;
  }
  close(fd);
  *text = bytes;
  *len = done;
  return rc;
}

static int append(struct sp_bundle *bundle, struct sp_pack_list *list, const struct sp_pack_file *file,
                  struct sp_error *err) {
  if (list->count == list->capacity) {
    int32_t capacity = list->capacity ? list->capacity * 2 : 32;
    struct sp_pack_file *grown = sp_arena_array(&bundle->arena, (size_t)capacity, sizeof *grown);
    if (!grown) return sp_error_nomem(err, __func__);
    if (list->count > 0) memcpy(grown, list->files, (size_t)list->count * sizeof *grown);
    list->files = grown;
    list->capacity = capacity;
  }
  list->files[list->count++] = *file;
  return 0;
}

static bool ends_with(const char *text, const char *end) {
  size_t len = strlen(text);
  size_t tail = strlen(end);
  return len > tail && strcmp(text + len - tail, end) == 0;
}

static int add_rule(struct sp_bundle *bundle, struct sp_pack_list *rules, const struct sp_pack_file *file,
                    struct sp_error *err) {
  if (rules->count >= SP_RULES_MAX)
    return sp_fail(err, SP_E_LIMIT, "pack", "A bundle holds at most %d rules", SP_RULES_MAX);
  if (file->len > SP_RULE_SOURCE_MAX)
    return sp_fail(err, SP_E_LIMIT, file->path, "%s is larger than %zu bytes", file->path, (size_t)SP_RULE_SOURCE_MAX);
  return append(bundle, rules, file, err);
}

static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

/* One folder of rules and those below it, names in byte order so that a bundle is the same on every disk. */
static int walk(struct sp_bundle *bundle, struct sp_pack_list *rules, const char *folder, const char *shown, int depth,
                struct sp_error *err) {
  struct dirent **entries = NULL;
  int rc = 0;
  int count = scandir(folder, &entries, NULL, by_name);
  if (count < 0 && errno == ENOENT && depth == 0) return 0;
  if (count < 0) return sp_fail(err, SP_E_IO, "pack", "Cannot read %s: %s", folder, strerror(errno));
  if (count > ENTRIES_MAX || depth > DEPTH_MAX)
    rc = sp_fail(err, SP_E_LIMIT, "pack", "%s holds too many files or folders", folder);
  for (int i = 0; i < count; i++) {
    const char *name = entries[i]->d_name;
    struct stat info;
    struct sp_pack_file file = {0};
    char *path = rc || name[0] == '.' ? NULL : sp_arena_printf(&bundle->arena, "%s/%s", folder, name);
    char *title = path ? sp_arena_printf(&bundle->arena, "%s/%s", shown, name) : NULL;
    if (!rc && name[0] != '.' && !title) rc = sp_error_nomem(err, __func__);
    if (!rc && title && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
      rc = walk(bundle, rules, path, title, depth + 1, err);
    else if (!rc && title && ends_with(name, ".lua")) {
      file.path = title;
      rc = read_file(bundle, path, SP_RULE_SOURCE_MAX, &file.text, &file.len, err);
      if (!rc) rc = add_rule(bundle, rules, &file, err);
    }
    free(entries[i]);
  }
  free((void *)entries);
  return rc;
}

static const char *last_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash && slash[1] ? slash + 1 : path;
}

static int collect_folder(struct sp_bundle *bundle, const char *folder, struct sp_pack_list *rules,
                          struct sp_pack_list *campaigns, struct sp_error *err) {
  char real[PATH_MAX];
  struct stat info;
  if (!realpath(folder, real) || stat(real, &info) || !S_ISDIR(info.st_mode))
    return sp_fail(err, SP_E_IO, "pack", "There is no pack in %s", folder);
  const char *name = last_name(real);
  char *path = sp_arena_printf(&bundle->arena, "%s/rules", real);
  char *shown = sp_arena_printf(&bundle->arena, "%s/rules", name);
  char *json = sp_arena_printf(&bundle->arena, "%s/campaigns.json", real);
  struct sp_pack_file file = {.path = sp_arena_printf(&bundle->arena, "%s/campaigns.json", name)};
  if (!path || !shown || !json || !file.path) return sp_error_nomem(err, __func__);
  int rc = walk(bundle, rules, path, shown, 0, err);
  if (rc || access(json, F_OK)) return rc;
  rc = read_file(bundle, json, SP_CAMPAIGNS_FILE_MAX, &file.text, &file.len, err);
  return rc ? rc : append(bundle, campaigns, &file, err);
}

static int collect_memory(struct sp_bundle *bundle, const struct sp_bundle_options *options, struct sp_pack_list *rules,
                          struct sp_pack_list *campaigns, struct sp_error *err) {
  int rc = 0;
  for (int32_t i = 0; i < options->file_count && !rc; i++) {
    struct sp_pack_file file = options->files[i];
    file.path = sp_arena_text(&bundle->arena, file.path);
    file.text = sp_arena_copy(&bundle->arena, file.text, file.len);
    if (!file.path || !file.text) return sp_error_nomem(err, __func__);
    if (ends_with(file.path, ".lua"))
      rc = add_rule(bundle, rules, &file, err);
    else if (strcmp(last_name(file.path), "campaigns.json") == 0)
      rc = append(bundle, campaigns, &file, err);
    else
      rc = sp_fail(err, SP_E_INVALID, file.path, "%s is neither a rule nor a campaigns.json", file.path);
  }
  return rc;
}

static int collect_builtin(struct sp_bundle *bundle, struct sp_pack_list *rules, struct sp_error *err) {
  int rc = 0;
  for (const struct sp_rule_text *text = sp_rule_texts; text->path && !rc; text++)
    if (strncmp(text->path, "base/", 5) == 0)
      rc = add_rule(bundle, rules, &(struct sp_pack_file){.path = text->path, .text = text->text, .len = text->len},
                    err);
  return rc;
}

int sp_pack_collect(struct sp_bundle *bundle, const struct sp_bundle_options *options, struct sp_pack_list *campaigns,
                    struct sp_error *err) {
  struct sp_pack_list rules = {0};
  int rc = options->bare ? 0 : collect_builtin(bundle, &rules, err);
  if (!rc && options->folder) rc = collect_folder(bundle, options->folder, &rules, campaigns, err);
  if (!rc) rc = collect_memory(bundle, options, &rules, campaigns, err);
  if (rc) return rc;
  struct sp_rule_source *sources = sp_arena_array(&bundle->arena, (size_t)rules.count + 1, sizeof *sources);
  if (!sources) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < rules.count; i++)
    sources[i] =
        (struct sp_rule_source){.file = rules.files[i].path, .text = rules.files[i].text, .len = rules.files[i].len};
  bundle->program.rules = sources;
  bundle->program.rule_count = rules.count;
  return 0;
}
