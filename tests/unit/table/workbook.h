/* Workbooks made by hand, part by part, as broken as a test wants them. */
#ifndef SP_TESTS_TABLE_WORKBOOK_H
#define SP_TESTS_TABLE_WORKBOOK_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define MAIN_NS "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL_NS  "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\""
#define REL     "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#define ROOT_RELS                                                                                                      \
  "<Relationships " REL_NS "><Relationship Id=\"rId1\" Type=\"" REL "/officeDocument\" Target=\"xl/workbook.xml\"/>"   \
  "</Relationships>"
#define BOOK                                                                                                           \
  "<workbook " MAIN_NS " xmlns:r=\"" REL                                                                               \
  "\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
#define BOOK_RELS                                                                                                      \
  "<Relationships " REL_NS "><Relationship Id=\"rId1\" Type=\"" REL "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"  \
  "<Relationship Id=\"rId2\" Type=\"" REL "/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>"                        \
  "<Relationship Id=\"rId3\" Type=\"" REL "/styles\" Target=\"../xl/./styles.xml\"/></Relationships>"
#define STRINGS(items) "<sst " MAIN_NS ">" items "</sst>"
#define STYLES                                                                                                         \
  "<styleSheet " MAIN_NS "><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"                \
  "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"                                                                 \
  "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf "                                       \
  "numFmtId=\"2\"/></cellXfs></styleSheet>"
#define SHEET(rows) "<worksheet " MAIN_NS "><sheetData>" rows "</sheetData></worksheet>"

struct part {
  const char *name;
  const char *text; /* null leaves the part out */
  size_t len;       /* 0: the length of the text */
};

/* An archive of these parts in memory; the caller frees it. */
static inline void *make_archive(const struct part *parts, size_t count, size_t *len) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_source_keep(target);
  zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  assert_non_null(zip);
  for (size_t i = 0; i < count; i++) {
    if (parts[i].text != NULL) {
      size_t size = parts[i].len > 0 ? parts[i].len : strlen(parts[i].text);
      zip_source_t *source = zip_source_buffer(zip, parts[i].text, size, 0);
      assert_true(zip_file_add(zip, parts[i].name, source, ZIP_FL_ENC_UTF_8) >= 0);
    }
  }
  assert_int_equal(zip_close(zip), 0);
  zip_stat_t stat;
  assert_int_equal(zip_source_stat(target, &stat), 0);
  void *bytes = malloc(stat.size + 1);
  assert_non_null(bytes);
  assert_int_equal(zip_source_open(target), 0);
  assert_int_equal(zip_source_read(target, bytes, stat.size), (zip_int64_t)stat.size);
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  *len = stat.size;
  return bytes;
}

/* A whole workbook around one sheet; null for the usual strings. */
static inline void *make_workbook(const char *sheet, const char *strings, size_t *len) {
  const struct part parts[] = {
      {.name = "_rels/.rels", .text = ROOT_RELS},
      {.name = "xl/workbook.xml", .text = BOOK},
      {.name = "xl/_rels/workbook.xml.rels", .text = BOOK_RELS},
      {.name = "xl/styles.xml", .text = STYLES},
      {.name = "xl/sharedStrings.xml", .text = strings != NULL ? strings : STRINGS("<si><t>zero</t></si>")},
      {.name = "xl/worksheets/sheet1.xml", .text = sheet},
  };
  return make_archive(parts, sizeof parts / sizeof parts[0], len);
}

#endif
