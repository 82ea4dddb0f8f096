#include "adapters/table/xlsx_parts.h"
#include <string.h>

#define ID_MAX 128

/* A relationship looked for, by the end of its type or by its id. */
struct wanted {
  const char *type; /* "/styles"; null when sought by id */
  const char *id;
  char *target; /* SP_XLSX_NAME_MAX bytes, "" until found */
};

struct links {
  const char *folder; /* of the part the relationships belong to: "" or "xl/" */
  struct wanted wanted[3];
  int count;
};

struct book_reading {
  char id[ID_MAX]; /* relationship of the first visible sheet */
  bool base1904;
};

static int ignore_end(void *ctx, const char *name, struct sp_error *err) {
  (void)ctx;
  (void)name;
  (void)err;
  return 0;
}

static bool ends_with(const char *text, const char *end) {
  size_t len = strlen(text);
  size_t end_len = strlen(end);
  return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool append(char out[SP_XLSX_NAME_MAX], const char *part, size_t len) {
  size_t at = strlen(out);
  if (at + len + 2 > SP_XLSX_NAME_MAX) {
    return false;
  }
  if (at > 0) {
    out[at++] = '/';
  }
  memcpy(out + at, part, len);
  out[at + len] = '\0';
  return true;
}

/* Joins a path to `out` segment by segment. False when it is too long or leaves the archive. */
static bool walk(char out[SP_XLSX_NAME_MAX], const char *path) {
  while (*path != '\0') {
    size_t len = strcspn(path, "/");
    if (len == 2 && path[0] == '.' && path[1] == '.') {
      if (out[0] == '\0') {
        return false;
      }
      char *slash = strrchr(out, '/');
      *(slash != NULL ? slash : out) = '\0';
    } else if (len > 0 && !(len == 1 && path[0] == '.') && !append(out, path, len)) {
      return false;
    }
    path += len;
    path += *path == '/' ? 1 : 0;
  }
  return true;
}

static int resolve(const char *folder, const char *target, char out[SP_XLSX_NAME_MAX], struct sp_error *err) {
  out[0] = '\0';
  if ((target[0] == '/' || walk(out, folder)) && walk(out, target)) {
    return 0;
  }
  return sp_fail(err, SP_E_INVALID, NULL, "The workbook holds a part whose name leads outside of it");
}

static int on_link(void *ctx, const char *name, const char *const *attributes, struct sp_error *err) {
  struct links *links = ctx;
  const char *type = sp_xml_attribute(attributes, "Type");
  const char *id = sp_xml_attribute(attributes, "Id");
  const char *target = sp_xml_attribute(attributes, "Target");
  const char *mode = sp_xml_attribute(attributes, "TargetMode");
  if (strcmp(name, "Relationship") != 0 || type == NULL || id == NULL || target == NULL ||
      (mode != NULL && strcmp(mode, "External") == 0)) {
    return 0;
  }
  for (int i = 0; i < links->count; i++) {
    const struct wanted *wanted = &links->wanted[i];
    bool hit = wanted->id != NULL ? strcmp(id, wanted->id) == 0 : ends_with(type, wanted->type);
    if (!hit || wanted->target[0] != '\0') {
      continue;
    }
    if (wanted->id != NULL && !ends_with(type, "/worksheet")) {
      return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The first sheet of the workbook is no table of cells");
    }
    return resolve(links->folder, target, wanted->target, err);
  }
  return 0;
}

static int read_links(struct zip *zip, const char *part, struct links *links, struct sp_error *err) {
  const struct sp_xml_handler handler = {.start = on_link, .end = ignore_end, .ctx = links};
  return sp_xml_read(zip, part, &handler, err);
}

static int on_book(void *ctx, const char *name, const char *const *attributes, struct sp_error *err) {
  struct book_reading *reading = ctx;
  if (strcmp(name, "workbookPr") == 0) {
    reading->base1904 = sp_xml_true(sp_xml_attribute(attributes, "date1904"));
  }
  if (strcmp(name, "sheet") != 0 || reading->id[0] != '\0') {
    return 0;
  }
  const char *state = sp_xml_attribute(attributes, "state");
  const char *id = sp_xml_attribute(attributes, "id");
  if (state != NULL && strcmp(state, "visible") != 0) {
    return 0;
  }
  if (id == NULL || strlen(id) >= ID_MAX) {
    return sp_fail(err, SP_E_INVALID, NULL, "The workbook does not say where its first sheet is");
  }
  memcpy(reading->id, id, strlen(id) + 1);
  return 0;
}

static int find_book(struct zip *zip, char out[SP_XLSX_NAME_MAX], struct sp_error *err) {
  struct links root = {.folder = "", .wanted = {{.type = "/officeDocument", .target = out}}, .count = 1};
  if (sp_xlsx_zip_has(zip, "META-INF/manifest.xml") && !sp_xlsx_zip_has(zip, "_rels/.rels")) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "This is an OpenDocument file (.ods); save it as .xlsx or CSV");
  }
  int rc = read_links(zip, "_rels/.rels", &root, err);
  if (rc != 0) {
    return rc;
  }
  if (ends_with(out, ".bin")) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "This is a binary workbook (.xlsb); save it as .xlsx or CSV");
  }
  return out[0] != '\0' ? 0
                        : sp_fail(err, SP_E_INVALID, NULL, "This is no .xlsx workbook: it has no part %s", "workbook");
}

/* "xl/workbook.xml": folder "xl", relationships "xl/_rels/workbook.xml.rels". */
static int split_book(const char *book, char folder[SP_XLSX_NAME_MAX], char rels[SP_XLSX_NAME_MAX],
                      struct sp_error *err) {
  const char *slash = strrchr(book, '/');
  size_t len = slash == NULL ? 0 : (size_t)(slash - book);
  const char *base = slash == NULL ? book : slash + 1;
  memcpy(folder, book, len);
  folder[len] = '\0';
  int need = snprintf(rels, SP_XLSX_NAME_MAX, "%s%s_rels/%s.rels", folder, len > 0 ? "/" : "", base);
  if (need < 0 || need >= SP_XLSX_NAME_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook is nested or named beyond reason");
  }
  return 0;
}

int sp_xlsx_book_read(struct zip *zip, struct sp_xlsx_book *out, struct sp_error *err) {
  char book[SP_XLSX_NAME_MAX] = "";
  char folder[SP_XLSX_NAME_MAX];
  char rels[SP_XLSX_NAME_MAX];
  struct book_reading reading = {0};
  const struct sp_xml_handler handler = {.start = on_book, .end = ignore_end, .ctx = &reading};
  *out = (struct sp_xlsx_book){0};
  int rc = find_book(zip, book, err);
  rc = rc != 0 ? rc : split_book(book, folder, rels, err);
  rc = rc != 0 ? rc : sp_xml_read(zip, book, &handler, err);
  if (rc != 0) {
    return rc;
  }
  struct links links = {.folder = folder,
                        .wanted = {{.id = reading.id, .target = out->sheet},
                                   {.type = "/sharedStrings", .target = out->strings},
                                   {.type = "/styles", .target = out->styles}},
                        .count = 3};
  rc = read_links(zip, rels, &links, err);
  if (rc != 0) {
    return rc;
  }
  out->base1904 = reading.base1904;
  if (out->sheet[0] == '\0') {
    return sp_fail(err, SP_E_INVALID, NULL, "The workbook does not say where its first sheet is");
  }
  return 0;
}
