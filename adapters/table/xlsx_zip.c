#include "adapters/table/xlsx_zip.h"
#include <stdlib.h>
#include <string.h>
#include <zip.h>

/* Record sizes and fields: PKWARE APPNOTE 6.3.9 §4.3.14 to §4.3.16. */
#define END_LEN     22
#define LOCATOR_LEN 20
#define END64_LEN   56
#define TAIL_MAX    (65535 + END_LEN + LOCATOR_LEN)
#define RATIO_FREE  4194304 /* bytes a part may give before its ratio is looked at */

/* ---- The end record ---- */

/* A file or bytes in memory, read at an offset. */
struct reader {
  FILE *file;
  const uint8_t *bytes;
  int64_t size;
};

static bool read_at(const struct reader *reader, int64_t offset, void *out, size_t len) {
  if (offset < 0 || offset > reader->size || (int64_t)len > reader->size - offset) {
    return false;
  }
  if (reader->file == NULL) {
    memcpy(out, reader->bytes + offset, len);
    return true;
  }
  return fseek(reader->file, (long)offset, SEEK_SET) == 0 && fread(out, 1, len, reader->file) == len;
}

static uint64_t little(const uint8_t *bytes, int count) {
  uint64_t value = 0;
  for (int i = count - 1; i >= 0; i--) {
    value = value << 8 | bytes[i];
  }
  return value;
}

/* Entries by the 64-bit end record whose locator stands at `locator`, 0 when there is none. */
static uint64_t entries64(const struct reader *reader, const uint8_t *locator) {
  uint8_t end[END64_LEN];
  uint64_t offset = memcmp(locator, "PK\6\7", 4) == 0 ? little(locator + 8, 8) : UINT64_MAX;
  if (offset > INT64_MAX || !read_at(reader, (int64_t)offset, end, sizeof end) || memcmp(end, "PK\6\6", 4) != 0) {
    return 0;
  }
  uint64_t here = little(end + 24, 8);
  uint64_t all = little(end + 32, 8);
  return here > all ? here : all;
}

/* The greatest number of entries any end record in the tail claims; the library may choose any of them. 0: no end
 * record. */
static int count_entries(const struct reader *reader, uint64_t *most, struct sp_error *err) {
  size_t len = reader->size < TAIL_MAX ? (size_t)reader->size : TAIL_MAX;
  uint8_t *tail = malloc(len + 1);
  int rc = 0;
  *most = 0;
  if (tail == NULL) {
    return sp_error_nomem(err, __func__);
  }
  if (!read_at(reader, reader->size - (int64_t)len, tail, len)) {
    rc = sp_fail(err, SP_E_IO, NULL, "The file cannot be read");
    goto done;
  }
  for (size_t at = 0; at + END_LEN <= len; at++) {
    if (memcmp(tail + at, "PK\5\6", 4) != 0) {
      continue;
    }
    uint64_t here = little(tail + at + 8, 2);
    uint64_t all = little(tail + at + 10, 2);
    uint64_t wide = at >= LOCATOR_LEN ? entries64(reader, tail + at - LOCATOR_LEN) : 0;
    here = here > all ? here : all;
    here = wide > 0 && here == 0xFFFF ? wide : (wide > here ? wide : here);
    *most = here > *most ? here : *most;
  }
done:
  free(tail);
  return rc;
}

static int check_end(const struct reader *reader, struct sp_error *err) {
  uint64_t most = 0;
  if (reader->size > SP_XLSX_FILE_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook is larger than %d MiB", (int)(SP_XLSX_FILE_MAX >> 20));
  }
  int rc = count_entries(reader, &most, err);
  if (rc != 0) {
    return rc;
  }
  if (most == 0) {
    return sp_fail(err, SP_E_INVALID, NULL, "The workbook is cut off or damaged: %s", "no directory");
  }
  if (most > SP_XLSX_ENTRIES_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook has more than %d parts", SP_XLSX_ENTRIES_MAX);
  }
  return 0;
}

/* ---- Entries ---- */

static bool leads_outside(const char *name) {
  if (name[0] == '/' || name[0] == '\\' || (name[0] != '\0' && name[1] == ':')) {
    return true;
  }
  for (const char *at = name; *at != '\0';) {
    size_t part = strcspn(at, "/\\");
    if (part == 2 && at[0] == '.' && at[1] == '.') {
      return true;
    }
    at += part;
    at += *at != '\0' ? 1 : 0;
  }
  return false;
}

static int check_entry(struct zip *zip, zip_uint64_t index, struct sp_error *err) {
  struct zip_stat stat;
  if (zip_stat_index(zip, index, ZIP_FL_ENC_RAW, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0) {
    return sp_fail(err, SP_E_INVALID, NULL, "The workbook is cut off or damaged: %s", zip_strerror(zip));
  }
  if (leads_outside(stat.name)) {
    return sp_fail(err, SP_E_INVALID, NULL, "The workbook holds a part whose name leads outside of it");
  }
  if (zip_name_locate(zip, stat.name, ZIP_FL_ENC_RAW) != (zip_int64_t)index) {
    return sp_fail(err, SP_E_INVALID, NULL, "The workbook holds two parts of the same name");
  }
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The workbook is protected by a password; save it without one");
  }
  return 0;
}

static int check_entries(struct zip *zip, struct sp_error *err) {
  zip_int64_t count = zip_get_num_entries(zip, 0);
  if (count > SP_XLSX_ENTRIES_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook has more than %d parts", SP_XLSX_ENTRIES_MAX);
  }
  int rc = 0;
  for (zip_int64_t i = 0; rc == 0 && i < count; i++) {
    rc = check_entry(zip, (zip_uint64_t)i, err);
  }
  return rc;
}

/* ---- Opening ---- */

static int open_source(zip_source_t *source, struct zip **out, struct sp_error *err) {
  zip_error_t why;
  zip_error_init(&why);
  struct zip *zip = zip_open_from_source(source, ZIP_RDONLY, &why);
  if (zip == NULL) {
    int code = zip_error_code_zip(&why);
    int rc = code == ZIP_ER_MEMORY
                 ? sp_error_nomem(err, __func__)
                 : sp_fail(err, SP_E_INVALID, NULL, "The workbook is cut off or damaged: %s", zip_error_strerror(&why));
    zip_source_free(source);
    zip_error_fini(&why);
    return rc;
  }
  zip_error_fini(&why);
  int rc = check_entries(zip, err);
  if (rc != 0) {
    zip_discard(zip);
    return rc;
  }
  *out = zip;
  return 0;
}

static int file_size(FILE *file, int64_t *out) {
  if (fseek(file, 0, SEEK_END) != 0) {
    return SP_E_IO;
  }
  *out = ftell(file);
  return *out < 0 ? SP_E_IO : 0;
}

int sp_xlsx_zip_open(FILE *file, const void *bytes, size_t len, struct zip **out, struct sp_error *err) {
  struct reader reader = {.file = file, .bytes = bytes, .size = (int64_t)len};
  zip_source_t *source = NULL;
  int rc = 0;
  *out = NULL;
  if (file != NULL && file_size(file, &reader.size) != 0) {
    rc = sp_fail(err, SP_E_IO, NULL, "The file cannot be read");
    goto done;
  }
  rc = check_end(&reader, err);
  if (rc != 0) {
    goto done;
  }
  source = file != NULL ? zip_source_filep_create(file, 0, -1, NULL) : zip_source_buffer_create(bytes, len, 0, NULL);
  if (source == NULL) {
    rc = sp_error_nomem(err, __func__);
    goto done;
  }
  return open_source(source, out, err); /* the source owns the file from here on */
done:
  if (file != NULL) {
    fclose(file);
  }
  return rc;
}

void sp_xlsx_zip_close(struct zip *zip) {
  if (zip != NULL) {
    zip_discard(zip);
  }
}

/* Part names are compared without case (ECMA-376 part 2 §6.2.2.3); some writers make use of it. */
static zip_int64_t locate(struct zip *zip, const char *name) {
  zip_int64_t index = zip_name_locate(zip, name, ZIP_FL_ENC_RAW);
  return index >= 0 ? index : zip_name_locate(zip, name, ZIP_FL_ENC_RAW | ZIP_FL_NOCASE);
}

bool sp_xlsx_zip_has(struct zip *zip, const char *name) {
  return locate(zip, name) >= 0;
}

/* ---- Parts ---- */

int sp_xlsx_part_open(struct zip *zip, const char *name, struct sp_xlsx_part *part, struct sp_error *err) {
  struct zip_stat stat;
  *part = (struct sp_xlsx_part){.name = name};
  zip_int64_t index = locate(zip, name);
  if (index < 0 || zip_stat_index(zip, (zip_uint64_t)index, ZIP_FL_ENC_RAW, &stat) != 0) {
    return sp_fail(err, SP_E_INVALID, NULL, "This is no .xlsx workbook: it has no part %s", name);
  }
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The workbook is packed in an unusual way; save it again as .xlsx");
  }
  part->packed = (int64_t)stat.comp_size;
  part->claimed = (int64_t)stat.size;
  part->file = zip_fopen_index(zip, stat.index, 0);
  if (part->file == NULL) {
    return sp_fail(err, SP_E_INVALID, NULL, "The workbook is cut off or damaged: %s", zip_strerror(zip));
  }
  return 0;
}

int sp_xlsx_part_read(struct sp_xlsx_part *part, void *out, int size, struct sp_error *err) {
  zip_int64_t got = zip_fread(part->file, out, (zip_uint64_t)size);
  if (got < 0) {
    int code = zip_error_code_zip(zip_file_get_error(part->file)) == ZIP_ER_READ ? SP_E_IO : SP_E_INVALID;
    return sp_fail(err, code, NULL, "The workbook is cut off or damaged: %s", zip_file_strerror(part->file));
  }
  part->done += got;
  bool bomb = part->done > RATIO_FREE && part->done / SP_XLSX_RATIO_MAX > part->packed;
  if (bomb || part->done > SP_XLSX_UNPACKED_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook unpacks beyond reason (part %s)", part->name);
  }
  return (int)got;
}

void sp_xlsx_part_close(struct sp_xlsx_part *part) {
  if (part->file != NULL) {
    zip_fclose(part->file);
    part->file = NULL;
  }
}
