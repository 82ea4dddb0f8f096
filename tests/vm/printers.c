/* A USB printer: the kernel's own gadget on one side, usblp and our driver on the other, and the virtual printer behind
 * the gadget. */
#include "base/arena.h"
#include "devices/sim/printer.h"
#include "tests/vm/check.h"
#include "tests/vm/made.h"
#include "tests/vm/world.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINES 60

static const char config[] =
    "{\"class\":\"printer\",\"link\":\"usb:vid=04b8,pid=0e28,serial=VM1\",\"profile\":\"generic-80\"}";

struct shop {
  struct vm_world world;
  struct vm_gadget gadget;
  struct sp_vprinter *printer;
  struct vm_device *seen;
  bool stuck; /* takes nothing: paper is out of its way */
};

/* What came over the cable goes into the printer, what it says goes back. */
static void pass_on(void *ctx) {
  struct shop *shop = ctx;
  uint8_t bytes[2048];
  if (shop->gadget.fd < 0 || shop->stuck) return;
  for (ssize_t got; (got = read(shop->gadget.fd, bytes, sizeof bytes)) > 0;)
    assert_int_equal(sp_vprinter_feed(shop->printer, bytes, (size_t)got), got);
  struct sp_buf *replies = sp_vprinter_replies(shop->printer);
  if (replies->len == 0) return;
  ssize_t put = write(shop->gadget.fd, replies->data, replies->len);
  if (put > 0) sp_buf_drop(replies, (size_t)put);
}

/* Put the cable in. The printer's side can be opened once the computer has chosen it. */
static void plug(struct shop *shop) {
  vm_gadget_in();
  for (int tries = 0; shop->gadget.fd < 0 && tries < 100; tries++) {
    vm_gadget_open(&shop->gadget);
    if (shop->gadget.fd < 0) vm_run(&shop->world, 20);
  }
  if (shop->gadget.fd < 0) fail_msg("/dev/g_printer0: %s", strerror(errno));
}

static int begin(void **state) {
  static const struct sp_vprinter_options options = {.buffer = 65536};
  struct shop *shop = test_calloc(1, sizeof *shop);
  *state = shop;
  vm_begin(&shop->world);
  shop->world.turn = pass_on;
  shop->world.turn_ctx = shop;
  assert_int_equal(sp_vprinter_new(&options, &shop->printer, NULL), 0);
  vm_gadget_make(&shop->gadget, "0x04b8", "0x0e28", "VM1");
  shop->seen = vm_device(&shop->world, config);
  return 0;
}

static int end(void **state) {
  struct shop *shop = *state;
  vm_end(&shop->world);
  vm_gadget_end(&shop->gadget);
  sp_vprinter_free(shop->printer);
  test_free(shop);
  return 0;
}

static void submit(struct shop *shop, uint64_t id, const char *title) {
  struct sp_arena arena;
  struct sp_print print;
  struct sp_error error = {.lang = SP_LANG_EN};
  char text[64];
  sp_arena_init(&arena, 4u << 20);
  assert_int_equal(sp_print_init(&print, sp_printer_columns(shop->seen->device), SP_LANG_ZH, &arena, NULL), 0);
  sp_print_heading(&print, title);
  for (int i = 1; i < LINES; i++) {
    snprintf(text, sizeof text, "%d 可口可乐 500ml", i);
    sp_print_row(&print, 0, 0, text, "¥3.50");
  }
  const struct sp_printer_job job = {.id = id, .may_wait = true};
  if (sp_printer_submit(shop->seen->device, &job, &print, NULL, &error)) fail_msg("%s", error.message);
  sp_arena_free(&arena);
}

static int on_paper(struct shop *shop, const char *text) {
  struct sp_buf lines;
  int count = 0;
  sp_buf_init(&lines, 4u << 20);
  assert_int_equal(sp_vp_page_lines(sp_vprinter_page(shop->printer), &lines), 0);
  for (const char *at = sp_buf_text(&lines); (at = strstr(at, text)) != NULL; at += strlen(text))
    count++;
  sp_buf_free(&lines);
  return count;
}

static bool is_printed(const struct vm_device *seen) {
  return seen->jobs_done > 0;
}

static bool is_unsure(const struct vm_device *seen) {
  return seen->jobs_unsure > 0;
}

static void a_receipt_is_printed_and_acknowledged(void **state) {
  struct shop *shop = *state;
  vm_run(&shop->world, 800);
  assert_int_equal(shop->seen->state, SP_DEVICE_ABSENT);
  plug(shop);
  assert_true(vm_until(shop->seen, vm_is_ready, 5000));
  submit(shop, 1, "第一张");
  assert_true(vm_until(shop->seen, is_printed, 10000));
  assert_int_equal(on_paper(shop, "第一张"), 1);
  assert_int_equal(on_paper(shop, "可口可乐"), LINES - 1);
  vm_gadget_out(&shop->gadget);
}

static void unplugged_and_back(void **state) {
  struct shop *shop = *state;
  plug(shop);
  assert_true(vm_until(shop->seen, vm_is_ready, 5000));
  vm_gadget_out(&shop->gadget);
  assert_true(vm_until(shop->seen, vm_is_offline, 5000));
  assert_true((shop->seen->faults & SP_FAULT_LINK) != 0);
  plug(shop);
  assert_true(vm_until(shop->seen, vm_is_ready, 3000));
  submit(shop, 2, "第二张");
  assert_true(vm_until(shop->seen, is_printed, 10000));
  assert_int_equal(on_paper(shop, "第二张"), 1);
  vm_gadget_out(&shop->gadget);
}

/* Pulled out while it prints: nobody knows how much is on paper, and it is not sent again by itself. */
static void unplugged_in_mid_receipt(void **state) {
  struct shop *shop = *state;
  plug(shop);
  assert_true(vm_until(shop->seen, vm_is_ready, 5000));
  submit(shop, 3, "第三张");
  shop->stuck = true;
  vm_run(&shop->world, 300);
  vm_gadget_out(&shop->gadget);
  assert_true(vm_until(shop->seen, is_unsure, 5000));
  shop->stuck = false;
  plug(shop);
  vm_run(&shop->world, 2000);
  assert_int_equal(shop->seen->jobs_done, 0);
  assert_int_equal(shop->seen->jobs_unsure, 1);
  assert_true(on_paper(shop, "第三张") <= 1);
  vm_gadget_out(&shop->gadget);
}

int vm_printer_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_receipt_is_printed_and_acknowledged, begin, end),
      cmocka_unit_test_setup_teardown(unplugged_and_back, begin, end),
      cmocka_unit_test_setup_teardown(unplugged_in_mid_receipt, begin, end),
  };
  int count = (int)(sizeof tests / sizeof *tests);
  if (vm_gadget_works()) return cmocka_run_group_tests_name("printers", tests, NULL, NULL);
  print_message("1..%d\n", count);
  for (int i = 0; i < count; i++)
    print_message("ok %d - %s # SKIP this kernel cannot play a USB printer (no dummy_hcd or usb_f_printer)\n", i + 1,
                  tests[i].name);
  return 0;
}
