/* Any bytes as an XLSX file. Bytes that begin with "PK" are the archive itself. Of all others the parts of a workbook
 * are made, cut at form feeds (sheet, shared strings, styles, workbook, its relationships): mutations then reach the
 * XML and not only a checksum. */
#include "adapters/table/table.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define ARCHIVE_MAX 4194304
#define NS          "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char root_rels[] =
    "<Relationships><Relationship Id='r' Type='" NS "/officeDocument' Target='w.xml'/></Relationships>";
static const char book[] = "<workbook xmlns:r='" NS "'><sheets><sheet name='s' r:id='a'/></sheets></workbook>";
static const char book_rels[] = "<Relationships><Relationship Id='a' Type='" NS "/worksheet' Target='s.xml'/>"
                                "<Relationship Id='b' Type='" NS "/sharedStrings' Target='t.xml'/>"
                                "<Relationship Id='c' Type='" NS "/styles' Target='f.xml'/></Relationships>";
static const char *const part_names[] = {"s.xml", "t.xml", "f.xml", "w.xml", "_rels/w.xml.rels"};
static const char *const part_texts[] = {"<worksheet/>", "<sst/>", "<styleSheet/>", book, book_rels};

static int check_row(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  int64_t *last = ctx;
  (void)err;
  if (row->number <= *last || row->count < 1 || row->count > SP_TABLE_COLUMNS_MAX) {
    abort();
  }
  *last = row->number;
  for (int i = 0; i < row->count; i++) {
    size_t len = strlen(row->cells[i]);
    if (len > SP_TABLE_CELL_MAX || !sp_utf8_valid(row->cells[i], len)) {
      abort();
    }
  }
  return 0;
}

static void read_archive(const uint8_t *data, size_t size) {
  int64_t last = 0;
  struct sp_error err = {.lang = SP_LANG_ZH};
  int rc = sp_table_read_bytes(data, size, check_row, NULL, &last, NULL, &err);
  if (rc != 0 && (err.code != rc || err.message[0] == '\0')) {
    abort();
  }
}

static void add_part(zip_t *zip, const char *name, const void *bytes, size_t len) {
  zip_source_t *source = zip_source_buffer(zip, bytes, len, 0);
  zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    abort();
  }
  zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

static void add_parts(zip_t *zip, const uint8_t *data, size_t size) {
  add_part(zip, "_rels/.rels", root_rels, sizeof root_rels - 1);
  for (size_t i = 0; i < sizeof part_names / sizeof part_names[0]; i++) {
    const uint8_t *cut = size > 0 ? memchr(data, '\f', size) : NULL;
    size_t len = cut != NULL ? (size_t)(cut - data) : size;
    if (len > 0) {
      add_part(zip, part_names[i], data, len);
    } else {
      add_part(zip, part_names[i], part_texts[i], strlen(part_texts[i]));
    }
    data += cut != NULL ? len + 1 : len;
    size -= cut != NULL ? len + 1 : len;
  }
}

static void read_parts(const uint8_t *data, size_t size) {
  static uint8_t archive[ARCHIVE_MAX];
  zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
  zip_source_keep(target);
  zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, NULL);
  if (zip == NULL) {
    abort();
  }
  add_parts(zip, data, size);
  if (zip_close(zip) != 0 || zip_source_open(target) != 0) {
    abort();
  }
  zip_int64_t len = zip_source_read(target, archive, sizeof archive);
  zip_source_close(target);
  zip_source_free(target);
  if (len > 0) {
    read_archive(archive, (size_t)len);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size >= 2 && memcmp(data, "PK", 2) == 0) {
    read_archive(data, size);
  } else if (size < ARCHIVE_MAX / 2) {
    read_parts(data, size);
  }
  return 0;
}
