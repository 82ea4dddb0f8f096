/* StarPRNT: what is printed, what comes back, and the driver's way with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/star.h"
#include "tests/unit/driver/fake.h"
#include "tests/unit/driver/star_peer.h"
#include "tests/unit/random.h"

#define CONFIG "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"star-mcp31\"}"

/* ---- The codec ---- */

static void test_golden(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf out;
  const struct sp_escpos_options options = {.dots = 576, .columns = 48, .positions = true};
  sp_arena_init(&arena, 1u << 20);
  sp_buf_init(&out, 1u << 20);
  assert_int_equal(sp_print_init(&print, 48, SP_LANG_EN, &arena, NULL), 0);
  sp_print_row(&print, SP_PRINT_BOLD, 0, "可乐", "¥3");
  sp_print_add(&print, SP_PRINT_CENTRE | SP_PRINT_WIDE, 0, "ok");
  assert_int_equal(sp_star_encode(&print, &options, &out, NULL), 0);
  static const char want[] = "\x1B@\x1B\x1D)U\x02\x00\x30\x01\x1B\x1D)U\x02\x00\x40\x01"
                             "\x1B"
                             "E可乐\x1B\x1D"
                             "A\x1C\x02￥3\n"
                             "\x1B\x1D"
                             "a\x01\x1B"
                             "F\x1Bi\x00\x01ok\n"
                             "\x1B\x1D"
                             "a\x00\x1Bi\x00\x00\x1B"
                             "d\x03";
  assert_int_equal(out.len, sizeof want - 1);
  assert_memory_equal(out.data, want, sizeof want - 1);
  sp_buf_free(&out);
  sp_arena_free(&arena);
}

static void test_nothing_kicks(void **state) {
  (void)state;
  struct random random = random_start("nothing_kicks");
  for (int round = 0; round < 3000; round++) {
    char texts[2][64];
    uint8_t rows[32 * 20];
    struct star_peer peer;
    struct sp_buf out;
    for (size_t t = 0; t < 2; t++)
      for (size_t i = 0; i < sizeof texts[t]; i++)
        texts[t][i] = i + 1 == sizeof texts[t] ? '\0' : (char)random_between(&random, 1, 255);
    for (size_t i = 0; i < sizeof rows; i++)
      rows[i] = random_next(&random) % 2 ? (uint8_t) "\x1B\x06\x07\x18"[random_next(&random) % 4]
                                         : (uint8_t)random_next(&random);
    const struct sp_print_picture picture = {.width = 250, .height = 20, .rows = rows};
    struct sp_print_line lines[] = {
        {.text = texts[0], .right = texts[1]},
        {.text = "", .kind = SP_PRINT_PICTURE, .picture = &picture, .style = (uint8_t)(random_next(&random) & 8)},
        {.text = texts[1], .kind = SP_PRINT_QR},
        {.text = texts[0], .kind = SP_PRINT_CODE128},
        {.text = "6901234567%", .kind = SP_PRINT_CODE128},
        {.text = "https://example.com/1", .kind = SP_PRINT_QR},
    };
    const struct sp_print print = {.lines = lines, .count = 6, .columns = 48};
    sp_buf_init(&out, 1u << 20);
    star_init(&peer);
    assert_int_equal(sp_star_encode(&print, NULL, &out, NULL), 0);
    star_feed(&peer, (const uint8_t *)out.data, out.len);
    assert_int_equal(peer.pulses, 0);
    assert_int_equal(peer.cuts, 1);
    assert_int_equal(peer.unknown, 0);
    assert_int_equal(peer.replies.len, 0);
    assert_int_equal(peer.queue.len, 0);
    assert_non_null(strstr(sp_buf_text(&peer.paper), "[CODE128 6901234567%0]"));
    assert_non_null(strstr(sp_buf_text(&peer.paper), "[QR https://example.com/1]"));
    star_free(&peer);
    sp_buf_free(&out);
  }
}

static void test_status(void **state) {
  (void)state;
  static const uint8_t stream[] = {0xFF, 0x23, 0x00, 0x28, 0x0C, 0x00, 0x0C, 0x00, 0x6E,
                                   0x00, 0x00, 0x0F, 0x00, 0x04, 0x20, 0x00, 0x00, 0x00};
  for (size_t piece = 1; piece <= sizeof stream; piece++) {
    struct sp_star_reader reader = {.len = 0};
    struct sp_star_status seen[4];
    size_t count = 0;
    size_t noise = 0;
    for (size_t at = 0; at < sizeof stream;) {
      size_t part = sizeof stream - at < piece ? sizeof stream - at : piece;
      enum sp_star_reply reply = SP_STAR_NONE;
      struct sp_star_status status;
      for (size_t used = 0;;) {
        used += sp_star_read(&reader, stream + at + used, part - used, &reply, &status);
        if (reply == SP_STAR_NONE) break;
        if (reply == SP_STAR_NOISE) noise++;
        if (reply == SP_STAR_STATUS && count < 4) seen[count++] = status;
      }
      at += part;
    }
    assert_int_equal(count, 2);
    assert_int_equal(noise, 2);
    assert_true(seen[0].printer.cover_open && seen[0].printer.offline && seen[0].printer.cutter);
    assert_true(seen[0].printer.mechanical && seen[0].printer.paper_end && seen[0].printer.paper_near_end);
    assert_true(seen[0].has_etb);
    assert_int_equal(seen[0].etb, 31);
    assert_true(seen[1].printer.drawer_high && seen[1].printer.broken && !seen[1].has_etb);
  }
}

/* ---- The driver ---- */

struct bench {
  struct fake fake;
  struct star_peer peer;
};

static void give(struct bench *bench) {
  if (bench->fake.up) fake_say(&bench->fake, sp_buf_text(&bench->peer.replies), bench->peer.replies.len);
  sp_buf_reset(&bench->peer.replies);
}

static void arrive(struct fake *fake, const uint8_t *bytes, size_t len) {
  struct bench *bench = fake->ctx;
  star_feed(&bench->peer, bytes, len);
}

static void pass(struct fake *fake, int64_t step_us) {
  (void)step_us;
  give(fake->ctx);
}

static void own(struct fake *fake, const struct sp_device_event *event) {
  if (event->kind == SP_DEVICE_JOB && event->job.step == SP_PRINT_WANTED)
    assert_int_equal(sp_printer_go(event->device, event->job.id, fake->now_us, NULL), 0);
}

static void begin(struct bench *bench, size_t piece) {
  star_init(&bench->peer);
  fake_init(&bench->fake);
  bench->fake.ctx = bench;
  bench->fake.peer = arrive;
  bench->fake.peer_tick = pass;
  bench->fake.owner = own;
  bench->fake.piece = piece;
  assert_int_equal(fake_device(&bench->fake, NULL, CONFIG, NULL), 0);
  fake_start(&bench->fake);
  fake_run(&bench->fake, MS(500));
  assert_int_equal(fake_status(&bench->fake).state, SP_DEVICE_READY);
}

static void end(struct bench *bench) {
  fake_free(&bench->fake);
  star_free(&bench->peer);
}

static void submit(struct bench *bench, uint64_t id, const char *text, bool drawer) {
  struct sp_arena arena;
  struct sp_print print;
  sp_arena_init(&arena, 1u << 20);
  assert_int_equal(sp_print_init(&print, 48, SP_LANG_ZH, &arena, NULL), 0);
  sp_print_add(&print, 0, 0, text);
  const struct sp_printer_job job = {.id = id, .may_wait = true, .drawer = drawer};
  assert_int_equal(sp_printer_submit(bench->fake.device, &job, drawer ? NULL : &print, NULL, NULL), 0);
  sp_arena_free(&arena);
}

static int steps(const struct bench *bench, uint64_t id, enum sp_print_step step) {
  int count = 0;
  for (size_t i = 0; i < bench->fake.log_count; i++)
    count +=
        bench->fake.log[i].kind == SP_DEVICE_JOB && bench->fake.log[i].job == id && bench->fake.log[i].step == step;
  return count;
}

static void test_jobs(void **state) {
  (void)state;
  for (size_t piece = 1; piece < 12; piece++) {
    struct bench bench;
    begin(&bench, piece);
    for (uint64_t id = 1; id <= 5; id++) /* past the end of the counter */
      submit(&bench, id, "收据", id == 3);
    fake_run(&bench.fake, SECONDS(2));
    for (uint64_t id = 1; id <= 5; id++) {
      assert_int_equal(steps(&bench, id, SP_PRINT_ACKED), 1);
      assert_int_equal(steps(&bench, id, SP_PRINT_DONE), 1);
    }
    assert_int_equal(bench.peer.pulses, 1);
    assert_int_equal(bench.peer.cuts, 4);
    assert_int_equal(bench.peer.etb, 3);
    assert_int_equal(bench.peer.unknown, 0);
    assert_int_equal(fake_status(&bench.fake).bad, 0);
    end(&bench);
  }
}

/* A status that comes for another reason is no completion. */
static void test_paper_out(void **state) {
  (void)state;
  struct bench bench;
  begin(&bench, 0);
  submit(&bench, 1, "收据", false);
  while (steps(&bench, 1, SP_PRINT_WANTED) == 0)
    fake_step(&bench.fake);
  star_set(&bench.peer, &bench.peer.paper_out, true);
  fake_run(&bench.fake, SECONDS(60));
  assert_int_equal(fake_status(&bench.fake).faults, SP_FAULT_PAPER_OUT);
  assert_int_equal(steps(&bench, 1, SP_PRINT_DONE), 0);
  assert_int_equal(steps(&bench, 1, SP_PRINT_UNCERTAIN), 0);
  size_t last = bench.fake.log_count - 1;
  while (bench.fake.log[last].kind != SP_DEVICE_JOB)
    last--;
  assert_string_equal(bench.fake.log[last].reason, "paper_out");
  star_set(&bench.peer, &bench.peer.paper_out, false);
  fake_run(&bench.fake, SECONDS(2));
  assert_int_equal(steps(&bench, 1, SP_PRINT_DONE), 1);
  assert_string_equal(sp_buf_text(&bench.peer.paper), "收据\n[cut]\n");
  end(&bench);
}

static void test_cut_at_every_byte(void **state) {
  (void)state;
  int done = 0;
  int uncertain = 0;
  for (int at = 0; at < 60; at++) {
    struct bench bench;
    begin(&bench, 0);
    submit(&bench, 1, "收据", false);
    bench.fake.cut_after = at;
    fake_run(&bench.fake, SECONDS(10));
    assert_int_equal(steps(&bench, 1, SP_PRINT_DONE) + steps(&bench, 1, SP_PRINT_UNCERTAIN), 1);
    done += steps(&bench, 1, SP_PRINT_DONE);
    uncertain += steps(&bench, 1, SP_PRINT_UNCERTAIN);
    bench.fake.cut_after = -1;
    submit(&bench, 2, "第二张", false);
    fake_run(&bench.fake, SECONDS(5));
    if (steps(&bench, 2, SP_PRINT_DONE) != 1) fail_msg("cut after %d: the next job ends otherwise", at);
    assert_non_null(strstr(sp_buf_text(&bench.peer.paper), "第二张"));
    end(&bench);
  }
  assert_true(done > 0 && uncertain > 15);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_golden), cmocka_unit_test(test_nothing_kicks), cmocka_unit_test(test_status),
      cmocka_unit_test(test_jobs),   cmocka_unit_test(test_paper_out),     cmocka_unit_test(test_cut_at_every_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
