/* Archives that mean harm: bombs, tricks with names, passwords, cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/xlsx_parts.h"
#include "collect.h"
#include "workbook.h"

static void expect_archive(const struct part *parts, size_t count, int code, const char *sentence) {
  struct collected got;
  size_t len = 0;
  void *bytes = make_archive(parts, count, &len);
  collect_bytes(&got, bytes, len);
  expect_failure(&got, code, "", sentence);
  collect_free(&got);
  free(bytes);
}

static void expect_sheet(const char *sheet, const char *strings, int code, const char *sentence) {
  struct collected got;
  size_t len = 0;
  void *bytes = make_workbook(sheet, strings, &len);
  collect_bytes(&got, bytes, len);
  expect_failure(&got, code, "", sentence);
  collect_free(&got);
  free(bytes);
}

static void fill(struct sp_buf *out, const char *text, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sp_buf_puts(out, text);
  }
}

/* ---- Bombs ---- */

static void a_part_that_unpacks_beyond_reason_stops(void **state) {
  struct sp_buf sheet;
  (void)state;
  sp_buf_init(&sheet, 32 << 20);
  sp_buf_puts(&sheet, "<worksheet><sheetData>");
  fill(&sheet, "                                                                ", 300000);
  sp_buf_puts(&sheet, "</sheetData></worksheet>");
  expect_sheet(sp_buf_text(&sheet), NULL, SP_E_LIMIT, "unpacks beyond reason (part xl/worksheets/sheet1.xml)");
  expect_sheet(SHEET(""), sp_buf_text(&sheet), SP_E_LIMIT, "unpacks beyond reason (part xl/sharedStrings.xml)");
  sp_buf_free(&sheet);
}

static void entities_are_refused(void **state) {
  (void)state;
  expect_sheet("<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><w>&b;</w>", NULL, SP_E_INVALID,
               "document type");
  expect_sheet("<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><w>&x;</w>", NULL, SP_E_INVALID, "document type");
  expect_sheet("<!DOCTYPE w SYSTEM 'http://127.0.0.1:1/x.dtd'><w/>", NULL, SP_E_INVALID, "document type");
  expect_sheet(SHEET(""), "<!DOCTYPE w [<!ENTITY a 'a'>]><w>&a;</w>", SP_E_INVALID, "document type");
}

/* Bytes that do not compress, so that no other bound is met first. */
static void fill_random(struct sp_buf *out, size_t count) {
  uint64_t random = 88172645463325252ULL;
  for (size_t i = 0; i < count; i++) {
    sp_buf_putc(out, (char)('a' + random_next(&random) % 26));
  }
}

static void nesting_tokens_and_names_are_bounded(void **state) {
  struct sp_buf sheet;
  (void)state;
  sp_buf_init(&sheet, 32 << 20);
  fill(&sheet, "<a>", SP_XML_DEPTH_MAX + 1);
  expect_sheet(sp_buf_text(&sheet), NULL, SP_E_LIMIT, "nested or named beyond reason");
  sp_buf_reset(&sheet);
  sp_buf_puts(&sheet, "<worksheet a='");
  fill_random(&sheet, 2 << 20);
  sp_buf_puts(&sheet, "'/>");
  expect_sheet(sp_buf_text(&sheet), NULL, SP_E_LIMIT, "nested or named beyond reason");
  sp_buf_reset(&sheet);
  sp_buf_puts(&sheet, "<worksheet>");
  for (int i = 0; i < 3 * SP_XML_NAMES_MAX; i++) {
    sp_buf_printf(&sheet, "<n%d/>", i);
  }
  sp_buf_puts(&sheet, "</worksheet>");
  expect_sheet(sp_buf_text(&sheet), NULL, SP_E_LIMIT, "nested or named beyond reason");
  sp_buf_free(&sheet);
}

static void shared_texts_are_bounded(void **state) {
  struct sp_buf strings;
  struct sp_buf piece;
  (void)state;
  sp_buf_init(&piece, 1 << 20);
  for (int i = 0; i < 20; i++) {
    sp_buf_puts(&piece, "<si><t>");
    fill_random(&piece, 30000);
    sp_buf_puts(&piece, "</t></si>");
  }
  sp_buf_init(&strings, (size_t)SP_XLSX_TEXT_MAX + (8 << 20));
  sp_buf_puts(&strings, "<sst>");
  while (strings.len < (size_t)SP_XLSX_TEXT_MAX + (4 << 20)) {
    sp_buf_add(&strings, piece.data, piece.len);
  }
  sp_buf_puts(&strings, "</sst>");
  assert_int_equal(strings.failed, 0);
  expect_sheet(SHEET(""), sp_buf_text(&strings), SP_E_LIMIT, "more than 64 MiB of texts");
  sp_buf_free(&strings);
  sp_buf_free(&piece);
}

/* ---- Names and entries ---- */

static void names_that_lead_outside_are_refused(void **state) {
  static const char *const names[] = {
      "../evil.xml", "xl/../../evil.xml", "/etc/passwd", "\\evil", "xl\\..\\evil", "C:evil", ".."};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const struct part parts[] = {{.name = "_rels/.rels", .text = ROOT_RELS}, {.name = names[i], .text = "x"}};
    expect_archive(parts, 2, SP_E_INVALID, "leads outside");
  }
  const struct part target[] = {{.name = "_rels/.rels",
                                 .text = "<Relationships><Relationship Id='a' Type='x/officeDocument' "
                                         "Target='xl/../../w.xml'/></Relationships>"}};
  expect_archive(target, 1, SP_E_INVALID, "leads outside");
}

static void other_archives_are_told_apart(void **state) {
  const struct part plain[] = {{.name = "a.txt", .text = "x"}};
  const struct part ods[] = {{.name = "mimetype", .text = "x"}, {.name = "META-INF/manifest.xml", .text = "<x/>"}};
  const struct part xlsb[] = {{.name = "_rels/.rels",
                               .text = "<Relationships><Relationship Id='a' Type='x/officeDocument' "
                                       "Target='xl/workbook.bin'/></Relationships>"}};
  const struct part lost[] = {{.name = "_rels/.rels", .text = ROOT_RELS}};
  const struct part none[] = {{.name = "_rels/.rels", .text = "<Relationships/>"}};
  const struct part chart[] = {
      {.name = "_rels/.rels", .text = ROOT_RELS},
      {.name = "xl/workbook.xml", .text = BOOK},
      {.name = "xl/_rels/workbook.xml.rels",
       .text = "<Relationships><Relationship Id='rId1' Type='x/chartsheet' Target='c.xml'/></Relationships>"}};
  const struct part no_sheet[] = {{.name = "_rels/.rels", .text = ROOT_RELS},
                                  {.name = "xl/workbook.xml", .text = "<workbook/>"},
                                  {.name = "xl/_rels/workbook.xml.rels", .text = "<Relationships/>"}};
  (void)state;
  expect_archive(plain, 1, SP_E_INVALID, "no .xlsx workbook");
  expect_archive(ods, 2, SP_E_UNSUPPORTED, ".ods");
  expect_archive(xlsb, 1, SP_E_UNSUPPORTED, ".xlsb");
  expect_archive(lost, 1, SP_E_INVALID, "no part xl/workbook.xml");
  expect_archive(none, 1, SP_E_INVALID, "no part workbook");
  expect_archive(chart, 3, SP_E_UNSUPPORTED, "no table of cells");
  expect_archive(no_sheet, 3, SP_E_INVALID, "where its first sheet is");
}

static void too_many_parts_are_refused_before_they_are_listed(void **state) {
  uint8_t end[22] = {'P', 'K', 5, 6, 0, 0, 0, 0, 0xFE, 0xFF, 0xFE, 0xFF};
  struct collected got;
  uint8_t bytes[64] = {'P', 'K', 3, 4};
  (void)state;
  memcpy(bytes + 40, end, sizeof end);
  collect_bytes(&got, bytes, 62);
  expect_failure(&got, SP_E_LIMIT, "", "more than 4096 parts");
  collect_free(&got);
}

static void two_parts_of_one_name_are_refused(void **state) {
  const struct part parts[] = {{.name = "a.xml", .text = "1"}, {.name = "b.xml", .text = "2"}};
  struct collected got;
  size_t len = 0;
  uint8_t *bytes = make_archive(parts, 2, &len);
  (void)state;
  for (size_t i = 0; i + 5 <= len; i++) {
    if (memcmp(bytes + i, "b.xml", 5) == 0) {
      bytes[i] = 'a';
    }
  }
  collect_bytes(&got, bytes, len);
  assert_int_equal(got.rc, SP_E_INVALID);
  collect_free(&got);
  free(bytes);
}

static void passwords_are_refused(void **state) {
  const struct part parts[] = {{.name = "_rels/.rels", .text = ROOT_RELS}};
  struct collected got;
  size_t len = 0;
  uint8_t *bytes = make_archive(parts, 1, &len);
  (void)state;
  for (size_t i = 0; i + 4 <= len; i++) { /* the encryption bit in local and central header */
    if (memcmp(bytes + i, "PK\3\4", 4) == 0) {
      bytes[i + 6] |= 1;
    } else if (memcmp(bytes + i, "PK\1\2", 4) == 0) {
      bytes[i + 8] |= 1;
    }
  }
  collect_bytes(&got, bytes, len);
  expect_failure(&got, SP_E_UNSUPPORTED, "", "password");
  collect_free(&got);
  free(bytes);
}

/* ---- Cuts and flips: any outcome but a crash, a hang or wrong rows ---- */

static const char rows_text[] = "1<1><zero>\n2<2><zero>\n";

static void *good_workbook(size_t *len) {
  return make_workbook(
      SHEET("<row><c><v>1</v></c><c t='s'><v>0</v></c></row><row><c><v>2</v></c><c t='s'><v>0</v></c></row>"), NULL,
      len);
}

static void every_cut_is_refused(void **state) {
  size_t len = 0;
  uint8_t *bytes = good_workbook(&len);
  (void)state;
  for (size_t cut = 4; cut < len; cut++) {
    struct collected got;
    collect_bytes(&got, bytes, cut);
    assert_int_equal(got.rc, SP_E_INVALID);
    assert_string_not_equal(got.err.message, "");
    collect_free(&got);
  }
  free(bytes);
}

static void flipped_bytes_never_give_other_rows(void **state) {
  uint64_t random = random_seed();
  size_t len = 0;
  uint8_t *bytes = good_workbook(&len);
  int failures = 0;
  (void)state;
  for (int i = 0; i < 3000; i++) {
    struct collected got;
    size_t at = 4 + (size_t)(random_next(&random) % (len - 4));
    uint8_t mask = (uint8_t)(1U << random_next(&random) % 8);
    bytes[at] ^= mask;
    collect_bytes(&got, bytes, len);
    if (got.rc == 0) {
      assert_string_equal(sp_buf_text(&got.text), rows_text);
    }
    failures += got.rc != 0 ? 1 : 0;
    collect_free(&got);
    bytes[at] ^= mask;
  }
  assert_true(failures > 500);
  free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_part_that_unpacks_beyond_reason_stops),
      cmocka_unit_test(entities_are_refused),
      cmocka_unit_test(nesting_tokens_and_names_are_bounded),
      cmocka_unit_test(shared_texts_are_bounded),
      cmocka_unit_test(names_that_lead_outside_are_refused),
      cmocka_unit_test(other_archives_are_told_apart),
      cmocka_unit_test(too_many_parts_are_refused_before_they_are_listed),
      cmocka_unit_test(two_parts_of_one_name_are_refused),
      cmocka_unit_test(passwords_are_refused),
      cmocka_unit_test(every_cut_is_refused),
      cmocka_unit_test(flipped_bytes_never_give_other_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
