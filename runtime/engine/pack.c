/* The files of a pack: found on the disk, in memory and in the program, told apart by their path. */
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

#define DEPTH_MAX      4      /* of folders of rules */
#define ENTRIES_MAX    1000   /* of one folder of rules */
#define FILES_MAX      120000 /* of a pack: a file for each campaign at most */
#define SMALL_FILE_MAX ((size_t)4 << 20)
#define PATH_SHOWN_MAX 200

/* A file and where it comes from: 0 built in, 1 the folder, 2 memory. */
struct found {
  struct sp_pack_file file;
  int layer;
  int32_t order;
};

struct search {
  struct sp_arena *arena; /* what is read lies here */
  bool specs;             /* spec/ too */
  struct found *list;     /* on the heap */
  int32_t count, capacity;
};

/* ---- Paths ---- */

static bool ends_with(const char *text, const char *end) {
  size_t len = strlen(text);
  size_t tail = strlen(end);
  return len > tail && strcmp(text + len - tail, end) == 0;
}

/* "stores/S1.json" lies right in the folder "stores/". */
static bool lies_in(const char *path, const char *folder, const char *end) {
  size_t len = strlen(folder);
  return strncmp(path, folder, len) == 0 && ends_with(path + len, end) && !strchr(path + len, '/');
}

enum sp_pack_kind sp_pack_kind(const char *path) {
  if (strlen(path) > PATH_SHOWN_MAX || strstr(path, "..") || strstr(path, "//")) return SP_PACK_STRANGER;
  if (strcmp(path, "pack.json") == 0) return SP_PACK_PACK;
  if (strcmp(path, "campaigns.json") == 0) return SP_PACK_LIST;
  if (lies_in(path, "campaigns/", ".json")) return SP_PACK_CAMPAIGN;
  if (lies_in(path, "stores/", ".json")) return SP_PACK_STORE;
  if (lies_in(path, "cases/", ".json")) return SP_PACK_CASE;
  bool rule = strncmp(path, "rules/", 6) == 0 || strncmp(path, "base/", 5) == 0;
  return rule && ends_with(path, ".lua") ? SP_PACK_RULE : SP_PACK_STRANGER;
}

static size_t largest(enum sp_pack_kind kind) {
  if (kind == SP_PACK_RULE) return SP_RULE_SOURCE_MAX;
  return kind == SP_PACK_LIST ? SP_CAMPAIGNS_FILE_MAX : SMALL_FILE_MAX;
}

const char *sp_pack_shown(struct sp_bundle *bundle, const char *path) {
  if (!bundle->name[0] || strncmp(path, "base/", 5) == 0) return path;
  return sp_arena_printf(&bundle->arena, "%s/%s", bundle->name, path);
}

/* ---- Finding ---- */

static int append(struct search *search, const struct sp_pack_file *file, int layer, struct sp_error *err) {
  if (file->len > largest(sp_pack_kind(file->path)))
    return sp_fail(err, SP_E_LIMIT, "pack", "%s is larger than %zu bytes", file->path,
                   largest(sp_pack_kind(file->path)));
  if (search->count == FILES_MAX) return sp_fail(err, SP_E_LIMIT, "pack", "A pack holds at most %d files", FILES_MAX);
  if (search->count == search->capacity) {
    int32_t capacity = search->capacity ? search->capacity * 2 : 64;
    struct found *grown = realloc(search->list, (size_t)capacity * sizeof *grown);
    if (!grown) return sp_error_nomem(err, __func__);
    search->list = grown;
    search->capacity = capacity;
  }
  search->list[search->count] = (struct found){.file = *file, .layer = layer, .order = search->count};
  search->count++;
  return 0;
}

/* Read a whole file into the arena. */
static int read_file(struct sp_arena *arena, const char *path, size_t max, struct sp_pack_file *out,
                     struct sp_error *err) {
  struct stat info;
  int rc = 0;
  char *bytes = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make it wait */
  if (fd < 0) return sp_fail(err, SP_E_IO, "pack", "Cannot read %s: %s", path, strerror(errno));
  if (fstat(fd, &info) || !S_ISREG(info.st_mode))
    rc = sp_fail(err, SP_E_INVALID, "pack", "%s is not a file", path);
  else if ((size_t)info.st_size > max)
    rc = sp_fail(err, SP_E_LIMIT, "pack", "%s is larger than %zu bytes", path, max);
  else if (!(bytes = sp_arena_alloc(arena, (size_t)info.st_size + 1)))
    rc = sp_error_nomem(err, __func__);
  size_t done = 0;
  while (!rc && done < (size_t)info.st_size) {
    ssize_t got = read(fd, bytes + done, (size_t)info.st_size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) rc = sp_fail(err, SP_E_IO, "pack", "Cannot read %s: %s", path, got ? strerror(errno) : "it shrank");
    if (got > 0) done += (size_t)got;
  }
  close(fd);
  out->text = bytes;
  out->len = done;
  return rc;
}

/* One entry of a folder. What is no file of a pack is left alone below its folders (notes, pictures), but at the top a
 * misspelled name would be a campaign that nobody finds. */
static int take_file(struct search *search, const char *path, const char *shown, struct sp_error *err) {
  enum sp_pack_kind kind = sp_pack_kind(shown);
  bool top = !strchr(shown, '/');
  bool spec =
      search->specs && strncmp(shown, "spec/", 5) == 0 && (ends_with(shown, ".lua") || ends_with(shown, ".json"));
  struct sp_pack_file file = {.path = shown};
  if (kind == SP_PACK_STRANGER && top && (ends_with(shown, ".json") || ends_with(shown, ".lua")))
    return sp_fail(err, SP_E_INVALID, "pack", "%s is no file of a pack", shown);
  if (kind == SP_PACK_STRANGER && !spec) return 0;
  int rc = read_file(search->arena, path, largest(kind), &file, err);
  return rc ? rc : append(search, &file, 1, err);
}

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int walk(struct search *search, const char *folder, const char *shown, int depth, struct sp_error *err);

/* `shown` is the folder as a pack names it, "" for the pack itself, whose folders are walked by name. */
static int take_entry(struct search *search, const char *folder, const char *shown, const char *name, int depth,
                      struct sp_error *err) {
  struct sp_arena *arena = search->arena;
  if (name[0] == '.') return 0;
  const char *path = sp_arena_printf(arena, "%s/%s", folder, name);
  const char *title = sp_arena_printf(arena, "%s%s%s", shown, shown[0] ? "/" : "", name);
  if (!path || !title) return sp_error_nomem(err, __func__);
  if (!is_folder(path)) return take_file(search, path, title, err);
  if (!shown[0]) return 0;
  if (depth == 0) return sp_fail(err, SP_E_INVALID, "pack", "%s must not hold folders", folder);
  return walk(search, path, title, depth - 1, err);
}

/* So that of two wrong files the same one is told on every disk. */
static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

/* `depth` folders below this one count too. */
static int walk(struct search *search, const char *folder, const char *shown, int depth, struct sp_error *err) {
  struct dirent **entries = NULL;
  int max = strncmp(shown, "rules", 5) == 0 ? ENTRIES_MAX : FILES_MAX;
  int count = scandir(folder, &entries, NULL, by_name);
  int rc = 0;
  if (count < 0 && errno == ENOENT) return 0;
  if (count < 0) return sp_fail(err, SP_E_IO, "pack", "Cannot read %s: %s", folder, strerror(errno));
  if (count > max) rc = sp_fail(err, SP_E_LIMIT, "pack", "%s holds too many files or folders", folder);
  for (int i = 0; i < count; i++) {
    if (!rc) rc = take_entry(search, folder, shown, entries[i]->d_name, depth, err);
    free(entries[i]);
  }
  free((void *)entries);
  return rc;
}

static int collect_folder(struct search *search, const char *folder, struct sp_error *err) {
  static const struct {
    const char *name;
    int depth;
  } folders[] = {{"campaigns", 0}, {"stores", 0}, {"cases", 0}, {"rules", DEPTH_MAX}, {"spec", DEPTH_MAX}};
  size_t count = sizeof folders / sizeof folders[0] - (search->specs ? 0 : 1);
  char real[PATH_MAX];
  if (!realpath(folder, real) || !is_folder(real))
    return sp_fail(err, SP_E_IO, "pack", "There is no pack in %s", folder);
  int rc = walk(search, real, "", 0, err);
  for (size_t i = 0; i < count && !rc; i++) {
    const char *path = sp_arena_printf(search->arena, "%s/%s", real, folders[i].name);
    if (!path) return sp_error_nomem(err, __func__);
    rc = walk(search, path, folders[i].name, folders[i].depth, err);
  }
  return rc;
}

static int collect_memory(struct search *search, const struct sp_bundle_options *options, struct sp_error *err) {
  struct sp_arena *arena = search->arena;
  int rc = 0;
  for (int32_t i = 0; i < options->file_count && !rc; i++) {
    struct sp_pack_file file = options->files[i];
    if (sp_pack_kind(file.path) == SP_PACK_STRANGER)
      return sp_fail(err, SP_E_INVALID, file.path, "%s is no file of a pack", file.path);
    file.path = sp_arena_text(arena, file.path);
    file.text = sp_arena_copy(arena, file.text, file.len);
    if (!file.path || !file.text) return sp_error_nomem(err, __func__);
    rc = append(search, &file, 2, err);
  }
  return rc;
}

static int collect_builtin(struct search *search, struct sp_error *err) {
  int rc = 0;
  for (const struct sp_rule_text *text = sp_rule_texts; text->path && !rc; text++)
    if (strncmp(text->path, "base/", 5) == 0)
      rc = append(search, &(struct sp_pack_file){.path = text->path, .text = text->text, .len = text->len}, 0, err);
  return rc;
}

/* ---- Order ---- */

static int by_path(const void *a, const void *b) {
  const struct found *x = a;
  const struct found *y = b;
  int order = strcmp(x->file.path, y->file.path);
  if (order) return order;
  if (x->layer != y->layer) return x->layer > y->layer ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

/* One file a path, so that a bundle is the same however its files were found. */
static int keep(struct search *search, struct sp_bundle *bundle, struct sp_error *err) {
  int32_t rules = 0;
  if (search->count > 1) qsort(search->list, (size_t)search->count, sizeof *search->list, by_path);
  bundle->files = sp_arena_array(&bundle->arena, (size_t)search->count + 1, sizeof *bundle->files);
  if (!bundle->files) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < search->count; i++) {
    const struct found *found = &search->list[i];
    const struct found *before = i > 0 ? &search->list[i - 1] : NULL;
    if (before && strcmp(before->file.path, found->file.path) == 0) {
      if (before->layer == found->layer)
        return sp_fail(err, SP_E_EXISTS, found->file.path, "There are two files %s", found->file.path);
      continue;
    }
    rules += sp_pack_kind(found->file.path) == SP_PACK_RULE;
    bundle->files[bundle->file_count++] = found->file;
  }
  if (rules > SP_RULES_MAX) return sp_fail(err, SP_E_LIMIT, "pack", "A bundle holds at most %d rules", SP_RULES_MAX);
  return 0;
}

int sp_pack_collect(struct sp_bundle *bundle, const struct sp_bundle_options *options, struct sp_error *err) {
  struct search search = {.arena = &bundle->arena};
  int rc = options->bare ? 0 : collect_builtin(&search, err);
  if (!rc && options->folder) rc = collect_folder(&search, options->folder, err);
  if (!rc) rc = collect_memory(&search, options, err);
  if (!rc) rc = keep(&search, bundle, err);
  free(search.list);
  return rc;
}

int sp_pack_read(const char *folder, bool specs, struct sp_arena *arena, struct sp_pack_file **out, int32_t *count,
                 struct sp_error *err) {
  struct search search = {.arena = arena, .specs = specs};
  struct sp_pack_file *files = NULL;
  int rc = collect_folder(&search, folder, err);
  if (!rc && !(files = sp_arena_array(arena, (size_t)search.count + 1, sizeof *files)))
    rc = sp_error_nomem(err, __func__);
  for (int32_t i = 0; files && i < search.count; i++)
    files[i] = search.list[i].file;
  *out = files;
  *count = files ? search.count : 0;
  free(search.list);
  return rc;
}

static int path_against(const void *key, const void *item) {
  return strcmp(key, ((const struct sp_pack_file *)item)->path);
}

const struct sp_pack_file *sp_pack_find(const struct sp_bundle *bundle, const char *path) {
  if (bundle->file_count == 0) return NULL;
  return bsearch(path, bundle->files, (size_t)bundle->file_count, sizeof *bundle->files, path_against);
}

int sp_pack_sources(struct sp_bundle *bundle, struct sp_error *err) {
  int32_t count = 0;
  for (int32_t i = 0; i < bundle->file_count; i++)
    count += sp_pack_kind(bundle->files[i].path) == SP_PACK_RULE;
  struct sp_rule_source *sources = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *sources);
  bundle->rules = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bundle->rules);
  if (!sources || !bundle->rules) return sp_error_nomem(err, __func__);
  count = 0;
  for (int32_t i = 0; i < bundle->file_count; i++) {
    const struct sp_pack_file *file = &bundle->files[i];
    if (sp_pack_kind(file->path) != SP_PACK_RULE) continue;
    const char *shown = sp_pack_shown(bundle, file->path);
    if (!shown) return sp_error_nomem(err, __func__);
    bundle->rules[count] = (struct sp_rule){
        .path = file->path, .own = strncmp(file->path, "base/", 5) != 0, .instead = -1, .replaces = -1};
    sources[count++] = (struct sp_rule_source){.file = shown, .text = file->text, .len = file->len};
  }
  bundle->program.rules = sources;
  bundle->program.rule_count = count;
  return 0;
}
