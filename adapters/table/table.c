#include "adapters/table/table.h"
#include "adapters/table/csv.h"
#include "adapters/table/xlsx.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536

enum kind { KIND_TEXT, KIND_ZIP, KIND_OLE, KIND_MARKUP };

/* The file or the bytes, whichever the caller has. */
struct input {
  FILE *file;
  const void *bytes;
  size_t len;
};

static bool starts_without_case(const char *text, size_t len, const char *with) {
  size_t want = strlen(with);
  return len >= want && strncasecmp(text, with, want) == 0;
}

/* Web pages and XML under a spreadsheet's name are what many programs call "export to Excel". */
static bool is_markup(const char *head, size_t len) {
  static const char *const starts[] = {"<!doctype", "<html", "<table", "<?xml", "<head", "<meta"};
  size_t at = len >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (at < len && strchr(" \t\r\n", head[at]) != NULL && head[at] != '\0') {
    at++;
  }
  for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
    if (starts_without_case(head + at, len - at, starts[i])) {
      return true;
    }
  }
  return false;
}

static enum kind kind_of(const char *head, size_t len) {
  if (len >= 4 && memcmp(head, "PK", 2) == 0 &&
      (memcmp(head + 2, "\3\4", 2) == 0 || memcmp(head + 2, "\5\6", 2) == 0)) {
    return KIND_ZIP;
  }
  if (len >= 8 && memcmp(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0) {
    return KIND_OLE;
  }
  return is_markup(head, len) ? KIND_MARKUP : KIND_TEXT;
}

/* An .xlsx with a password is an OLE file with a stream "EncryptedPackage" (MS-OFFCRYPTO §2.3.4.4), its name in UTF-16.
 */
static bool is_encrypted(FILE *file) {
  static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
  char piece[PIECE + sizeof name];
  size_t held = 0;
  size_t got = 0;
  rewind(file);
  while ((got = fread(piece + held, 1, PIECE, file)) > 0) {
    if (memmem(piece, held + got, name, sizeof name) != NULL) {
      return true;
    }
    size_t len = held + got;
    held = len < sizeof name ? len : sizeof name;
    memmove(piece, piece + len - held, held);
  }
  return false;
}

static int refuse(FILE *file, enum kind kind, struct sp_error *err) {
  if (kind == KIND_MARKUP) {
    return sp_fail(
        err, SP_E_UNSUPPORTED, NULL,
        "This is a web page or XML under a spreadsheet's name; open it in a spreadsheet and save it as .xlsx");
  }
  if (is_encrypted(file)) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The workbook is protected by a password; save it without one");
  }
  return sp_fail(err, SP_E_UNSUPPORTED, NULL, "This is an old workbook (.xls); save it as .xlsx or CSV");
}

/* Takes the file over. */
static int read_input(const struct input *input, const struct sp_table_sink *sink, struct sp_error *err) {
  char head[512];
  size_t len = fread(head, 1, sizeof head, input->file);
  if (len < sizeof head && ferror(input->file)) {
    fclose(input->file);
    return sp_fail(err, SP_E_IO, NULL, "The file cannot be read");
  }
  enum kind kind = kind_of(head, len);
  if (kind == KIND_ZIP && input->bytes == NULL) {
    return sp_xlsx_read(input->file, NULL, 0, sink, err);
  }
  int rc = 0;
  rewind(input->file);
  if (kind == KIND_ZIP) {
    rc = sp_xlsx_read(NULL, input->bytes, input->len, sink, err);
  } else if (kind == KIND_TEXT) {
    rc = sp_csv_read(input->file, sink, err);
  } else {
    rc = refuse(input->file, kind, err);
  }
  fclose(input->file);
  return rc;
}

static int open_file(const char *path, FILE **out, int64_t *size, struct sp_error *err) {
  struct stat stat;
  /* Non-blocking, so that a named pipe cannot hold the job before it is refused. */
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    int code = errno == ENOENT ? SP_E_NOT_FOUND : SP_E_IO;
    return sp_fail(err, code, NULL, "%s cannot be opened: %s", path, strerror(errno));
  }
  if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) {
    close(fd);
    return sp_fail(err, SP_E_INVALID, NULL, "%s is not a file", path);
  }
  if (stat.st_size > SP_TABLE_FILE_MAX) {
    close(fd);
    return sp_fail(err, SP_E_LIMIT, NULL, "%s is larger than %d MiB", path, SP_TABLE_FILE_MAX >> 20);
  }
  *size = stat.st_size;
  *out = fdopen(fd, "rb");
  if (*out == NULL) {
    close(fd);
    return sp_error_nomem(err, __func__);
  }
  return 0;
}

static int read_file(const char *path, sp_table_row_fn *row, sp_table_progress_fn *progress, void *ctx,
                     struct sp_table_info *info, struct sp_error *err) {
  struct sp_table_info own = {0};
  const struct sp_table_sink sink = {.row = row, .progress = progress, .ctx = ctx, .info = info != NULL ? info : &own};
  struct input input = {0};
  *sink.info = (struct sp_table_info){0};
  int rc = open_file(path, &input.file, &sink.info->size, err);
  return rc != 0 ? rc : read_input(&input, &sink, err);
}

int sp_table_read_bytes(const void *bytes, size_t len, sp_table_row_fn *row, sp_table_progress_fn *progress, void *ctx,
                        struct sp_table_info *info, struct sp_error *err) {
  struct sp_table_info own = {0};
  const struct sp_table_sink sink = {.row = row, .progress = progress, .ctx = ctx, .info = info != NULL ? info : &own};
  struct input input = {.bytes = bytes, .len = len};
  *sink.info = (struct sp_table_info){.size = (int64_t)len};
  if (len > SP_TABLE_FILE_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "%s is larger than %d MiB", "", SP_TABLE_FILE_MAX >> 20);
  }
  union {
    const void *from;
    void *to;
  } unchanged = {.from = bytes}; /* fmemopen in mode "r" does not write */
  input.file = fmemopen(unchanged.to, len, "rb");
  return input.file == NULL ? sp_error_nomem(err, __func__) : read_input(&input, &sink, err);
}

const struct sp_table_api *sp_table_files_api(void) {
  static const struct sp_table_api api = {.read = read_file};
  return &api;
}
