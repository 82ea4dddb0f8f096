/* The XLSX reader on workbooks another program made and on workbooks made by hand: what cells become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect.h"
#include "workbook.h"
#include <unistd.h>
#include <xlsxwriter.h>

static void read_sheet(struct collected *out, const char *sheet, const char *strings) {
  size_t len = 0;
  void *bytes = make_workbook(sheet, strings, &len);
  collect_bytes(out, bytes, len);
  free(bytes);
}

static void expect_sheet(const char *sheet, const char *strings, const char *rows) {
  struct collected got;
  read_sheet(&got, sheet, strings);
  expect_rows(&got, rows);
  collect_free(&got);
}

static void expect_parts(const struct part *parts, size_t count, const char *rows) {
  struct collected got;
  size_t len = 0;
  void *bytes = make_archive(parts, count, &len);
  collect_bytes(&got, bytes, len);
  expect_rows(&got, rows);
  collect_free(&got);
  free(bytes);
}

static void write_kinds(const char *path, uint8_t constant_memory) {
  lxw_workbook_options options = {.constant_memory = constant_memory};
  lxw_workbook *book = workbook_new_opt(path, &options);
  lxw_worksheet *sheet = workbook_add_worksheet(book, "商品");
  lxw_worksheet *second = workbook_add_worksheet(book, "other");
  lxw_format *date = workbook_add_format(book);
  lxw_format *when = workbook_add_format(book);
  lxw_datetime day = {.year = 2010, .month = 12, .day = 1, .hour = 8, .min = 26, .sec = 0};
  format_set_num_format(date, "yyyy-mm-dd");
  format_set_num_format_index(when, 22);
  worksheet_write_string(sheet, 0, 0, "条码", NULL);
  worksheet_write_string(sheet, 0, 1, "价格", NULL);
  worksheet_write_string(sheet, 1, 0, "0012345", NULL);
  worksheet_write_number(sheet, 1, 1, 2.55, NULL);
  worksheet_write_number(sheet, 1, 2, 6901234567892.0, NULL);
  worksheet_write_boolean(sheet, 1, 3, 1, NULL);
  worksheet_write_boolean(sheet, 1, 4, 0, NULL);
  worksheet_write_datetime(sheet, 2, 0, &day, date);
  worksheet_write_datetime(sheet, 2, 2, &day, when);
  worksheet_write_formula_num(sheet, 3, 0, "=1+1.1", NULL, 2.1);
  worksheet_write_formula_str(sheet, 3, 1, "=A1", NULL, "条码");
  worksheet_write_string(sheet, 5, 0, "line\nbreak \"quoted\" <&> \x01", NULL);
  worksheet_write_string(sheet, 6, 255, "last", NULL);
  worksheet_write_string(second, 0, 0, "not read", NULL);
  assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

static void another_programs_workbook_is_read(void **state) {
  char path[64];
  (void)state;
  snprintf(path, sizeof path, "/tmp/sp_kinds_%d.xlsx", (int)getpid());
  for (uint8_t constant = 0; constant < 2; constant++) {
    struct collected got;
    write_kinds(path, constant);
    collect_file(&got, path);
    const char *begin = "1<条码><价格>\n"
                        "2<0012345><2.55><6901234567892><TRUE><FALSE>\n"
                        "3<2010-12-01 08:26:00><><2010-12-01 08:26:00>\n"
                        "4<2.1><条码>\n"
                        "6<line\nbreak \"quoted\" <&> \x01>\n"
                        "7<><><>";
    assert_int_equal(got.rc, 0);
    assert_memory_equal(got.text.data, begin, strlen(begin));
    assert_non_null(strstr(got.text.data, "<><last>\n"));
    assert_string_equal(got.info.format, "xlsx");
    assert_int_equal(got.info.separator, 0);
    assert_int_equal(got.info.rows, 6);
    assert_true(got.info.size > 1000);
    assert_true(got.reports >= 1 && got.done == got.total);
    collect_free(&got);
    unlink(path);
  }
}

static void every_kind_of_cell(void **state) {
  (void)state;
  expect_sheet(
      SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='inlineStr'><is><t> in </t></is></c>"
            "<c r='C1'><v>2.5499999999999998</v></c><c r='D1' t='b'><v>1</v></c><c r='E1' t='e'><v>#N/A</v></c>"
            "<c r='F1' t='str'><f>A1</f><v>formula</v></c><c r='G1' t='d'><v>2026-01-02</v></c></row>"),
      NULL, "1<zero>< in ><2.55><TRUE><#N/A><formula><2026-01-02>\n");
  expect_sheet(SHEET("<row r='2'><c r='A2' s='1'><v>45658</v></c><c r='B2' s='2'><v>45658.25</v></c>"
                     "<c r='C2' s='3'><v>45658.5</v></c><c r='D2' s='99'><v>1</v></c></row>"),
               NULL, "2<2025-01-01 00:00:00><2025-01-01 06:00:00><45658.5><1>\n");
  expect_sheet(
      SHEET("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r='5'><c r='C5'><v>x</v></c><c r='D5' s='1'/></row>"
            "<row><c r='A6' t='s'><v></v></c></row><row/><row><c><v>8</v></c></row>"),
      NULL, "1<1><><3>\n5<><><x>\n8<8>\n");
  expect_sheet("<x:worksheet xmlns:x='urn:m'><x:sheetData><x:row x:r='1'><x:c r='A1'><x:v>1</x:v></x:c></x:row>"
               "</x:sheetData></x:worksheet>",
               NULL, "1<1>\n");
}

static void shared_texts_are_joined(void **state) {
  (void)state;
  expect_sheet(
      SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>2</v></c>"
            "<c r='D1' t='s'><v>3</v></c></row>"),
      STRINGS("<si><r><rPr><b/></rPr><t>可口</t></r><r><t xml:space='preserve'> 可乐</t></r></si>"
              "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si><si/><si><t>a_x000D_&#10;b</t></si>"),
      "1<可口 可乐><東京><><a\nb>\n");
}

static void the_first_visible_sheet_counts(void **state) {
  const struct part parts[] = {
      {.name = "_rels/.rels", .text = ROOT_RELS},
      {.name = "XL/Workbook.xml",
       .text =
           "<workbook xmlns:r='urn:r'><workbookPr date1904='true'/><sheets><sheet name='h' state='hidden' r:id='a'/>"
           "<sheet name='v' r:id='c'/><sheet name='w' r:id='b'/></sheets></workbook>"},
      {.name = "xl/_rels/workbook.xml.rels",
       .text = "<Relationships><Relationship Id='a' Type='x/worksheet' Target='a.xml'/>"
               "<Relationship Id='b' Type='x/worksheet' Target='b.xml'/>"
               "<Relationship Id='c' Type='x/worksheet' Target='c.xml'/>"
               "<Relationship Id='s' Type='x/styles' Target='styles.xml'/></Relationships>"},
      {.name = "xl/a.xml", .text = SHEET("<row><c><v>1</v></c></row>")},
      {.name = "xl/b.xml", .text = SHEET("<row><c><v>2</v></c></row>")},
      {.name = "xl/c.xml", .text = SHEET("<row><c s='1'><v>44196</v></c></row>")},
      {.name = "xl/styles.xml", .text = STYLES},
  };
  (void)state;
  expect_parts(parts, sizeof parts / sizeof parts[0], "1<2025-01-01 00:00:00>\n");
}

/* ---- Damage ---- */

static void expect_damage(const char *sheet, int code, const char *field, const char *sentence) {
  struct collected got;
  read_sheet(&got, sheet, NULL);
  expect_failure(&got, code, field, sentence);
  collect_free(&got);
}

static void malformed_sheets_name_the_row(void **state) {
  (void)state;
  expect_damage(SHEET("<row r='2'/><row r='1'/>"), SP_E_INVALID, "rows[3]", "rows out of order");
  expect_damage(SHEET("<row r='0'/>"), SP_E_INVALID, "rows[1]", "rows out of order");
  expect_damage(SHEET("<row r='99999999999'/>"), SP_E_INVALID, "rows[1]", "rows out of order");
  expect_damage(SHEET("<row r='-1'/>"), SP_E_INVALID, "rows[1]", "rows out of order");
  expect_damage(SHEET("<row><row/></row>"), SP_E_INVALID, "rows[1]", "rows out of order");
  expect_damage(SHEET("<row><c r='B1'/><c r='A1'/></row>"), SP_E_INVALID, "rows[1]", "cells out of order");
  expect_damage(SHEET("<row><c r='1'/></row>"), SP_E_INVALID, "rows[1]", "cells out of order");
  expect_damage(SHEET("<row><c r='AAAAA1'/></row>"), SP_E_INVALID, "rows[1]", "cells out of order");
  expect_damage(SHEET("<row><c><c/></c></row>"), SP_E_INVALID, "rows[1]", "cells out of order");
  expect_damage(SHEET("<row r='7'><c t='s'><v>1</v></c></row>"), SP_E_INVALID, "rows[7]", "not in the workbook");
  expect_damage(SHEET("<row r='7'><c t='s'><v>-1</v></c></row>"), SP_E_INVALID, "rows[7]", "not in the workbook");
  expect_damage(SHEET("<row r='7'><c t='s'><v>x</v></c></row>"), SP_E_INVALID, "rows[7]", "not in the workbook");
  expect_damage(SHEET("<row r='4'><c r='B4'><f>1+1</f><v></v></c></row>"), SP_E_INVALID, "rows[4]",
                "Row 4, column 2: a formula without a result");
  expect_damage(SHEET("<row r='3'><c r='IW3'><v>1</v></c></row>"), SP_E_LIMIT, "rows[3]", "more than 256 columns");
  expect_damage(SHEET("<row r='2000001'><c><v>1</v></c></row>"), SP_E_LIMIT, "rows[2000001]", "more than 2000000 rows");
  expect_damage("<worksheet><sheetData><row><c><v>1</v>", SP_E_INVALID, "", "part xl/worksheets/sheet1.xml, line 1");
  expect_damage("<a></b>", SP_E_INVALID, "", "damaged");
  expect_damage("no xml", SP_E_INVALID, "", "damaged");
  expect_damage("<?xml version='1.0' encoding='gbk'?><worksheet/>", SP_E_INVALID, "", "encoding");
}

static void empty_sheets_and_far_empty_cells_are_fine(void **state) {
  (void)state;
  expect_sheet(SHEET(""), NULL, "");
  expect_sheet("<worksheet/>", NULL, "");
  expect_sheet(SHEET("<row r='1'><c r='A1'><v>1</v></c><c r='XFD1' s='1'/></row><row r='2000001'><c/></row>"), NULL,
               "1<1>\n");
}

static void long_cells_have_a_bound(void **state) {
  struct sp_buf sheet;
  struct collected got;
  (void)state;
  for (int kind = 0; kind < 4; kind++) {
    int len = SP_TABLE_CELL_MAX + kind % 2;
    struct sp_buf strings;
    sp_buf_init(&sheet, 1 << 20);
    sp_buf_init(&strings, 1 << 20);
    sp_buf_printf(&strings, "<sst><si><t>%0*d</t></si><si><t>%0*d</t></si></sst>", len, 7, 200000, 7);
    sp_buf_printf(&sheet, "<worksheet><sheetData><row r='3'>");
    if (kind < 2) {
      sp_buf_printf(&sheet, "<c t='str'><v>%0*d</v></c>", len, 7);
    } else {
      sp_buf_puts(&sheet, "<c t='s'><v>0</v></c>");
    }
    sp_buf_puts(&sheet, "</row></sheetData></worksheet>");
    read_sheet(&got, sp_buf_text(&sheet), sp_buf_text(&strings));
    if (kind % 2 == 0) {
      assert_int_equal(got.rc, 0);
      assert_int_equal(got.text.len, 4 + SP_TABLE_CELL_MAX);
    } else {
      expect_failure(&got, SP_E_LIMIT, "rows[3]", "Row 3, column 1: a cell holds more than 32767 bytes");
    }
    collect_free(&got);
    sp_buf_free(&sheet);
    sp_buf_free(&strings);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(another_programs_workbook_is_read), cmocka_unit_test(every_kind_of_cell),
      cmocka_unit_test(shared_texts_are_joined),           cmocka_unit_test(the_first_visible_sheet_counts),
      cmocka_unit_test(malformed_sheets_name_the_row),     cmocka_unit_test(empty_sheets_and_far_empty_cells_are_fine),
      cmocka_unit_test(long_cells_have_a_bound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
