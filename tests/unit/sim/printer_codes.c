#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/escpos_ask.h"
#include "devices/sim/printer.h"
#include "devices/sim/printer_symbol.h"
#include "tests/unit/random.h"
#include <string.h>
#include <unistd.h>

#define BYTES_MAX (8u << 20)

static struct sp_vprinter *print(const struct sp_buf *bytes) {
  struct sp_vprinter *printer = NULL;
  assert_int_equal(bytes->failed, 0);
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 576}, &printer, NULL), 0);
  assert_int_equal(sp_vprinter_feed(printer, bytes->data, bytes->len), bytes->len);
  assert_int_equal(sp_vprinter_page(printer)->unknown, 0);
  assert_int_equal(sp_vprinter_page(printer)->pulses, 0);
  return printer;
}

static const struct sp_vp_item *only(const struct sp_vprinter *printer, enum sp_vp_kind kind) {
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  assert_int_equal(page->item_count, 1);
  assert_int_equal(page->items[0].kind, kind);
  return &page->items[0];
}

/* Bytes of a QR code come out as they went in, or are refused because they would be a command. */
static void property_qr(void **state) {
  (void)state;
  struct random random = random_start("a QR code holds its bytes and no command");
  for (int i = 0; i < 400; i++) {
    unsigned char data[SP_ESCPOS_CODE_MAX];
    size_t len = (size_t)random_amount(&random, SP_ESCPOS_CODE_MAX - 1) + 1;
    struct sp_buf bytes;
    for (size_t k = 0; k < len; k++)
      data[k] =
          random_next(&random) % 8 ? (unsigned char)random_next(&random) : (unsigned char)"\x10\x04\x05\x14"[k % 4];
    sp_buf_init(&bytes, BYTES_MAX);
    int rc = sp_escpos_qr(data, len, 4, "LMQH"[i % 4], &bytes, NULL);
    if (rc) {
      assert_int_equal(rc, SP_E_INVALID);
      assert_true(sp_escpos_audit(data, len) < len);
    } else {
      assert_int_equal(sp_escpos_audit(bytes.data, bytes.len), bytes.len);
      struct sp_vprinter *printer = print(&bytes);
      const struct sp_vp_item *item = only(printer, SP_VP_QR);
      assert_int_equal(item->count, len);
      assert_int_equal(item->level, i % 4);
      assert_memory_equal(sp_vprinter_page(printer)->data.data + item->at, data, len);
      sp_vprinter_free(printer);
    }
    sp_buf_free(&bytes);
  }
}

static void property_code128(void **state) {
  (void)state;
  struct random random = random_start("a bar code holds its text and no command");
  for (int i = 0; i < 2000; i++) {
    char text[SP_ESCPOS_BARCODE_MAX + 1] = "";
    struct sp_buf bytes;
    struct sp_buf shown;
    for (int64_t k = random_between(&random, 1, SP_ESCPOS_BARCODE_MAX); k > 0; k--)
      text[k - 1] =
          (char)(random_next(&random) % 3 ? random_between(&random, '0', '9') : random_between(&random, 32, 126));
    size_t len = strlen(text);
    sp_buf_init(&bytes, BYTES_MAX);
    sp_buf_init(&shown, 4096);
    assert_int_equal(sp_escpos_code128(text, 60, 2, &bytes, NULL), 0);
    assert_int_equal(sp_escpos_audit(bytes.data, bytes.len), bytes.len);
    struct sp_vprinter *printer = print(&bytes);
    const struct sp_vp_item *item = only(printer, SP_VP_BARCODE);
    const unsigned char *data = (const unsigned char *)sp_vprinter_page(printer)->data.data + item->at;
    assert_int_equal(sp_vp_symbol_text(item->symbol, data, item->count, &shown), 0);
    assert_int_equal(shown.len, len);
    assert_memory_equal(shown.data, text, len);
    sp_vprinter_free(printer);
    sp_buf_free(&shown);
    sp_buf_free(&bytes);
  }
}

/* "1604" as pairs of digits is 10 04: such a code does without pairs. */
static void test_code128_pairs(void **state) {
  (void)state;
  struct sp_buf bytes;
  sp_buf_init(&bytes, 256);
  assert_int_equal(sp_escpos_code128("1620", 60, 2, &bytes, NULL), 0);
  assert_memory_equal(bytes.data + 12, "\x06{B1620", 7);
  sp_buf_reset(&bytes);
  assert_int_equal(sp_escpos_code128("A123456{", 60, 2, &bytes, NULL), 0);
  assert_memory_equal(bytes.data + 12, "\x0C{BA{C\x0C\x22\x38{B{{", 13);
  assert_int_equal(sp_escpos_code128("中", 60, 2, &bytes, NULL), SP_E_INVALID);
  assert_int_equal(sp_escpos_code128("", 60, 2, &bytes, NULL), SP_E_INVALID);
  sp_buf_free(&bytes);
}

/* A picture comes out dot by dot, but for the dots that keep the drawer shut. */
static void property_raster(void **state) {
  (void)state;
  struct random random = random_start("a picture holds no command");
  for (int i = 0; i < 60; i++) {
    static uint8_t rows[SP_ESCPOS_PICTURE_TALL * 72];
    struct sp_escpos_picture picture = {.rows = rows, .width = (int)random_between(&random, 1, 576), .height = 300};
    size_t row_bytes = ((size_t)picture.width + 7) / 8;
    size_t len = row_bytes * 300;
    struct sp_buf bytes;
    for (size_t k = 0; k < len; k++)
      rows[k] = random_next(&random) % 2 ? (uint8_t)random_next(&random)
                                         : (uint8_t) "\x10\x14\x01\x01\x01\x10\x10\x04"[k % 8];
    sp_buf_init(&bytes, BYTES_MAX);
    assert_int_equal(sp_escpos_raster(&picture, 0, &bytes, NULL), 0);
    assert_int_equal(sp_escpos_audit(bytes.data, bytes.len), bytes.len);
    struct sp_vprinter *printer = print(&bytes);
    const struct sp_vp_page *page = sp_vprinter_page(printer);
    assert_int_equal(page->item_count, 2); /* two slices */
    assert_int_equal(page->height, 300);
    assert_int_equal(page->data.len, len);
    for (size_t k = 0; k < len; k++) {
      uint8_t dots = (uint8_t)page->data.data[k];
      assert_true(dots == rows[k] || (rows[k] == 0x10 && dots == 0x11));
    }
    sp_vprinter_free(printer);
    sp_buf_free(&bytes);
  }
}

/* Column pictures, buffered pictures, doubled pictures. */
static void test_pictures(void **state) {
  (void)state;
  static const char bytes[] = "\x1B*\x21\x02\x00\x80\x00\x01\x00\xFF\x00\n"
                              "\x1D(L\x0C\x00\x30\x70\x30\x01\x01\x31\x08\x00\x02\x00\xF0\x0F"
                              "\x1D(L\x02\x00\x30\x32"
                              "\x1Dv0\x03\x01\x00\x01\x00\xA1";
  struct sp_buf all;
  sp_buf_init(&all, 256);
  sp_buf_add(&all, bytes, sizeof bytes - 1);
  struct sp_vprinter *printer = print(&all);
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  assert_int_equal(page->item_count, 3);
  const unsigned char *data = (const unsigned char *)page->data.data;
  assert_int_equal(data[0], 0x80); /* left column: first and last dot */
  assert_int_equal(data[23], 0x80);
  assert_int_equal(data[8], 0x40); /* right column: the middle eight */
  assert_int_equal(data[15], 0x40);
  assert_memory_equal(data + page->items[1].at, "\xF0\x0F", 2);
  assert_memory_equal(data + page->items[2].at, "\xCC\x03\xCC\x03", 4);
  assert_int_equal(page->items[2].width, 16);
  assert_int_equal(page->items[2].height, 2);
  sp_vprinter_free(printer);
  sp_buf_free(&all);
}

/* ---- Somebody else reads our symbols ---- */

/* What zbar reads from the page, sorted lines without the kind; false, said aloud, when it is not installed. */
static bool read_back(const struct sp_vprinter *printer, char *out, size_t max) {
  char path[] = "/tmp/suanpan-codes-XXXXXX";
  char command[128];
  struct sp_buf png;
  if (system("command -v zbarimg >/dev/null") != 0) {
    printf("# SKIPPED: zbarimg (package zbar-tools) is not here, nobody read the codes\n");
    return false;
  }
  sp_buf_init(&png, BYTES_MAX);
  assert_int_equal(sp_vp_page_png(sp_vprinter_page(printer), &png), 0);
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, png.data, png.len), png.len);
  assert_int_equal(close(file), 0);
  snprintf(command, sizeof command, "zbarimg -q --nodbus %s 2>/dev/null | sort", path);
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  size_t len = fread(out, 1, max - 1, pipe);
  out[len] = '\0';
  (void)pclose(pipe);
  (void)unlink(path);
  sp_buf_free(&png);
  return true;
}

static void test_zbar(void **state) {
  (void)state;
  char read[1024];
  struct sp_buf bytes;
  sp_buf_init(&bytes, BYTES_MAX);
  sp_buf_puts(&bytes, "\x1B"
                      "a\x01");
  assert_int_equal(sp_escpos_qr("https://example.cn/r/S01-T1-000042", 34, 6, 'M', &bytes, NULL), 0);
  sp_buf_puts(&bytes, "\n\n");
  assert_int_equal(sp_escpos_code128("S01-T1-20261122", 80, 2, &bytes, NULL), 0);
  sp_buf_puts(&bytes, "\n\n\x1Dw\x03\x1Dk\x43\x0C"
                      "690123456789\n\n\x1Dk\x44\x08"
                      "96385074\n\n");
  sp_buf_puts(&bytes, "\x1Dw\x02\x1Dk\x45\x07"
                      "AB-12 $\n\n\x1Dk\x46\x0A"
                      "0123456789\n\n");
  struct sp_vprinter *printer = print(&bytes);
  if (read_back(printer, read, sizeof read)) {
    assert_non_null(strstr(read, "QR-Code:https://example.cn/r/S01-T1-000042\n"));
    assert_non_null(strstr(read, "CODE-128:S01-T1-20261122\n"));
    assert_non_null(strstr(read, "EAN-13:6901234567892\n"));
    assert_non_null(strstr(read, "EAN-8:96385074\n"));
    assert_non_null(strstr(read, "CODE-39:AB-12 $\n"));
    assert_non_null(strstr(read, "I2/5:0123456789\n"));
  }
  sp_vprinter_free(printer);
  sp_buf_free(&bytes);
}

static void test_symbols(void **state) {
  (void)state;
  static const struct {
    int symbol;
    const char *data;
    int rc;
  } cases[] = {
      {65, "03600029145", 0},
      {65, "036000291452", 0},
      {65, "036000291453", SP_E_INVALID},
      {67, "69012345678", SP_E_INVALID},
      {68, "9638507", 0},
      {66, "123456", 0},
      {66, "0123456", 0},
      {66, "01234565", 0},
      {66, "01234567", SP_E_INVALID},
      {66, "2123456", SP_E_INVALID},
      {66, "012345000065", 0},
      {66, "012345000064", SP_E_INVALID},
      {66, "012345600005", SP_E_INVALID},
      {66, "04210000526", 0},
      {66, "12345", SP_E_INVALID},
      {69, "*A*", 0},
      {69, "*A", SP_E_INVALID},
      {69, "A*B", SP_E_INVALID},
      {69, "a", SP_E_INVALID},
      {70, "123", SP_E_INVALID},
      {71, "A1A", 0},
      {71, "a1-2$b", 0},
      {71, "123", SP_E_INVALID},
      {71, "A1B1C", SP_E_INVALID},
      {71, "AB", SP_E_INVALID},
      {72, "Code 93!", 0},
      {72, "\xC4", SP_E_INVALID},
      {72, "", SP_E_INVALID},
      {74, "x", SP_E_UNSUPPORTED},
      {73, "no set", SP_E_INVALID},
      {73, "{Ba{Sb", SP_E_INVALID},
      {73, "{B", SP_E_INVALID},
      {73, "{C\x63{A\x01{SbZ", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_buf bars;
    sp_buf_init(&bars, 4096);
    const unsigned char *data = (const unsigned char *)cases[i].data;
    assert_int_equal(sp_vp_symbol_bars(cases[i].symbol, data, strlen(cases[i].data), &bars), cases[i].rc);
    if (cases[i].symbol == 65 && !cases[i].rc) assert_int_equal(bars.len, 95);
    sp_buf_free(&bars);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(property_qr),     cmocka_unit_test(property_code128), cmocka_unit_test(test_code128_pairs),
      cmocka_unit_test(property_raster), cmocka_unit_test(test_pictures),    cmocka_unit_test(test_zbar),
      cmocka_unit_test(test_symbols),
  };
  return cmocka_run_group_tests_name("printer_codes", tests, NULL, NULL);
}
