/* What people see of devices: sections of the pages, pole displays, alarms. */
#include "app/till.h"
#include "base/clock.h"
#include "base/text.h"
#include "devices/codec/display.h"
#include "main/devices_parts.h"
#include <cjson/cJSON.h>
#include <string.h>

static void put_faults(uint32_t faults, struct sp_json_writer *w) {
  sp_json_key(w, "faults");
  sp_json_open_array(w);
  for (uint32_t bit = 1; bit < SP_FAULT_END; bit <<= 1) {
    if ((faults & bit) != 0) sp_json_text(w, sp_device_fault_name((enum sp_device_fault)bit));
  }
  sp_json_close_array(w);
}

/* A driver does not know when a person has looked at an uncertain printout; the ledger does. */
static void status_of(const struct entry *entry, struct sp_device_status *out) {
  sp_device_status(entry->device, out);
  out->faults &= ~(uint32_t)SP_FAULT_UNCERTAIN_JOB;
  if (entry->uncertain[0] != '\0') out->faults |= SP_FAULT_UNCERTAIN_JOB;
  if (out->faults == 0 && out->state == SP_DEVICE_DEGRADED) out->state = SP_DEVICE_READY;
  if (out->faults != 0 && out->state == SP_DEVICE_READY) out->state = SP_DEVICE_DEGRADED;
}

static void put_device(const struct entry *entry, struct sp_json_writer *w) {
  struct sp_device_status status = {.state = SP_DEVICE_FAULT};
  sp_json_open_object(w);
  sp_json_put_text(w, "id", entry->id);
  sp_json_put_text(w, "till", entry->till[0] != '\0' ? entry->till : NULL);
  if (entry->device) {
    status_of(entry, &status);
    sp_json_put_text(w, "class", sp_device_class_name(sp_device_class(entry->device)));
    sp_json_put_text(w, "link", sp_device_address(entry->device));
  }
  sp_json_put_text(w, "state", sp_device_state_name(status.state));
  if (status.flapping) sp_json_put_bool(w, "flapping", true);
  put_faults(status.faults, w);
  sp_json_put_text(w, "detail", entry->device ? status.detail : entry->problem);
  if (status.model[0] != '\0') sp_json_put_text(w, "model", status.model);
  if (status.drawer_known) sp_json_put_bool(w, "drawer_open", status.drawer_open);
  sp_json_put_int(w, "frames", (int64_t)status.frames);
  sp_json_put_int(w, "bad", (int64_t)status.bad);
  sp_json_put_int(w, "reconnects", (int64_t)status.reconnects);
  sp_json_close_object(w);
}

void sp_devices_list(void *ctx, struct sp_json_writer *w) {
  const struct sp_node_devices *devices = ctx;
  sp_json_open_array(w);
  for (int i = 0; i < devices->count; i++)
    put_device(devices->entries[i], w);
  sp_json_close_array(w);
}

/* What is true of a device is so for both who sell and who practise. */
static void tell(struct sp_node_devices *devices, const char *till, const char *section, const struct sp_buf *json) {
  if (json->failed != 0) return;
  sp_till_hub_section(devices->hub, till, section, sp_buf_text(json), json->len);
  if (devices->training) sp_till_hub_section(devices->training, till, section, sp_buf_text(json), json->len);
}

static void show_till(struct sp_node_devices *devices, const char *till) {
  struct sp_buf json;
  struct sp_json_writer w;
  sp_buf_init(&json, SP_TILL_SECTION_MAX);
  sp_json_start(&w, &json);
  sp_json_open_array(&w);
  for (int i = 0; i < devices->count; i++) {
    const struct entry *entry = devices->entries[i];
    if (entry->till[0] == '\0' || strcmp(entry->till, till) == 0) put_device(entry, &w);
  }
  sp_json_close_array(&w);
  tell(devices, till, "devices", &json);
  sp_buf_free(&json);
}

void sp_devices_show(struct sp_node_devices *devices, const char *till) {
  if (till) {
    show_till(devices, till);
    return;
  }
  for (int i = 0; i < devices->count; i++) {
    bool first = devices->entries[i]->till[0] != '\0';
    for (int k = 0; k < i && first; k++)
      first = strcmp(devices->entries[k]->till, devices->entries[i]->till) != 0;
    if (first) show_till(devices, devices->entries[i]->till);
  }
}

/* ---- Training ---- */

struct sp_till_hub *sp_devices_hub(const struct sp_node_devices *devices, const char *till) {
  bool practised = devices->training && sp_till_hub_watched(devices->training, till);
  return practised && !sp_till_hub_watched(devices->hub, till) ? devices->training : devices->hub;
}

void sp_node_devices_training(struct sp_node_devices *devices, struct sp_till_hub *hub) {
  devices->training = hub;
  if (hub && !devices->stopping) sp_devices_show(devices, NULL);
}

const struct sp_api_devices *sp_node_devices_training_api(struct sp_node_devices *devices) {
  return &devices->training_api;
}

/* ---- Weight ---- */

static const char *unit_name(enum sp_scale_unit unit) {
  static const char *const names[] = {"", "g", "kg", "lb", "oz"};
  return names[unit];
}

void sp_devices_show_weight(struct sp_node_devices *devices, struct entry *entry, const struct sp_device_event *event) {
  const struct sp_scale_reading *reading = event->reading;
  struct sp_buf json;
  struct sp_json_writer w;
  if (entry->till[0] == '\0') return;
  sp_buf_init(&json, 1024);
  sp_json_start(&w, &json);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "scale", entry->id);
  sp_json_put_bool(&w, "told", reading->weight.told);
  sp_json_put_int(&w, "value", reading->weight.value);
  sp_json_put_int(&w, "decimals", reading->weight.decimals);
  sp_json_put_text(&w, "unit", unit_name(reading->unit));
  if (reading->tare.told) sp_json_put_int(&w, "tare", reading->tare.value);
  sp_json_put_bool(&w, "stable", !event->old && (reading->motion == SP_SCALE_STABLE || event->sellable));
  sp_json_put_bool(&w, "sellable", event->sellable);
  if (event->old) sp_json_put_bool(&w, "old", true);
  sp_json_put_bool(&w, "over", reading->over);
  sp_json_put_bool(&w, "under", reading->under || reading->negative);
  sp_json_put_bool(&w, "zero", reading->zero);
  sp_json_close_object(&w);
  tell(devices, entry->till, "weight", &json);
  sp_buf_free(&json);
}

static int64_t grams_of(const struct sp_scale_number *number, enum sp_scale_unit unit) {
  struct sp_scale_reading reading = {.kind = SP_SCALE_READING, .unit = unit, .weight = *number};
  int64_t grams = 0;
  return sp_scale_grams(&reading, &grams) == 0 ? grams : 0;
}

void sp_devices_scale(void *ctx, const char *till, struct sp_scale_fact *out) {
  struct sp_node_devices *devices = ctx;
  struct sp_scale_reading reading;
  struct sp_error ignored = {.lang = SP_LANG_EN};
  struct entry *entry = sp_devices_of(devices, till, SP_DEVICE_SCALE);
  bool sellable = false;
  if (!entry) return;
  snprintf(out->scale, sizeof out->scale, "%s", entry->id);
  int64_t now_us = sp_clock_monotonic_us();
  if (sp_scale_now(entry->device, now_us, &reading, &sellable, &ignored) != 0) return;
  out->there = true;
  out->sellable = sellable;
  out->least = sp_scale_least(entry->device);
  out->untouched = sp_scale_untouched(entry->device);
  snprintf(out->why, sizeof out->why, "%s", sp_scale_why(entry->device, now_us));
  out->grams = grams_of(&reading.weight, reading.unit);
  out->tare = grams_of(&reading.tare, reading.unit);
  out->value = reading.weight.value;
  out->decimals = reading.weight.decimals;
  snprintf(out->unit, sizeof out->unit, "%s", unit_name(reading.unit));
  for (int i = 0; i < reading.raw_len && i < SP_SCALE_RAW_MAX / 2; i++)
    snprintf(out->raw + (ptrdiff_t)2 * i, 3, "%02x", reading.raw[i]);
}

/* ---- Alarms ---- */

#define DAY_MS INT64_C(86400000)

static void feed(struct sp_node_devices *devices, const struct entry *entry, enum sp_alarm_fault fault, bool present,
                 int64_t since, const char *detail) {
  const struct sp_alarm_fact fact = {
      .till = entry->till,
      .device = entry->id,
      .fault = fault,
      .present = present,
      .job_waits = sp_devices_job_waits(devices, entry->id),
      .printer = sp_device_class(entry->device) == SP_DEVICE_PRINTER,
      .since = since,
      .detail = detail,
      .job = fault == SP_ALARM_UNCERTAIN_JOB ? entry->uncertain : NULL,
  };
  sp_node_alarms_feed(devices->alarms, &fact);
}

/* The drivers' bits by the names they share with the alarms; a scanner that is gone has a fault of its own. */
static int alarm_of(uint32_t bit, enum sp_device_class class) {
  if (bit == SP_FAULT_LINK && class == SP_DEVICE_SCANNER) return SP_ALARM_SCANNER_GONE;
  return sp_alarm_fault_parse(sp_device_fault_name((enum sp_device_fault)bit));
}

/* How long a driver itself waits before it tells of a fault: an alarm counts from its beginning. */
static int64_t told_after_ms(uint32_t bit, enum sp_device_class class) {
  switch (bit) {
  case SP_FAULT_LINK:
    return 2000;
  case SP_FAULT_SILENT:
  case SP_FAULT_WRONG_DEVICE:
  case SP_FAULT_NOT_ZEROED:
    return class == SP_DEVICE_SCALE ? 3000 : 0;
  case SP_FAULT_OVERLOAD:
    return 10000;
  case SP_FAULT_DRAWER_OPEN:
    return 30000;
  default:
    return 0;
  }
}

static bool works(const struct sp_device_status *status) {
  return status->state == SP_DEVICE_READY || status->state == SP_DEVICE_DEGRADED || status->state == SP_DEVICE_FAULT;
}

void sp_devices_faults(struct sp_node_devices *devices, struct entry *entry) {
  struct sp_device_status status;
  if (!entry->device || !devices->alarms) return;
  enum sp_device_class class = sp_device_class(entry->device);
  sp_device_status(entry->device, &status);
  bool first = !entry->met && works(&status); /* alarms of before the start are over, or not */
  for (uint32_t bit = 1; bit < SP_FAULT_END; bit <<= 1) {
    bool now = (status.faults & bit) != 0, before = (entry->faults & bit) != 0;
    bool elsewhere = bit == SP_FAULT_UNCERTAIN_JOB || bit == SP_FAULT_VERIFICATION;
    if (elsewhere || !(now || before || first)) continue;
    int fault = alarm_of(bit, class);
    int64_t since = now && !before ? sp_clock_now_ms() - told_after_ms(bit, class) : 0;
    const char *detail = bit == SP_FAULT_GARBLED && status.flapping ? "flapping" : status.detail;
    if (fault >= 0) feed(devices, entry, (enum sp_alarm_fault)fault, now, since, detail);
  }
  bool lost = ((entry->faults | status.faults) & SP_FAULT_LINK) != 0;
  bool bumped = status.reconnects != entry->reconnects && !lost;
  entry->met |= first;
  entry->faults = status.faults;
  entry->reconnects = status.reconnects;
  if (!bumped) return; /* a loss too short to be told still counts as flapping */
  feed(devices, entry, (enum sp_alarm_fault)alarm_of(SP_FAULT_LINK, class), true, 0, status.detail);
  feed(devices, entry, (enum sp_alarm_fault)alarm_of(SP_FAULT_LINK, class), false, 0, status.detail);
}

void sp_devices_uncertain(struct sp_node_devices *devices, struct entry *entry, const char *title) {
  bool same = strcmp(entry->uncertain, title) == 0;
  if (!entry->device || same) return;
  snprintf(entry->uncertain, sizeof entry->uncertain, "%s", title);
  if (devices->alarms) feed(devices, entry, SP_ALARM_UNCERTAIN_JOB, title[0] != '\0', 0, title);
  if (entry->till[0] != '\0') sp_devices_show(devices, entry->till);
}

/* "2026-11-22", or 0. */
static int64_t day_of(const char *text) {
  char midnight[32];
  int64_t ms = 0;
  if (!text || strlen(text) != 10) return 0;
  snprintf(midnight, sizeof midnight, "%.10sT00:00:00Z", text);
  return sp_time_parse(midnight, &ms) == 0 && ms > 0 ? ms : 0;
}

void sp_devices_verification(struct sp_node_devices *devices, const struct entry *entry) {
  struct sp_error ignored = {.lang = SP_LANG_EN};
  struct cJSON *tree = NULL;
  if (!devices->alarms || sp_device_class(entry->device) != SP_DEVICE_SCALE) return;
  if (sp_json_parse(entry->config, strlen(entry->config), &tree, &ignored) != 0) return;
  const struct cJSON *member = sp_json_member(tree, "verification");
  int64_t ends = cJSON_IsString(member) ? day_of(member->valuestring) : 0;
  if (ends != 0) feed(devices, entry, SP_ALARM_VERIFICATION, true, ends - 30 * DAY_MS, member->valuestring);
  sp_json_free(tree);
}

void sp_devices_show_alarms(struct sp_node_devices *devices) {
  struct sp_buf json;
  struct sp_json_writer w;
  if (!devices->hub || devices->stopping) return;
  sp_buf_init(&json, SP_TILL_SECTION_MAX);
  sp_json_start(&w, &json);
  sp_node_alarms_json(devices->alarms, NULL, &w);
  if (json.failed == 0) sp_till_hub_section(devices->hub, NULL, "alarms", sp_buf_text(&json), json.len);
  sp_buf_free(&json);
}

void sp_node_devices_alarms(struct sp_node_devices *devices) {
  if (devices) sp_devices_show_alarms(devices);
}

/* ---- Pole displays ---- */

static int64_t number(const struct cJSON *object, const char *name) {
  struct sp_error ignored = {.lang = SP_LANG_EN};
  int64_t value = 0;
  sp_json_get_int(object, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, &ignored);
  return value;
}

static const char *text(const struct cJSON *object, const char *name) {
  const struct cJSON *member = sp_json_member(object, name);
  return cJSON_IsString(member) && member->valuestring ? member->valuestring : "";
}

static const struct cJSON *line_of(const struct cJSON *sale) {
  const struct cJSON *lines = sp_json_member(sale, "lines"), *line = NULL, *last = NULL;
  int64_t n = number(sale, "last_n");
  cJSON_ArrayForEach(line, lines) {
    last = line;
    if (number(line, "n") == n) return line;
  }
  return last;
}

/* In the customer's language, which is the receipt's, when the display has its characters: a code says more than
 * question marks. */
static const char *name_of(const struct sp_device *device, const struct cJSON *line, enum sp_lang lang) {
  const char *english = line ? text(line, "name_en") : "", *name = line ? text(line, "name") : "";
  if (lang == SP_LANG_EN && english[0] != '\0' && sp_display_shows(device, english)) return english;
  if (!line || sp_display_shows(device, name)) return name;
  return english[0] != '\0' && sp_display_shows(device, english) ? english : text(line, "code");
}

static const char *idle_text(const struct sp_device *device, const struct cJSON *till) {
  const char *name = text(sp_json_member(till, "store"), "name");
  return sp_display_shows(device, name) ? name : sp_tr(SP_LANG_EN, "Welcome");
}

/* Selling: what was scanned last; then what is to be paid; then the change. */
static void show_sale(struct sp_device *device, const struct cJSON *till, enum sp_lang lang, int digits) {
  const struct cJSON *sale = sp_json_member(till, "sale"), *last = sp_json_member(till, "last");
  const char *step = text(till, "step");
  char lower[SP_DISPLAY_COLUMNS + 1];
  struct sp_error ignored = {.lang = SP_LANG_EN};
  if (strcmp(step, "paid") == 0 && cJSON_IsObject(last)) {
    sp_display_row("CHANGE", number(last, "change"), digits, lower);
    sp_display_show(device, text(last, "receipt"), lower, number(last, "change"), SP_LAMP_CHANGE, &ignored);
  } else if (!cJSON_IsObject(sale)) {
    sp_display_show(device, idle_text(device, till), "", 0, SP_LAMP_NONE, &ignored);
  } else if (strcmp(step, "tender") == 0) {
    int64_t due = number(sale, "due");
    sp_display_row("TOTAL", due, digits, lower);
    sp_display_show(device, "", lower, due, SP_LAMP_TOTAL, &ignored);
  } else {
    const struct cJSON *line = line_of(sale);
    int64_t amount = line ? number(line, "gross") - number(line, "discount") : number(sale, "total");
    sp_display_row("TOTAL", number(sale, "total"), digits, lower);
    sp_display_show(device, name_of(device, line, lang), lower, amount, SP_LAMP_PRICE, &ignored);
  }
}

void sp_devices_screen(void *ctx, const char *till, const char *json, size_t len) {
  struct sp_node_devices *devices = ctx;
  struct entry *entry = sp_devices_of(devices, till, SP_DEVICE_DISPLAY);
  struct sp_error ignored = {.lang = SP_LANG_EN};
  struct cJSON *tree = NULL;
  if (!entry || sp_json_parse(json, len, &tree, &ignored) != 0) return;
  const struct sp_work work = {.app = &devices->node->app};
  show_sale(entry->device, tree, devices->node->app.paper, sp_work_currency(&work).digits);
  sp_json_free(tree);
  entry->due_us = 0;
  sp_devices_rearm(devices);
}
