/* Customer displays. They never answer, so one counts as ready when its line is up; what is to be seen is sent again
 * after every loss. The latest wins: while the line is busy only the last text is kept. */
#include "devices/codec/display.h"
#include "base/text.h"
#include "devices/driver/driver.h"
#include <stdio.h>
#include <string.h>

#define TEXT_MAX  80  /* bytes of a line as given */
#define BYTES_MAX 160 /* of everything it takes to show it */

struct display {
  struct sp_device device; /* first: a device is cast back */
  enum sp_display_protocol protocol;
  bool chinese, waiting; /* waiting: newer text than what was sent */
  int64_t digits, amount;
  enum sp_display_lamp lamp;
  char upper[TEXT_MAX + 1], lower[TEXT_MAX + 1];
};

static struct display *display_of(struct sp_device *device) {
  return (struct display *)(void *)device;
}

static const char *const members[] = {"protocol", "chinese", "digits", NULL};

static int read_config(const struct cJSON *json, struct display *out, struct sp_error *err) {
  const char *name = "";
  out->digits = 2;
  int rc = sp_json_get_text(json, "protocol", SP_REQUIRED, 31, &name, err);
  if (!rc) rc = sp_json_get_bool(json, "chinese", SP_OPTIONAL, &out->chinese, err);
  if (!rc) rc = sp_json_get_int(json, "digits", SP_OPTIONAL, 0, 3, &out->digits, err);
  if (rc) return rc;
  int protocol = sp_display_parse(name);
  if (protocol < 0) return sp_fail(err, SP_E_INVALID, "protocol", "%s is no protocol of a display", name);
  out->protocol = (enum sp_display_protocol)protocol;
  return 0;
}

static int check(struct sp_device_config *config, struct sp_error *err) {
  struct display display = {.digits = 0};
  int rc = read_config(config->json, &display, err);
  if (rc || sp_json_member(config->json, "serial") || strncmp(config->link.address, "serial:", 7) != 0) return rc;
  return sp_serial_parse(sp_display_line(display.protocol), &config->link.serial, err);
}

static int open_display(struct sp_device *device, const struct sp_device_config *config, struct sp_error *err) {
  return read_config(config->json, display_of(device), err);
}

static void send(struct display *display) {
  const struct sp_display_text text = {.upper = display->upper,
                                       .lower = display->lower,
                                       .amount = display->amount,
                                       .digits = (int)display->digits,
                                       .lamp = (int)display->lamp,
                                       .chinese = display->chinese};
  struct sp_error ignored = {.lang = SP_LANG_EN};
  struct sp_buf out;
  if (!display->device.up || sp_link_waiting(display->device.link) > 0) return;
  sp_buf_init(&out, BYTES_MAX);
  if (sp_display_write(display->protocol, &text, &out) == 0 &&
      sp_device_send(&display->device, out.data, out.len, &ignored) == 0) {
    display->waiting = false;
  }
  sp_buf_free(&out);
}

static void on_up(struct sp_device *device) {
  display_of(device)->waiting = true;
  sp_device_proved(device);
  send(display_of(device));
}

static void on_bytes(struct sp_device *device, const uint8_t *bytes, size_t len) {
  (void)device, (void)bytes, (void)len;
}

static void on_drained(struct sp_device *device) {
  if (display_of(device)->waiting) send(display_of(device));
}

static void on_down(struct sp_device *device) {
  (void)device;
}

static int64_t tick(struct sp_device *device) {
  struct display *display = display_of(device);
  if (device->up && display->waiting) send(display);
  return SP_NEVER;
}

static int show(struct display *display, const char *upper, const char *lower, int64_t amount,
                enum sp_display_lamp lamp) {
  snprintf(display->upper, sizeof display->upper, "%s", upper ? upper : "");
  snprintf(display->lower, sizeof display->lower, "%s", lower ? lower : "");
  display->upper[sp_utf8_cut(display->upper, strlen(display->upper))] = '\0';
  display->lower[sp_utf8_cut(display->lower, strlen(display->lower))] = '\0';
  display->amount = amount;
  display->lamp = lamp;
  display->waiting = true;
  send(display);
  return 0;
}

static int selftest(struct sp_device *device, struct sp_error *err) {
  if (!device->up) return sp_fail(err, SP_E_STATE, "", "The device is not connected");
  return show(display_of(device), "88888888888888888888", "88888888888888888888", 88888888, SP_LAMP_TOTAL);
}

const struct sp_device_driver sp_display_driver = {
    .class = SP_DEVICE_DISPLAY,
    .size = sizeof(struct display),
    .members = members,
    .check = check,
    .open = open_display,
    .link_up = on_up,
    .bytes = on_bytes,
    .drained = on_drained,
    .link_down = on_down,
    .tick = tick,
    .selftest = selftest,
};

int sp_display_show(struct sp_device *device, const char *upper, const char *lower, int64_t amount,
                    enum sp_display_lamp lamp, struct sp_error *err) {
  if (device->driver != &sp_display_driver) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "%s is no %s", device->id, "display");
  }
  show(display_of(device), upper, lower, amount, lamp);
  sp_device_settle(device);
  return 0;
}

bool sp_display_shows(const struct sp_device *device, const char *text) {
  if (device->driver != &sp_display_driver) return false;
  const struct display *display = (const struct display *)(const void *)device;
  return display->protocol == SP_DISPLAY_LED8 || sp_display_can(text, display->chinese);
}
