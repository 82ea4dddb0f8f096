/* suanpan device test: a device tests itself, through the running node or straight on its link. */
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "devices/codec/display.h"
#include "main/cmd_device.h"
#include "main/device_bench.h"
#include "main/device_node.h"
#include "main/device_words.h"
#include <stdio.h>
#include <string.h>

#define READY_MS 6000
#define LAST_MS  30000 /* a test page, a scan, a weight */

/* ---- Through the node ---- */

static int test_in_node(const struct sp_args *args, struct sp_error *err) {
  char path[SP_DEVICE_PATH_MAX];
  struct cJSON *answer = NULL;
  int rc = sp_command_device_path(args->words[1], "/actions", path, err);
  if (!rc) rc = sp_command_device_ask(args, "POST", path, "{\"do\":\"test\"}", &answer, err);
  sp_json_free(answer);
  if (rc) return sp_command_device_complain(args, err);
  printf(sp_tr(args->lang, "%s tests itself: look at it. suanpan device list tells its state.\n"), args->words[1]);
  return SP_EXIT_GOOD;
}

/* ---- Straight ---- */

struct test {
  struct sp_device *device;
  enum sp_lang lang;
  bool ended, good;
};

static void take_event(void *ctx, const struct sp_device_event *event) {
  struct test *test = ctx;
  struct sp_buf words;
  sp_buf_init(&words, 8 * SP_SCAN_MAX);
  if (event->kind == SP_DEVICE_SCAN) {
    sp_words_bytes(event->scan->text, event->scan->len, &words);
    printf(sp_tr(test->lang, "Scanned: %s\n"), sp_buf_text(&words));
    test->ended = test->good = true;
  }
  if (event->kind == SP_DEVICE_WEIGHT && event->reading->weight.told) {
    sp_words_reading(event->reading, test->lang, &words);
    printf("%s: %s\n", sp_buf_text(&words),
           event->sellable ? sp_tr(test->lang, "this could be sold") : sp_tr(test->lang, "not to be sold"));
    test->good = true;
    test->ended = event->sellable || event->reading->zero;
  }
  sp_buf_free(&words);
}

static bool is_settled(void *ctx) {
  const struct test *test = ctx;
  struct sp_device_status status;
  sp_device_status(test->device, &status);
  return status.state == SP_DEVICE_READY || status.state == SP_DEVICE_DEGRADED || status.state == SP_DEVICE_FAULT ||
         test->ended;
}

/* A driver tells nobody of its own test page, but counts it. */
static bool is_over(void *ctx) {
  struct test *test = ctx;
  struct sp_device_status status;
  sp_device_status(test->device, &status);
  if (sp_device_class(test->device) == SP_DEVICE_PRINTER && status.jobs > 0) test->ended = test->good = true;
  return test->ended;
}

static void show_state(const struct test *test) {
  struct sp_device_status status;
  sp_device_status(test->device, &status);
  printf(sp_tr(test->lang, "State: %s"), sp_device_state_name(status.state));
  if (status.model[0] != '\0') printf(", %s", status.model);
  for (int bit = 0; bit < 16; bit++)
    if (status.faults & 1u << bit) printf(", %s", sp_device_fault_name((enum sp_device_fault)(1u << bit)));
  if (status.detail[0] != '\0') printf(" (%s)", status.detail);
  putchar('\n');
  fflush(stdout);
}

static int run_test(struct test *test, struct sp_bench *bench, struct sp_error *err) {
  enum sp_device_class class = sp_device_class(test->device);
  int64_t patience_ms = class == SP_DEVICE_SCANNER || class == SP_DEVICE_DISPLAY ? 500 : READY_MS;
  sp_bench_run(bench, patience_ms, is_settled, test);
  show_state(test);
  struct sp_device_status status;
  sp_device_status(test->device, &status);
  if (status.state == SP_DEVICE_ABSENT || status.state == SP_DEVICE_OFFLINE) return SP_EXIT_BAD;
  if (class == SP_DEVICE_SCANNER) puts(sp_tr(test->lang, "Scan something …"));
  fflush(stdout);
  int rc = class == SP_DEVICE_SCALE ? 0 : sp_device_selftest(test->device, sp_clock_monotonic_us(), err);
  if (rc && class != SP_DEVICE_SCANNER) return sp_command_fail(err);
  sp_bench_run(bench, class == SP_DEVICE_DISPLAY ? 500 : LAST_MS, is_over, test);
  if (class == SP_DEVICE_DISPLAY) {
    puts(sp_tr(test->lang, "It was sent its test: the display shows eights, or a line of text."));
    test->good = true;
  }
  if (class == SP_DEVICE_PRINTER && test->good) puts(sp_tr(test->lang, "The test page is printed: look at it."));
  if (class == SP_DEVICE_PRINTER) show_state(test);
  if (!test->good) puts(sp_tr(test->lang, "Nothing came of it in time."));
  return test->good ? SP_EXIT_GOOD : SP_EXIT_BAD;
}

static int test_link(const struct sp_args *args, struct sp_error *err) {
  struct sp_bench bench;
  struct sp_trial trial;
  struct sp_buf json;
  struct test test = {.lang = args->lang};
  const struct sp_device_env env = {.event = take_event, .ctx = &test};
  int status = SP_EXIT_BAD;
  sp_buf_init(&json, 2048);
  int rc = sp_command_device_config(args, args->words[1], &json, err);
  if (!rc) rc = sp_bench_open(&bench, err);
  if (rc) goto done;
  rc = sp_trial_open(&trial, &bench, sp_buf_text(&json), &env, err);
  if (!rc) {
    test.device = trial.device;
    status = run_test(&test, &bench, err);
  }
  if (!rc) sp_trial_close(&trial);
  sp_bench_close(&bench);
done:
  sp_buf_free(&json);
  return rc ? sp_command_device_complain(args, err) : status;
}

int sp_command_device_config(const struct sp_args *args, const char *link, struct sp_buf *out, struct sp_error *err) {
  const char *class = sp_args_given(args, "--class"), *profile = sp_args_given(args, "--profile");
  const char *protocol = sp_args_given(args, "--protocol");
  if (!class && profile) class = "printer";
  if (!class && protocol && sp_scale_codec_find(protocol)) class = "scale";
  if (!class && protocol && sp_display_parse(protocol) >= 0) class = "display";
  int rc = sp_link_address_check(link, err);
  if (rc) return rc;
  if (!class && protocol)
    return sp_fail(err, SP_E_INVALID, "--protocol", "\"%s\" is no protocol of a scale or a display", protocol);
  if (!class)
    return sp_fail(err, SP_E_INVALID, "--class", "Say what it is: --class printer, scanner, scale or display");
  if (profile && protocol) return sp_fail(err, SP_E_INVALID, NULL, "A device has a profile or a protocol, not both");
  const char *name = profile ? "profile" : protocol ? "protocol" : NULL;
  sp_words_config(class, link, sp_args_given(args, "--line"), name, profile ? profile : protocol, out);
  return out->failed;
}

int sp_command_device_test(const struct sp_args *args) {
  static const char *const allowed[] = {" --class --profile --protocol --line ", NULL};
  struct sp_error error = {.lang = args->lang};
  int rc = sp_command_device_options(args, allowed, &error);
  if (!rc && !sp_command_device_words(args, 1, 1))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device test ID or test LINK --class CLASS");
  if (rc) return sp_command_device_complain(args, &error);
  return sp_command_device_is_link(args->words[1]) ? test_link(args, &error) : test_in_node(args, &error);
}
