/* The printer driver: its table, its configuration, its life. */
#include "devices/driver/printer.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_PROFILE "generic-80"
#define POLL_MS         1500
#define FILE_SCHEME     "file:"
#define SERIAL_SCHEME   "serial:"
#define TEST_ARENA      (256 * 1024)

static struct sp_printer *printer_of(struct sp_device *device) {
  return (struct sp_printer *)(void *)device;
}

/* ---- Configuration ---- */

static int read_drawer(const struct cJSON *json, struct sp_printer *out, struct sp_error *err) {
  static const char *const members[] = {"pin", "open_level", NULL};
  const struct cJSON *drawer = NULL;
  const char *level = "none";
  int64_t pin = 2;
  int rc = sp_json_get_object(json, "drawer", SP_OPTIONAL, &drawer, err);
  if (!rc && drawer) rc = sp_json_only(drawer, members, err);
  if (!rc && drawer) rc = sp_json_get_int(drawer, "pin", SP_OPTIONAL, 2, 5, &pin, err);
  if (!rc && drawer) rc = sp_json_get_text(drawer, "open_level", SP_OPTIONAL, 7, &level, err);
  if (!rc && pin != 2 && pin != 5)
    rc = sp_fail(err, SP_E_INVALID, "pin", "A drawer hangs on pin 2 or pin 5 of the printer's connector");
  if (!rc && strcmp(level, "high") != 0 && strcmp(level, "low") != 0 && strcmp(level, "none") != 0)
    rc = sp_fail(err, SP_E_INVALID, "open_level",
                 "An open drawer is \"high\", \"low\" or \"none\", when it cannot tell");
  if (rc) {
    sp_error_prefix(err, "drawer");
    return rc;
  }
  out->pin = (int)pin;
  out->open_level = *level == 'h' ? SP_OPEN_HIGH : *level == 'l' ? SP_OPEN_LOW : SP_OPEN_UNKNOWN;
  return 0;
}

static int read_status(const struct cJSON *json, struct sp_printer *out, struct sp_error *err) {
  static const char *const members[] = {"asb", "poll_ms", NULL};
  const struct cJSON *status = NULL;
  int64_t poll_ms = POLL_MS;
  out->asb = out->profile.asb;
  int rc = sp_json_get_object(json, "status", SP_OPTIONAL, &status, err);
  if (!rc && status) rc = sp_json_only(status, members, err);
  if (!rc && status) rc = sp_json_get_bool(status, "asb", SP_OPTIONAL, &out->asb, err);
  if (!rc && status) rc = sp_json_get_int(status, "poll_ms", SP_OPTIONAL, 200, 60000, &poll_ms, err);
  out->poll_us = poll_ms * SP_MILLI_US;
  if (rc) sp_error_prefix(err, "status");
  return rc;
}

/* Models sold under one name differ in this. */
static int read_completion(const struct cJSON *json, struct sp_printer *out, struct sp_error *err) {
  const char *name = NULL;
  int rc = sp_json_get_text(json, "completion", SP_OPTIONAL, 15, &name, err);
  if (rc || !name) return rc;
  if (strcmp(name, "none") == 0)
    out->profile.completion = SP_COMPLETION_NONE;
  else if (strcmp(name, "gs_r") == 0 && !out->profile.star)
    out->profile.completion = SP_COMPLETION_GS_R;
  else if (strcmp(name, "gs_h") == 0 && !out->profile.star)
    out->profile.completion = SP_COMPLETION_GS_H;
  else if (strcmp(name, "star_etb") != 0 || !out->profile.star)
    return sp_fail(err, SP_E_INVALID, "completion", "\"%s\" is nothing that can be chosen here", name);
  return 0;
}

static int read_config(const struct sp_device_config *config, struct sp_printer *out, struct sp_error *err) {
  const char *profile = DEFAULT_PROFILE;
  const char *charset = NULL;
  int64_t columns = 0;
  out->file = strncmp(config->link.address, FILE_SCHEME, strlen(FILE_SCHEME)) == 0;
  int rc = sp_json_get_text(config->json, "profile", SP_OPTIONAL, SP_PROFILE_ID_MAX, &profile, err);
  if (!rc) rc = sp_json_get_text(config->json, "charset", SP_OPTIONAL, SP_PROFILE_TEXT_MAX, &charset, err);
  if (!rc) rc = sp_profile_load(profile, charset, &out->profile, err);
  if (!rc)
    rc = sp_json_get_int(config->json, "columns", SP_OPTIONAL, SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX, &columns,
                         err);
  if (!rc) rc = read_completion(config->json, out, err);
  if (!rc) rc = read_drawer(config->json, out, err);
  if (!rc) rc = read_status(config->json, out, err);
  out->mute = out->profile.mute || out->file;
  if (!rc) rc = sp_json_get_bool(config->json, "mute", SP_OPTIONAL, &out->mute, err);
  if (rc) return rc;
  if (columns) out->profile.columns = out->profile.options.columns = (int)columns;
  bool serial = strncmp(config->link.address, SERIAL_SCHEME, strlen(SERIAL_SCHEME)) == 0;
  out->chunk = serial ? SP_PRINTER_CHUNK_SER : SP_PRINTER_CHUNK;
  return 0;
}

int sp_printer_address_check(const char *address, struct sp_error *err) {
  int rc = sp_link_address_check(address, err);
  bool keys = strncmp(address, "evdev:", 6) == 0 || strncmp(address, "hidraw:", 7) == 0;
  if (!rc && keys) rc = sp_fail(err, SP_E_INVALID, NULL, "A printer is reached by tcp:, usb:, serial: or file:");
  if (rc && err) err->field[0] = '\0'; /* whoever asks knows what it is called */
  return rc;
}

static int check(struct sp_device_config *config, struct sp_error *err) {
  struct sp_printer printer = {0};
  int rc = sp_printer_address_check(config->link.address, err);
  if (rc) sp_error_prefix(err, "link");
  return rc ? rc : read_config(config, &printer, err);
}

static int open_printer(struct sp_device *device, const struct sp_device_config *config, struct sp_error *err) {
  struct sp_printer *printer = printer_of(device);
  printer->claim_us = printer->silent_us = printer->recover_us = printer->quiet_us = SP_NEVER;
  printer->whole_us = printer->kick_us = -1;
  printer->etb = -1;
  int rc = read_config(config, printer, err);
  if (!rc) sp_device_model(device, printer->profile.name);
  return rc;
}

/* ---- Life ---- */

static void link_up(struct sp_device *device) {
  struct sp_printer *printer = printer_of(device);
  printer->reader = (struct sp_printer_reader){0};
  printer->star = (struct sp_star_reader){0};
  printer->status = (struct sp_printer_status){0};
  printer->asked = printer->missed = printer->noise = printer->recoveries = 0;
  printer->doubtful = printer->answered = false;
  printer->pace_us = 0;
  printer->silent_us = printer->recover_us = printer->quiet_us = SP_NEVER;
  printer->whole_us = -1;
  printer->etb = -1;
  printer->drawer_seen = printer->drawer_open = false;
  sp_printer_promise_link_up(printer);
  printer->claim_us = device->now_us + printer->profile.first_packet_delay_ms * SP_MILLI_US;
}

static void link_down(struct sp_device *device) {
  struct sp_printer *printer = printer_of(device);
  printer->claim_us = SP_NEVER;
  sp_device_drawer(device, false, false);
  sp_printer_jobs_lost(printer, "link");
}

static void take_bytes(struct sp_device *device, const uint8_t *bytes, size_t len) {
  struct sp_printer *printer = printer_of(device);
  if (printer->mute) return;
  sp_printer_take(printer, bytes, len);
  (void)sp_printer_jobs_tick(printer); /* what was waited for may be here */
}

static void drained(struct sp_device *device) {
  sp_printer_jobs_drained(printer_of(device));
}

static int64_t tick(struct sp_device *device) {
  struct sp_printer *printer = printer_of(device);
  int64_t due = device->up ? sp_printer_ask_tick(printer) : SP_NEVER;
  due = sp_earlier(due, sp_printer_jobs_tick(printer));
  return sp_earlier(due, sp_printer_promise_tick(printer));
}

static void close_printer(struct sp_device *device) {
  sp_printer_jobs_free(printer_of(device));
}

/* ---- The test page ---- */

static void lay_out_test(const struct sp_printer *printer, struct sp_print *print) {
  const struct sp_profile *profile = &printer->profile;
  char ruler[SP_PRINT_COLUMNS_MAX + 1];
  for (int i = 0; i < profile->columns; i++)
    ruler[i] = (char)('0' + (i + 1) % 10);
  ruler[profile->columns] = '\0';
  sp_print_heading(print, "Suanpan");
  sp_print_row(print, 0, 0, printer->head.id, sp_device_state_name(printer->head.status.state));
  sp_print_row(print, 0, 0, "profile", profile->id);
  sp_print_row(print, 0, 0, "link", printer->head.config.address);
  sp_print_add(print, 0, 0, ruler);
  sp_print_add(print, 0, 0, "0123456789 ABC abc ¥ € é ñ 你好 ￥12.50");
  sp_print_add(print, SP_PRINT_BOLD, 0, "bold 粗体");
  sp_print_add(print, SP_PRINT_WIDE | SP_PRINT_TALL, 0, "large 大");
  sp_print_row(print, 0, 0, "left", "right");
  sp_print_qr(print, SP_PRINT_CENTRE, profile->id, 0);
  sp_print_blank(print); /* a code is read by the white around it */
  sp_print_code128(print, SP_PRINT_CENTRE, "1234567890", 0, 0);
}

static int selftest(struct sp_device *device, struct sp_error *err) {
  struct sp_printer *printer = printer_of(device);
  const struct sp_job job = {.own = true};
  struct sp_arena arena;
  struct sp_print print;
  sp_arena_init(&arena, TEST_ARENA);
  int rc = sp_print_init(&print, printer->profile.columns, SP_LANG_EN, &arena, err);
  if (!rc) lay_out_test(printer, &print);
  if (!rc) rc = sp_print_end(&print, err);
  if (!rc) rc = sp_printer_add(printer, &job, &print, NULL, err);
  sp_arena_free(&arena);
  return rc;
}

/* ---- The table ---- */

static const char *const members[] = {"profile", "charset", "columns", "completion", "drawer", "status", "mute", NULL};

const struct sp_device_driver sp_printer_driver = {
    .class = SP_DEVICE_PRINTER,
    .size = sizeof(struct sp_printer),
    .blocking =
        SP_FAULT_PAPER_OUT | SP_FAULT_COVER | SP_FAULT_CUTTER | SP_FAULT_HOT | SP_FAULT_UNRECOVERABLE | SP_FAULT_SILENT,
    .members = members,
    .check = check,
    .open = open_printer,
    .link_up = link_up,
    .bytes = take_bytes,
    .drained = drained,
    .link_down = link_down,
    .tick = tick,
    .selftest = selftest,
    .close = close_printer,
};

int sp_printer_columns(const struct sp_device *device) {
  if (device->driver->class != SP_DEVICE_PRINTER) return SP_PRINT_COLUMNS_80;
  return ((const struct sp_printer *)(const void *)device)->profile.columns;
}

int sp_printer_columns_of(const char *config) {
  struct sp_profile profile = {.columns = 0};
  struct cJSON *tree = NULL;
  const char *id = DEFAULT_PROFILE;
  int64_t columns = 0;
  int rc = sp_json_parse(config, strlen(config), &tree, NULL);
  if (!rc) rc = sp_json_get_text(tree, "profile", SP_OPTIONAL, SP_PROFILE_ID_MAX, &id, NULL);
  if (!rc)
    rc = sp_json_get_int(tree, "columns", SP_OPTIONAL, SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX, &columns, NULL);
  if (!rc && columns == 0) rc = sp_profile_load(id, NULL, &profile, NULL);
  if (!rc && columns == 0) columns = profile.columns;
  sp_json_free(tree);
  return rc == 0 ? (int)columns : SP_PRINT_COLUMNS_80;
}
