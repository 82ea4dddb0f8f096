/* suanpan device capture: every byte of a device with its time, from the running node or straight from its link. */
#include "base/json.h"
#include "base/text.h"
#include "devices/codec/capture.h"
#include "main/cmd_device.h"
#include "main/device_bench.h"
#include "main/device_node.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECONDS     10
#define CAPTURE_MAX (64u << 20)

struct record {
  struct sp_buf text;
  int64_t first_us;
  uint64_t in, out;
};

static void hear(void *ctx, bool in, const uint8_t *bytes, size_t len, int64_t now_us) {
  struct record *record = ctx;
  if (record->first_us < 0) record->first_us = now_us;
  *(in ? &record->in : &record->out) += len;
  (void)sp_capture_put(now_us - record->first_us, in, bytes, len, &record->text);
}

static void trace(void *ctx, const struct sp_device *device, bool in, const uint8_t *bytes, size_t len,
                  int64_t now_us) {
  (void)device;
  hear(ctx, in, bytes, len, now_us);
}

static void take_event(void *ctx, const struct sp_device_event *event) {
  (void)ctx;
  (void)event;
}

/* ---- From a link ---- */

static int record_raw(const struct sp_args *args, int64_t seconds, struct sp_bench *bench, struct record *record,
                      struct sp_error *err) {
  struct sp_tap tap = {.hear = hear, .ctx = record};
  struct sp_link_config config = {.serial = {.baud = 9600, .bits = 8, .parity = 'N', .stops = 1}};
  const char *line = sp_args_given(args, "--line");
  snprintf(config.address, sizeof config.address, "%s", args->words[1]);
  int rc = sp_link_address_check(args->words[1], err);
  if (!rc && line) rc = sp_serial_parse(line, &config.serial, err);
  if (!rc) rc = sp_tap_open(&tap, bench, &config, err);
  if (rc) return rc;
  sp_bench_run(bench, seconds * 1000, NULL, NULL);
  sp_tap_close(&tap);
  return 0;
}

static int record_driven(const struct sp_args *args, int64_t seconds, struct sp_bench *bench, struct record *record,
                         struct sp_error *err) {
  struct sp_trial trial;
  struct sp_buf json;
  const struct sp_device_env env = {.event = take_event, .trace = trace, .ctx = record};
  sp_buf_init(&json, 2048);
  int rc = sp_command_device_config(args, args->words[1], &json, err);
  if (!rc) rc = sp_trial_open(&trial, bench, sp_buf_text(&json), &env, err);
  if (!rc) {
    sp_bench_run(bench, seconds * 1000, NULL, NULL);
    sp_trial_close(&trial);
  }
  sp_buf_free(&json);
  return rc;
}

static int record_link(const struct sp_args *args, int64_t seconds, struct record *record, struct sp_error *err) {
  struct sp_bench bench;
  bool driven = sp_args_given(args, "--class") || sp_args_given(args, "--profile") || sp_args_given(args, "--protocol");
  int rc = sp_bench_open(&bench, err);
  if (rc) return rc;
  rc = driven ? record_driven(args, seconds, &bench, record, err) : record_raw(args, seconds, &bench, record, err);
  sp_bench_close(&bench);
  return rc;
}

/* ---- From the node ---- */

/* The node's times are those of its clock; here the first is 0. */
static int take_text(const char *text, struct record *record, struct sp_error *err) {
  while (*text != '\0') {
    struct sp_capture_line line;
    size_t len = strcspn(text, "\n");
    int rc = sp_capture_parse(text, len, &line, err);
    if (rc) return rc;
    if (line.len > 0) hear(record, line.in, line.bytes, line.len, line.us);
    text += len + (text[len] == '\n');
  }
  return 0;
}

static int toggle(const struct sp_args *args, const char *path, bool *capturing, struct record *record,
                  struct sp_error *err) {
  struct cJSON *answer = NULL;
  int rc = sp_command_device_ask(args, "POST", path, "{\"do\":\"capture\"}", &answer, err);
  const struct cJSON *bytes = rc ? NULL : sp_json_member(answer, "bytes");
  *capturing = !rc && cJSON_IsTrue(sp_json_member(answer, "capturing"));
  if (!rc && cJSON_IsString(bytes) && record) rc = take_text(bytes->valuestring, record, err);
  sp_json_free(answer);
  return rc;
}

static int record_node(const struct sp_args *args, int64_t seconds, struct record *record, struct sp_error *err) {
  char path[SP_DEVICE_PATH_MAX];
  bool capturing = false;
  struct timespec wait = {.tv_sec = seconds};
  int rc = sp_command_device_path(args->words[1], "/actions", path, err);
  if (!rc) rc = toggle(args, path, &capturing, NULL, err);
  if (!rc && !capturing) rc = toggle(args, path, &capturing, NULL, err); /* somebody's old one is over */
  if (rc) return rc;
  while (nanosleep(&wait, &wait) != 0 && errno == EINTR)
    ;
  return toggle(args, path, &capturing, record, err);
}

/* ---- Both ---- */

static bool put_record(FILE *file, const char *title, const struct sp_buf *text) {
  bool good = fprintf(file, "# %s\n", title) > 0;
  return good && (text->len == 0 || fwrite(text->data, 1, text->len, file) == text->len);
}

static int write_out(const struct sp_args *args, const struct record *record, struct sp_error *err) {
  const char *name = sp_args_given(args, "--out");
  FILE *file = name ? fopen(name, "we") : NULL;
  bool good = name ? file && put_record(file, args->words[1], &record->text)
                   : put_record(stdout, args->words[1], &record->text) && fflush(stdout) == 0;
  if (file && fclose(file) != 0) good = false;
  return good ? 0 : sp_fail(err, SP_E_IO, NULL, "%s cannot be written: %s", name ? name : "-", strerror(errno));
}

int sp_command_device_capture(const struct sp_args *args) {
  static const char *const allowed[] = {" --seconds --out --line --class --profile --protocol ", NULL};
  struct sp_error error = {.lang = args->lang};
  struct record record = {.first_us = -1};
  int64_t seconds = SECONDS;
  sp_buf_init(&record.text, CAPTURE_MAX);
  int rc = sp_command_device_options(args, allowed, &error);
  if (!rc && !sp_command_device_words(args, 1, 1))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device capture ID or capture LINK");
  if (!rc) rc = sp_command_number("--seconds", sp_args_given(args, "--seconds"), 1, 3600, &seconds, &error);
  if (!rc)
    rc = sp_command_device_is_link(args->words[1]) ? record_link(args, seconds, &record, &error)
                                                   : record_node(args, seconds, &record, &error);
  if (!rc) rc = write_out(args, &record, &error);
  if (!rc)
    fprintf(stderr, sp_tr(args->lang, "%llu bytes from the device, %llu to it\n"), (unsigned long long)record.in,
            (unsigned long long)record.out);
  sp_buf_free(&record.text);
  if (rc) return sp_command_device_complain(args, &error);
  return record.in + record.out > 0 ? SP_EXIT_GOOD : SP_EXIT_BAD;
}
