/* The CSV reader: encodings, separators, line breaks, quotes, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/csv.h"
#include "adapters/table/decode.h"
#include "collect.h"
#include <sys/stat.h>
#include <unistd.h>

static void read_text(struct collected *out, const char *text) {
  collect_bytes(out, text, strlen(text));
}

static void expect_text(const char *text, const char *rows) {
  struct collected got;
  read_text(&got, text);
  expect_rows(&got, rows);
  collect_free(&got);
}

static void expect_error(const char *text, int code, const char *field, const char *part) {
  struct collected got;
  read_text(&got, text);
  expect_failure(&got, code, field, part);
  collect_free(&got);
}

/* ---- Encodings ---- */

static void put_utf16(struct sp_buf *out, uint32_t unit, bool little) {
  sp_buf_putc(out, (char)(little ? unit & 0xFF : unit >> 8));
  sp_buf_putc(out, (char)(little ? unit >> 8 : unit & 0xFF));
}

static void encode(enum sp_encoding encoding, const char *text, size_t len, struct sp_buf *out) {
  bool little = encoding == SP_ENCODING_UTF16LE;
  if (encoding == SP_ENCODING_UTF8 || encoding == SP_ENCODING_UTF8_BOM) {
    sp_buf_puts(out, encoding == SP_ENCODING_UTF8 ? "" : "\xEF\xBB\xBF");
    sp_buf_add(out, text, len);
    return;
  }
  if (encoding == SP_ENCODING_GB18030) {
    assert_int_equal(sp_gb18030_from_utf8(text, len, out), 0);
    return;
  }
  put_utf16(out, 0xFEFF, little);
  uint32_t code = 0;
  for (int step = 0; (step = sp_utf8_next(text, len, &code)) > 0; text += step, len -= (size_t)step) {
    if (code >= 0x10000) {
      put_utf16(out, 0xD800 + ((code - 0x10000) >> 10), little);
      put_utf16(out, 0xDC00 + ((code - 0x10000) & 0x3FF), little);
    } else {
      put_utf16(out, code, little);
    }
  }
}

static const enum sp_encoding encodings[] = {SP_ENCODING_UTF8, SP_ENCODING_UTF8_BOM, SP_ENCODING_GB18030,
                                             SP_ENCODING_UTF16LE, SP_ENCODING_UTF16BE};

static void every_encoding_separator_and_newline(void **state) {
  static const char separators[] = {',', ';', '\t', '|'};
  static const char *const newlines[] = {"\n", "\r", "\r\n"};
  (void)state;
  for (size_t i = 0; i < 5 * 4 * 3 * 2; i++) {
    char s = separators[i / 5 % 4];
    const char *n = newlines[i / 20 % 3];
    const char *end = i / 60 == 0 ? "" : n;
    char text[256];
    snprintf(text, sizeof text,
             "编码%c名称%c价格%s00123%c可口可乐 500ml%c3.50%s%s\"6,;\t|9\"%c\"a%sb\"%c\"说\"\"好\"\"\"%s", s, s, n, s,
             s, n, n, s, n, s, end);
    struct sp_buf bytes;
    sp_buf_init(&bytes, 1024);
    encode(encodings[i % 5], text, strlen(text), &bytes);
    struct collected got;
    collect_bytes(&got, bytes.data, bytes.len);
    expect_rows(&got, "1<编码><名称><价格>\n2<00123><可口可乐 500ml><3.50>\n4<6,;\t|9><a\nb><说\"好\">\n");
    assert_string_equal(got.info.format, "csv");
    assert_string_equal(got.info.encoding, sp_encoding_name(encodings[i % 5]));
    assert_int_equal(got.info.separator, s);
    assert_int_equal(got.info.rows, 3);
    assert_int_equal(got.info.size, (int64_t)bytes.len);
    collect_free(&got);
    sp_buf_free(&bytes);
  }
}

static void encodings_that_are_broken_name_the_row(void **state) {
  (void)state;
  expect_error("a,b\n可口可乐,百事可乐\n\xE5\x8F,x\n", SP_E_INVALID, "rows[3]",
               "Row 3 contains bytes that are not utf-8");
  expect_error("\xEF\xBB\xBF"
               "a,b\nc,\xFF\n",
               SP_E_INVALID, "rows[2]", "utf-8-bom");
  expect_error("a,b\n\xB0\xA1,x\n\xB0 ,y\n", SP_E_INVALID, "rows[3]", "gb18030");
  expect_error("a,b\n\xB0\xA1,x\n\xB0", SP_E_INVALID, "rows[3]", "gb18030");
  struct collected got;
  collect_bytes(&got,
                "\xFF\xFE"
                "a\0,\0b\0\n\0\0\xDC",
                12);
  expect_failure(&got, SP_E_INVALID, "rows[2]", "utf-16le");
  collect_free(&got);
  collect_bytes(&got,
                "\xFE\xFF"
                "\0a\0\n\0",
                7);
  expect_failure(&got, SP_E_INVALID, "rows[2]", "utf-16be");
  collect_free(&got);
  collect_bytes(&got,
                "\xFE\xFF"
                "\0a\0\n\0\0",
                8);
  expect_failure(&got, SP_E_INVALID, "rows[2]", "zero byte");
  collect_free(&got);
  collect_bytes(&got, "a,b\n\0c\n", 7);
  expect_failure(&got, SP_E_INVALID, "", "zero bytes");
  collect_free(&got);
  collect_bytes(&got, "\xFF\xFE\0\0a\0\0\0", 8);
  expect_failure(&got, SP_E_UNSUPPORTED, "", "UTF-32");
  collect_free(&got);
}

/* ---- Round trips over piece boundaries ---- */

static void put_random_cell(uint64_t *random, struct sp_buf *csv, struct sp_buf *want) {
  static const char *const parts[] = {"a", "0", " ", "é", "可", "乐", "😀", "\"", ",", ";", "\n", "€", "x", "㐀"};
  struct sp_buf cell;
  sp_buf_init(&cell, 4096);
  uint64_t len = random_next(random) % 40;
  for (uint64_t i = 0; i < len; i++) {
    sp_buf_puts(&cell, parts[random_next(random) % (sizeof parts / sizeof parts[0])]);
  }
  const char *text = sp_buf_text(&cell);
  sp_buf_printf(want, "<%s>", text);
  sp_buf_putc(csv, '"');
  for (; *text != '\0'; text++) {
    sp_buf_puts(csv, *text == '"' ? "\"" : "");
    sp_buf_putc(csv, *text);
  }
  sp_buf_putc(csv, '"');
  sp_buf_free(&cell);
}

static void random_tables_come_back_whole(void **state) {
  uint64_t random = random_seed();
  (void)state;
  for (int round = 0; round < 20; round++) {
    struct sp_buf csv;
    struct sp_buf want;
    struct sp_buf bytes;
    sp_buf_init(&csv, 8 << 20);
    sp_buf_init(&want, 8 << 20);
    sp_buf_init(&bytes, 8 << 20);
    sp_buf_puts(&csv, "h1,h2,h3,h4\n");
    sp_buf_puts(&want, "1<h1><h2><h3><h4>\n");
    for (int row = 2; row < 1200; row++) {
      sp_buf_printf(&csv, "%d", row);
      sp_buf_printf(&want, "%d<%d>", row, row);
      for (int column = 0; column < 3; column++) {
        sp_buf_putc(&csv, ',');
        put_random_cell(&random, &csv, &want);
      }
      sp_buf_puts(&csv, row % 3 == 0 ? "\r\n" : "\n");
      sp_buf_putc(&want, '\n');
    }
    encode(encodings[round % 5], csv.data, csv.len, &bytes);
    struct collected got;
    collect_bytes(&got, bytes.data, bytes.len);
    expect_rows(&got, sp_buf_text(&want));
    assert_true(got.info.size > 2 * 65536);
    assert_int_equal(got.done, got.info.size);
    collect_free(&got);
    sp_buf_free(&csv);
    sp_buf_free(&want);
    sp_buf_free(&bytes);
  }
}

/* ---- Quotes, blanks, separators ---- */

static void cells_are_kept_as_they_are(void **state) {
  (void)state;
  expect_text("barcode,name\n0012345,007\n", "1<barcode><name>\n2<0012345><007>\n");
  expect_text("a, b ,c\n", "1<a>< b ><c>\n");
  expect_text("a,12\" ruler,c\n", "1<a><12\" ruler><c>\n");
  expect_text("\"\",\"\"\"\",x\n", "1<><\"><x>\n");
  expect_text("a,b,\n,,c", "1<a><b><>\n2<><><c>\n");
  expect_text("a,b\n,,,,\n \t,\n\nc,d\n", "1<a><b>\n5<c><d>\n");
  expect_text("", "");
  expect_text("\n\n\n", "");
  expect_text("x", "1<x>\n");
  expect_text("a,b\nc\nd,e,f\n", "1<a><b>\n2<c>\n3<d><e><f>\n");
  expect_text("\"line one\r\nline two\rthree\nfour\",x\r\ny,z", "1<line one\nline two\nthree\nfour><x>\n2<y><z>\n");
}

static void broken_quotes_name_the_row(void **state) {
  (void)state;
  expect_error("a,b\nc,\"d\n e,f\n", SP_E_INVALID, "rows[2]", "Row 2, column 2: a quotation mark opens here");
  expect_error("a,b\n\"c\"d,e\n", SP_E_INVALID, "rows[2]", "Row 2, column 1: text follows");
  expect_error("a,b\n\"c\" ,e\n", SP_E_INVALID, "rows[2]", "text follows");
  expect_error("\"", SP_E_INVALID, "rows[1]", "never closed");
}

static void the_separator_is_told(void **state) {
  (void)state;
  assert_int_equal(sp_csv_guess("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", 31, true), ';');
  assert_int_equal(sp_csv_guess("name, size;price\nx;1\ny;2\n", 25, true), ';');
  assert_int_equal(sp_csv_guess("\"a;b\",c\n\"d;e\",f\n", 16, true), ',');
  assert_int_equal(sp_csv_guess("report of today\na|b|c\n1|2|3\n4|5|6\n", 34, true), '|');
  assert_int_equal(sp_csv_guess("only\none\ncolumn\n", 16, true), ',');
  assert_int_equal(sp_csv_guess("", 0, true), ',');
  assert_int_equal(sp_csv_guess("a\tb, c\n1\t2, 3, 4\n5\t6\n", 22, true), '\t');
  expect_text("sep=;\r\na;b,c\r\n1;2,3\r\n", "1<a><b,c>\n2<1><2,3>\n");
  expect_text("sep=|\na|b\n", "1<a><b>\n");
  expect_text("sep=,x\n1,2\n", "1<sep=><x>\n2<1><2>\n");
}

/* ---- Bounds ---- */

static void fill(struct sp_buf *out, char byte, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sp_buf_putc(out, byte);
  }
}

static void cells_have_a_bound(void **state) {
  (void)state;
  for (size_t extra = 0; extra < 2; extra++) {
    struct sp_buf text;
    struct collected got;
    sp_buf_init(&text, 1 << 20);
    sp_buf_puts(&text, "a,b\nx,");
    fill(&text, 'y', SP_TABLE_CELL_MAX + extra);
    collect_bytes(&got, text.data, text.len);
    if (extra == 0) {
      assert_int_equal(got.rc, 0);
      assert_int_equal(got.text.len, strlen("1<a><b>\n2<x><>\n") + SP_TABLE_CELL_MAX);
    } else {
      expect_failure(&got, SP_E_LIMIT, "rows[2]", "Row 2, column 2: a cell holds more than 32767 bytes");
    }
    collect_free(&got);
    sp_buf_free(&text);
  }
}

static void columns_have_a_bound(void **state) {
  (void)state;
  for (size_t extra = 0; extra < 2; extra++) {
    struct sp_buf text;
    struct collected got;
    sp_buf_init(&text, 1 << 20);
    sp_buf_puts(&text, "x\n");
    fill(&text, ',', SP_TABLE_COLUMNS_MAX - 1 + extra);
    sp_buf_puts(&text, "z");
    collect_bytes(&got, text.data, text.len);
    if (extra == 0) {
      assert_int_equal(got.rc, 0);
      assert_int_equal(got.info.rows, 2);
    } else {
      expect_failure(&got, SP_E_LIMIT, "rows[2]", "Row 2 has more than 256 columns");
    }
    collect_free(&got);
    sp_buf_free(&text);
  }
}

static void rows_have_a_bound(void **state) {
  struct sp_buf text;
  struct collected got;
  (void)state;
  sp_buf_init(&text, 8 << 20);
  fill(&text, '\n', SP_TABLE_ROWS_MAX);
  collect_bytes(&got, text.data, text.len);
  expect_rows(&got, "");
  collect_free(&got);
  sp_buf_puts(&text, "x");
  collect_bytes(&got, text.data, text.len);
  expect_failure(&got, SP_E_LIMIT, "rows[2000001]", "more than 2000000 rows");
  collect_free(&got);
  sp_buf_free(&text);
}

/* ---- What is not a table, and who stops a read ---- */

static void other_files_are_refused(void **state) {
  struct collected got;
  (void)state;
  expect_error("<html><table></table></html>", SP_E_UNSUPPORTED, "", "web page");
  expect_error("\xEF\xBB\xBF \r\n<?xml version=\"1.0\"?>", SP_E_UNSUPPORTED, "", "web page");
  collect_bytes(&got, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old workbook", 21);
  expect_failure(&got, SP_E_UNSUPPORTED, "", ".xls");
  collect_free(&got);
  struct sp_buf ole;
  sp_buf_init(&ole, 1 << 20);
  sp_buf_add(&ole, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
  fill(&ole, 'x', 65536 - 20); /* the name lies across two pieces */
  for (const char *at = "EncryptedPackage"; *at != '\0'; at++) {
    sp_buf_putc(&ole, *at);
    sp_buf_putc(&ole, '\0');
  }
  collect_bytes(&got, ole.data, ole.len);
  expect_failure(&got, SP_E_UNSUPPORTED, "", "password");
  collect_free(&got);
  sp_buf_free(&ole);
  collect_file(&got, "/nonexistent/file.csv");
  expect_failure(&got, SP_E_NOT_FOUND, "", "cannot be opened");
  collect_free(&got);
  collect_file(&got, "/tmp");
  expect_failure(&got, SP_E_INVALID, "", "is not a file");
  collect_free(&got);
}

static void a_pipe_does_not_hold_the_reader(void **state) {
  struct collected got;
  char path[64];
  (void)state;
  snprintf(path, sizeof path, "/tmp/sp_pipe_%d", (int)getpid());
  assert_int_equal(mkfifo(path, 0600), 0);
  collect_file(&got, path);
  expect_failure(&got, SP_E_INVALID, "", "is not a file");
  collect_free(&got);
  unlink(path);
}

static int stop_at_two(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  (void)ctx;
  (void)err;
  return row->number == 2 ? 77 : 0;
}

static void the_caller_can_stop(void **state) {
  struct sp_table_info info;
  (void)state;
  assert_int_equal(sp_table_read_bytes("a\nb\nc\n", 6, stop_at_two, NULL, NULL, &info, NULL), 77);
  assert_int_equal(info.rows, 2);
  assert_int_equal(sp_table_read_bytes("a\nb\nc\n", 6, stop_at_two, NULL, NULL, NULL, NULL), 77);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_encoding_separator_and_newline),
      cmocka_unit_test(encodings_that_are_broken_name_the_row),
      cmocka_unit_test(random_tables_come_back_whole),
      cmocka_unit_test(cells_are_kept_as_they_are),
      cmocka_unit_test(broken_quotes_name_the_row),
      cmocka_unit_test(the_separator_is_told),
      cmocka_unit_test(cells_have_a_bound),
      cmocka_unit_test(columns_have_a_bound),
      cmocka_unit_test(rows_have_a_bound),
      cmocka_unit_test(other_files_are_refused),
      cmocka_unit_test(a_pipe_does_not_hold_the_reader),
      cmocka_unit_test(the_caller_can_stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
